package storetest

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// restricted checks what the public is not told beside figures: their series, what there is of a metric, and corrections.
func restricted(t *testing.T, open Open) {
	st := open(t)
	before := putFigure(t, st, figure(t, "seen", "2020", "5", map[string]string{"AREA": "MX"}))
	f := figure(t, "hidden", "2021", "5", map[string]string{"AREA": "US"})
	f.Restricted = true
	hidden := putFigure(t, st, f)
	write(t, st, func(w store.Writer) error {
		for _, id := range []string{"seen", "hidden"} {
			must.OK(t, w.PutCorrection(domain.Correction{
				ID: "of-" + id, Recorded: w.RecordTime(), Kind: domain.Mended, Subject: "figures/" + id, Restricted: id == "hidden",
			}))
		}
		return nil
	})
	read(t, st, func(r store.Reader) {
		now := st.Settled()
		must.Equal(t, restrictedAnswers(t, r.Public(), now), restrictedAnswer{1, 1, "2020", 1, 1, []string{"of-seen"}, []string{"of-seen"}, true, false, false})
		must.Equal(t, restrictedAnswers(t, r, now), restrictedAnswer{2, 2, "2021", 2, 2, []string{"of-seen", "of-hidden"}, []string{"of-seen", "of-hidden"}, true, true, true})
		was := restrictedAnswers(t, r, before)
		was.Keys = 1 // to those who read all, a series that came later is on record
		must.Equal(t, restrictedAnswers(t, r.Public(), hidden), was)
	})
}

// restrictedAnswer is how many series and figures there are, when the last is, how many figures the list of series counts and how many keys
// of series there are, which corrections
// are listed and which are those of both figures, whether the metric has figures and the hidden figure a correction, and whether that is found.
type restrictedAnswer struct {
	Series, Figures  int
	Last             string
	Counted, Keys    int
	Listed, Of       []string
	Has, Newest, One bool
}

func restrictedAnswers(t testing.TB, r store.Reader, at recordtime.Time) (a restrictedAnswer) {
	t.Helper()
	there := must.Get(r.Availability([]store.SeriesQuery{{Metric: "m", At: at}}))(t)
	a.Series, a.Figures, a.Last = there.Series, there.Figures, there.Last.EDTF
	for _, series := range must.Get(r.SeriesOf(store.SeriesQuery{Metric: "m", At: at}, store.SeriesPlace{}, 10))(t) {
		a.Counted += series.Count
	}
	a.Keys = len(must.Get(r.SeriesKeys(store.SeriesQuery{Metric: "m", At: at}, store.SeriesPlace{}, 10))(t))
	order := must.Get(listquery.ParseOrder(domain.CorrectionFields, ""))(t)
	for _, c := range must.Get(r.Corrections(store.List{At: at, Order: order, Limit: 10}))(t) {
		a.Listed = append(a.Listed, c.ID)
	}
	for _, c := range must.Get(r.CorrectionsOf([]string{"figures/seen", "figures/hidden"}, at, 10))(t) {
		a.Of = append(a.Of, c.ID)
	}
	var err error
	a.Has, err = r.HasFigures("m", at)
	must.OK(t, err)
	_, a.Newest, err = r.NewestCorrection("figures/hidden", at)
	must.OK(t, err)
	_, a.One, err = r.Correction("of-hidden", at)
	must.OK(t, err)
	return a
}

// restrictedVintages checks what the public is told of a vintage of which the first figure is restricted: nothing that only that says.
func restrictedVintages(t *testing.T, open Open) {
	st := open(t)
	f := figure(t, "hidden", "2021", "5", nil)
	f.Restricted, f.Origin = true, &domain.Origin{Producer: "p", URI: "https://example.org/draft"}
	hidden := putFigure(t, st, f)
	f = figure(t, "seen", "2022", "5", nil)
	f.Origin = &domain.Origin{Producer: "p", URI: "https://example.org/release"}
	seen := putFigure(t, st, f)
	read(t, st, func(r store.Reader) {
		vintages := func(r store.Reader, at recordtime.Time) (all []string) {
			for _, v := range must.Get(r.Vintages(store.Vintages{Metric: "m", At: at, Limit: 10}))(t) {
				all = append(all, v.RecordTime.String()+" "+v.Source.URI)
			}
			return all
		}
		must.Equal(t, vintages(r.Public(), seen-1), nil)
		must.Equal(t, vintages(r.Public(), seen), []string{seen.String() + " https://example.org/release"})
		for _, at := range []recordtime.Time{hidden, seen} {
			must.Equal(t, vintages(r, at), []string{hidden.String() + " https://example.org/draft"})
		}
	})
}

// embargoes checks which embargoes are found that have ended, and in which order.
func embargoes(t *testing.T, open Open) {
	st := open(t)
	var ends []recordtime.Time
	put := func(id string, after recordtime.Time, edit func(*domain.Figure)) {
		f := figure(t, id, "2021", "5", nil)
		write(t, st, func(w store.Writer) error {
			f.Meta = f.First(w.RecordTime())
			f.Restricted, f.EmbargoEnd = true, w.RecordTime()+after
			edit(&f)
			ends = append(ends, f.EmbargoEnd)
			return w.PutFigure(f, caller)
		})
	}
	const hour = 3_600_000_000
	put("later", 3*hour, func(*domain.Figure) {})
	put("sooner", hour, func(*domain.Figure) {})
	put("without", 0, func(f *domain.Figure) { f.EmbargoEnd, f.ConfStatus = 0, "C" })
	put("gone", hour, func(*domain.Figure) {})
	retractFigure(t, st, "gone")
	put("ended", hour, func(*domain.Figure) {})
	write(t, st, func(w store.Writer) error {
		f, _, err := w.Figure("ended", store.Newest)
		must.OK(t, err)
		f.EmbargoEnd, f.Restricted, f.Meta = w.RecordTime(), false, f.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagEmbargo})
		return w.PutFigure(f, caller)
	})
	read(t, st, func(r store.Reader) {
		must.Equal(t, must.Get(r.EndedEmbargoes(ends[1]-1, 10))(t), nil)
		must.Equal(t, must.Get(r.EndedEmbargoes(ends[1], 10))(t), []string{"sooner"})
		must.Equal(t, must.Get(r.EndedEmbargoes(recordtime.Forever, 10))(t), []string{"sooner", "later"})
		must.Equal(t, must.Get(r.EndedEmbargoes(recordtime.Forever, 1))(t), []string{"sooner"})
	})
}
