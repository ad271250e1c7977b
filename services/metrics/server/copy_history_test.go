package server_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/metrics/internal/store/sqlite"
	"github.com/onrecord/onrecord/services/metrics/internal/store/storetest"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/copytest"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// openFile opens a file as a service does, with a clock of its own.
func openFile(t copytest.TB, path string) store.Store {
	emptyFile.Put(t, path)
	wall := time.Date(2024, 5, 1, 0, 0, 0, 0, time.UTC)
	return must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Migrate: true, Now: func() time.Time {
		wall = wall.Add(time.Millisecond)
		return wall
	}}))(t)
}

// history is a record: what there is of each kind, and when it was written.
type history struct {
	metrics  []domain.Metric
	figures  []domain.Figure
	requests []store.Request
	staged   []string
	// corrections is how many there are.
	corrections int
	times       []recordtime.Time
}

// change is a drawn change, of a resource that there is or a new one.
type change struct {
	what, which int
	retract     bool
	restricted  bool
	who         string
}

// drawTransactions draws some transactions of several changes each.
func drawTransactions(t *rapid.T) [][]change {
	one := rapid.Custom(func(t *rapid.T) change {
		return change{
			what: rapid.IntRange(0, 6).Draw(t, "what"), which: rapid.IntRange(0, 100).Draw(t, "which"),
			retract: rapid.Bool().Draw(t, "retract"), restricted: rapid.Bool().Draw(t, "restricted"), who: rapid.SampledFrom([]string{"ana", "ben", ""}).Draw(t, "who"),
		}
	})
	return rapid.SliceOfN(rapid.SliceOfN(one, 1, 5), 0, 8).Draw(t, "transactions")
}

// Times implements copytest.History.
func (h *history) Times() []recordtime.Time { return h.times }

// Write implements copytest.History.
func (h *history) Write(t copytest.TB, st store.Store, transactions [][]change) {
	for _, changes := range transactions {
		must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
			for _, c := range changes {
				if err := h.step(t, w, c); err != nil {
					return err
				}
			}
			h.times = append(h.times, w.RecordTime())
			return nil
		}))
	}
}

func (h *history) step(t must.TB, w store.Writer, c change) error {
	switch c.what {
	case 0:
		return h.putMetric(w, c)
	case 1, 2, 3:
		return h.putFigure(t, w, c)
	case 4:
		return h.putCorrection(w, c)
	default:
		return h.work(w, c)
	}
}

// putCorrection puts a correction of a figure on record.
func (h *history) putCorrection(w store.Writer, c change) error {
	h.corrections++
	return w.PutCorrection(domain.Correction{
		ID: fmt.Sprint("c", h.corrections), Recorded: w.RecordTime(), Kind: domain.Mended, Subject: fmt.Sprint("figures/f", c.which),
		Reason: "misread", Caller: c.who, PreviousRevision: 1, NewRevision: 2, Restricted: c.restricted,
	})
}

// next is the next revision: of a new resource, a change, or a retraction.
func (c change) next(meta domain.Meta, w store.Writer) domain.Meta {
	switch {
	case meta.Revision == 0:
		return meta.First(w.RecordTime())
	case c.retract:
		meta = meta.Next(w.RecordTime())
		meta.Retraction = &domain.Retraction{Reason: "wrong", Caller: c.who}
		return meta
	default:
		return meta.Next(w.RecordTime())
	}
}

func (h *history) putMetric(w store.Writer, c change) error {
	i := c.which % (len(h.metrics) + 1)
	if i == len(h.metrics) {
		id := fmt.Sprint("m", i)
		h.metrics = append(h.metrics, domain.Metric{
			Meta: domain.Meta{ID: id, UID: "uid-" + id}, DisplayName: id, MeasuredProperty: "p", StatType: "COUNT", DefaultUnit: units.One,
		})
	}
	m := &h.metrics[i]
	if m.Retracted() {
		return nil // for good
	}
	m.DisplayName += "!"
	m.Meta = c.next(m.Meta, w)
	return w.PutMetric(*m, c.who)
}

// example is a figure in no revision yet.
func example(t must.TB, id string, year int) domain.Figure {
	number := must.Get(decimal.Parse("1.50"))(t)
	f := domain.Figure{
		Meta: domain.Meta{ID: id, UID: "uid-" + id}, Metric: "m0", Dimensions: map[string]string{"AREA": fmt.Sprint("A", year%3)}, Frequency: "A",
		Kind: domain.Point, Value: &number, Unit: units.One, Origin: &domain.Origin{Producer: "p"},
		Period: must.Get(domain.ParsePeriod(fmt.Sprint(2000 + year)))(t),
	}
	must.OK(t, f.Compute())
	return f
}

func (h *history) putFigure(t must.TB, w store.Writer, c change) error {
	i := c.which % (len(h.figures) + 1)
	if i == len(h.figures) {
		h.figures = append(h.figures, example(t, fmt.Sprint("f", i), i))
	}
	f := &h.figures[i]
	if f.Retracted() {
		return nil
	}
	f.Origin = &domain.Origin{Producer: f.Origin.Producer + "p"}
	if c.which%3 == 0 { // computed from another, in another series
		f.Derivation = &domain.Derivation{Formula: "a", Inputs: []domain.Input{{Variable: "a", Figure: fmt.Sprint("f", c.which%4), Revision: 1}}}
		f.Dimensions, f.Stale = map[string]string{"AREA": fmt.Sprint("B", c.which%2)}, c.retract
	}
	f.Withdrawn = c.restricted && f.Revision > 0 && !f.Restricted
	f.Restricted = c.restricted
	f.Meta = c.next(f.Meta, w)
	return w.PutFigure(*f, c.who)
}

// work remembers a request, stages one, or ends a stage.
func (h *history) work(w store.Writer, c change) error {
	id := fmt.Sprintf("00000000-0000-4000-8000-%012d", len(h.requests))
	request := store.Request{ID: id, Method: "M", Fingerprint: "f"}
	switch c.which % 3 {
	case 0:
		h.requests = append(h.requests, request)
		return w.Remember(request, "figures/a", "figures/b")
	case 1:
		h.requests = append(h.requests, request)
		h.staged = append(h.staged, id)
		return w.Stage(store.Stage{
			RequestID: id, Fingerprint: "f", Caller: c.who, Payload: []byte{0, 255}, Creates: []string{"figures/" + id}, Uses: []string{"metrics/m"},
		})
	default:
		if len(h.staged) == 0 {
			return nil
		}
		ended := h.staged[0]
		h.staged = h.staged[1:]
		return w.EndStage(ended, store.Published, c.who, "figures/"+ended)
	}
}

// answers are what a store says about the record as it stood at a time.
type answers struct {
	Metrics     []domain.Metric
	Figures     []domain.Figure
	Series      []domain.Series
	Points      []store.Point
	Corrections []domain.Correction
	Found       store.Found
	Counts      store.Counts
	Vintages    []domain.Vintage
	// Public are the answers to readers.
	Public *answers
}

func answersAt(t copytest.TB, st store.Store, at recordtime.Time) (a answers) {
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		a = answersOf(t, r, at)
		public := answersOf(t, r.Public(), at)
		a.Public = &public
		return nil
	}))
	return a
}

func answersOf(t copytest.TB, r store.Reader, at recordtime.Time) (a answers) {
	all := func(schema listquery.Schema) store.List {
		return store.List{At: at, Order: must.Get(listquery.ParseOrder(schema, ""))(t), Limit: 1000, ShowDeleted: true}
	}
	a.Metrics = must.Get(r.Metrics(all(domain.MetricFields)))(t)
	a.Figures = must.Get(r.Figures(all(domain.FigureFields)))(t)
	a.Corrections = must.Get(r.Corrections(all(domain.CorrectionFields)))(t)
	a.Series = must.Get(r.SeriesOf(store.SeriesQuery{Metric: "m0", At: at}, store.SeriesPlace{}, 1000))(t)
	a.Found = must.Get(r.SearchFigures(store.Search{At: at, Query: must.Get(searchtext.ParseQuery("m0"))(t), Limit: 1000}))(t)
	a.Counts = must.Get(r.CountFigures(store.Count{At: at, GroupBy: "metric", Limit: 1000}))(t)
	a.Points = storetest.PointsOf(t, r, store.SeriesQuery{Metric: "m0", At: at}, nil, 1000)
	a.Vintages = must.Get(r.Vintages(store.Vintages{Metric: "m0", At: at, Limit: 1000}))(t)
	return a
}

// Work is what a store keeps about the writes of the history, and beside its figures.
func (h *history) Work(t copytest.TB, st store.Store) (out []any) {
	must.OK(t, st.Read(t.Context(), func(r store.Reader) error {
		for _, request := range h.requests {
			done, found, err := r.Replay(request)
			out = append(out, done, found, err)
			stage, found, err := r.Staged(request.ID)
			out = append(out, stage, found, err)
			end, found, err := r.StageEnd(request.ID)
			out = append(out, end, found, err)
			out = append(out, r.CheckFree("figures/"+request.ID) == nil)
		}
		out = append(out, r.CheckUnused("metrics/m") == nil, r.CheckFree("metrics/m") == nil)
		for _, figure := range h.figures { // what is computed from each
			out = append(out, must.Get(r.Citing([]string{figure.ID}, 1000))(t))
		}
		return nil
	}))
	return out
}

// changesOf is the whole record in the order in which it was made.
func changesOf(t copytest.TB, st store.Store, upTo recordtime.Time) (all []store.Change) {
	must.OK(t, st.Read(t.Context(), func(r store.Reader) (err error) {
		all, err = r.Changes(store.Changes{UpTo: upTo, Limit: 10_000})
		return err
	}))
	return all
}
