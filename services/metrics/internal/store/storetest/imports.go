package storetest

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// imports checks that imported figures are figures as any other, whatever else is done to them and beside them, for those who read what is
// restricted and for those who do not.
func imports(t *testing.T, open Open) {
	st := open(t)
	round := 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		checkImportHistory(t, t, st, round)
	})
}

// fewImports checks a few histories, always the same ones.
func fewImports(t *testing.T, open Open) {
	st := open(t)
	for seed := range 10 {
		t.Run("seed "+strconv.Itoa(seed), func(t *testing.T) {
			rapid.Custom(func(r *rapid.T) bool {
				checkImportHistory(r, t, st, seed)
				return true
			}).Example(seed)
		})
	}
}

func checkImportHistory(t *rapid.T, tb tb, st store.Store, round int) {
	h := newImportHistory(t, tb, st, round)
	h.public = rapid.Bool().Draw(t, "public")
	h.check(t)
	h.retractAll()
}

// newImportHistory writes one.
func newImportHistory(t *rapid.T, tb tb, st store.Store, round int) *importHistory {
	h := &importHistory{tb: tb, st: st, metric: "m" + strconv.Itoa(round)}
	h.begin = h.write(func(store.Writer) error { return nil })
	for range rapid.IntRange(1, 8).Draw(t, "transactions") {
		h.transaction(t)
	}
	return h
}

// check compares everything that is read with what was written.
func (h *importHistory) check(t *rapid.T) {
	for _, at := range h.times {
		h.checkFigures(at)
		h.checkPoints(at)
		h.checkLists(t, at)
		h.checkCounts(t, at)
		h.checkWords(at)
		h.checkVintages(at)
	}
	h.checkHistory()
	h.checkChanges(t)
}

// importHistory is what was written, in order.
type importHistory struct {
	tb
	st     store.Store
	metric string
	begin  recordtime.Time
	times  []recordtime.Time
	puts   []store.Change
	// public reads as readers do.
	public bool
}

// restrict draws who reads a revision, and until when; present is the one before it.
func (h *importHistory) restrict(t *rapid.T, present domain.Figure, next *domain.Figure) {
	next.Restricted = rapid.IntRange(0, 2).Draw(t, "restricted") == 0
	next.EmbargoEnd = 0
	if next.Restricted && rapid.Bool().Draw(t, "embargo") {
		next.EmbargoEnd = recordtime.FromTime(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
	}
	next.Withdrawn = present.Revision > 0 && next.Withdraws(present)
}

func (h *importHistory) write(fn func(store.Writer) error) (at recordtime.Time) {
	must.OK(h, h.st.Write(context.Background(), func(w store.Writer) error {
		at = w.RecordTime()
		return fn(w)
	}))
	return at
}

func (h *importHistory) read(fn func(store.Reader) error) {
	must.OK(h, h.st.Read(context.Background(), func(r store.Reader) error {
		if h.public {
			r = r.Public()
		}
		return fn(r)
	}))
}

// standing are the figures as they stand at a time, by id; tombstones included.
func (h *importHistory) standing(at recordtime.Time) map[string]domain.Figure {
	standing := map[string]domain.Figure{}
	for _, put := range h.puts {
		if put.Place.Time <= at {
			standing[put.Figure.ID] = *put.Figure
		}
	}
	if h.public {
		maps.DeleteFunc(standing, func(_ string, f domain.Figure) bool { return f.Restricted })
	}
	return standing
}

// put notes a revision that is written.
func (h *importHistory) put(at recordtime.Time, f domain.Figure, wide bool) {
	kind := store.ImportedFigureChange
	if wide {
		kind = store.FigureChange
	}
	h.puts = append(h.puts, store.Change{
		Place: changefeed.Place{Time: at, Kind: kind, ID: f.ID, Revision: f.Revision}, Caller: caller, Figure: &f,
	})
}

// wide says whether a figure has a revision that no import made, or that is restricted.
func (h *importHistory) wide(id string) bool {
	return slices.ContainsFunc(h.puts, func(put store.Change) bool {
		return put.Figure.ID == id && put.Place.Kind == store.FigureChange
	})
}

// transaction does a few things at one time.
func (h *importHistory) transaction(t *rapid.T) {
	before := h.puts
	steps := rapid.SampledFrom([]int{1, 1, 2, 3}).Draw(t, "steps")
	h.times = append(h.times, h.write(func(w store.Writer) error {
		h.puts = slices.Clone(before)
		for range steps {
			if err := h.step(t, w); err != nil {
				return err
			}
		}
		return nil
	}))
}

// step does one thing.
func (h *importHistory) step(t *rapid.T, w store.Writer) error {
	standing := h.stand()
	switch what := rapid.SampledFrom([]string{"import", "import", "import", "create", "revise", "retract", "move", "release"}).Draw(t, "what"); {
	case what == "import":
		return h.importRows(t, w)
	case what == "create" || len(standing) == 0:
		figure := h.row(t)
		figure.ID = h.newName(t, standing)
		figure.UID = "uid"
		h.restrict(t, domain.Figure{}, &figure)
		figure.Meta = figure.First(w.RecordTime())
		h.put(w.RecordTime(), figure, true)
		return w.PutFigures([]domain.Figure{figure}, caller)
	default:
		figure := h.standing(recordtime.Forever)[rapid.SampledFrom(standing).Draw(t, "figure")]
		h.restrict(t, figure, &figure)
		switch what {
		case "retract":
			return h.retract(w, figure)
		case "move":
			figure.Period = must.Get(domain.ParsePeriod(rapid.SampledFrom([]string{"1999", "2021"}).Draw(t, "to")))(h)
		case "release":
			other := h.row(t)
			figure.Release, figure.Origin = other.Release, other.Origin
		default:
			figure.Comment = "revised"
		}
		return h.revise(w, figure)
	}
}

// revise puts the next revision of a figure on record, as an editor does.
func (h *importHistory) revise(w store.Writer, figure domain.Figure) error {
	figure.Meta = figure.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagUpdate, Comment: "why"})
	h.put(w.RecordTime(), figure, true)
	return w.PutFigure(figure, caller)
}

func (h *importHistory) retract(w store.Writer, figure domain.Figure) error {
	figure.Retraction = &domain.Retraction{Reason: "wrong", Caller: caller}
	return h.revise(w, figure)
}

// stand are the ids of the figures that stand now, to whoever h reads as.
func (h *importHistory) stand() (ids []string) {
	for id, f := range h.standing(recordtime.Forever) {
		if !f.Retracted() {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// newName draws the name of a figure that is not imported, perhaps one between those of imported figures.
func (h *importHistory) newName(t *rapid.T, standing []string) string {
	name := h.metric + "-" + strconv.Itoa(len(h.puts))
	if len(standing) == 0 || rapid.Bool().Draw(t, "apart") {
		return name
	}
	other := rapid.SampledFrom(standing).Draw(t, "like")
	return other[:rapid.IntRange(1, min(len(other), 40)).Draw(t, "length")] + name
}

// row draws what a row of a data file says.
func (h *importHistory) row(t *rapid.T) domain.Figure {
	f := domain.Figure{
		Metric: h.metric, Dimensions: map[string]string{"REF_AREA": rapid.SampledFrom([]string{"A", "B"}).Draw(t, "area")}, Frequency: "A",
		Unit: rapid.SampledFrom([]units.Unit{units.One, {System: units.UCUM, Code: "km"}}).Draw(t, "unit"), UnitMult: rapid.IntRange(0, 2).Draw(t, "mult"),
		Origin: &domain.Origin{Producer: rapid.SampledFrom([]string{"p", "q"}).Draw(t, "producer")}, Kind: domain.Point,
		Period: must.Get(domain.ParseImportedPeriod(rapid.SampledFrom([]string{"", "1968", "1999", "2020", "2020~", "2021", "2020-06-01/..", "../1999"}).Draw(t, "period")))(h),
	}
	if release := rapid.SampledFrom([]string{"", "2023", "2024-02-01"}).Draw(t, "release"); release != "" {
		period := must.Get(domain.ParsePeriod(release))(h)
		f.Release = &period
	}
	number := func() *decimal.Decimal {
		return must.Get(pointer(decimal.Parse(rapid.SampledFrom([]string{"1.10", "-2", "0", "1E-7", "12345678901234567890.5"}).Draw(t, "number"))))(h)
	}
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		f.Kind, f.Missing, f.ObsStatus = domain.NoValue, "NOT_COLLECTED", []string{"L"}
	case 1:
		f.Kind, f.Upper = domain.UpperBound, &domain.Bound{Value: *number(), Inclusive: rapid.Bool().Draw(t, "inclusive")}
	default:
		f.Value = number()
	}
	if rapid.Bool().Draw(t, "attributes") {
		f.Attributes = map[string]string{"COLLECTION": "A"}
	}
	must.OK(h, f.Compute())
	return f
}

func pointer[T any](value T, err error) (*T, error) { return &value, err }

// importRows imports rows: those for the same figure as one before, or as one on record, are its next revision.
func (h *importHistory) importRows(t *rapid.T, w store.Writer) error {
	type key struct{ area, producer, release, period string }
	rows := map[key]domain.Figure{}
	for range rapid.IntRange(1, 5).Draw(t, "rows") {
		f := h.row(t)
		h.restrict(t, domain.Figure{}, &f)
		rows[key{f.Dimensions["REF_AREA"], f.Origin.Producer, f.ReleaseText(), f.Period.EDTF}] = f
	}
	figures := slices.Collect(maps.Values(rows))
	want := h.sameAs(figures)
	withdraw := rapid.Bool().Draw(t, "withdraw")
	same, err := w.SameFigures(figures)
	must.OK(h, err)
	var next []domain.Figure
	for i, found := range same {
		row, present := figures[i], found.Figure
		if now := h.putNow(w, want[i]); len(now) > 0 { // of which SameFigures need not tell: an import looks once, and changes a figure once
			if slices.ContainsFunc(now, func(f domain.Figure) bool { return f.Retracted() }) {
				next = append(next, row)
			}
			continue
		}
		must.Equal(h, foundIDs(found), want[i])
		if present.ID == "" {
			next = append(next, row)
			continue
		}
		row = row.Replacing(present, domain.Given{})
		if !row.Restricted {
			row.EmbargoEnd = 0
		}
		must.OK(h, row.Compute())
		row.Withdrawn = row.Withdraws(present)
		row.Meta = present.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagImport})
		if withdraw {
			row.Retraction = &domain.Retraction{Reason: "withdrawn", Caller: caller}
		}
		next = append(next, row)
	}
	err = w.PutImported(next, caller)
	for _, f := range next {
		h.put(w.RecordTime(), f, f.Restricted || h.wide(f.ID))
	}
	return err
}

// putNow are those of some figures that this transaction put on record.
func (h *importHistory) putNow(w store.Writer, ids []string) (figures []domain.Figure) {
	for id, f := range h.standing(recordtime.Forever) {
		if f.UpdateTime == w.RecordTime() && slices.Contains(ids, id) {
			figures = append(figures, f)
		}
	}
	return figures
}

// foundIDs are the ids of what was found: of those that stand, else of the tombstone.
func foundIDs(found store.Same) []string {
	switch {
	case found.Figure.ID != "":
		return append([]string{found.Figure.ID}, found.Others...)
	case found.Retracted != nil:
		return []string{found.Retracted.ID}
	default:
		return nil
	}
}

// sameAs are the ids of the figures that stand for the same now, else the one that was retracted last.
func (h *importHistory) sameAs(figures []domain.Figure) (ids [][]string) {
	standing := h.standing(recordtime.Forever)
	for _, f := range figures {
		var same, gone []string
		for id, other := range standing {
			if other.Dimensions["REF_AREA"] == f.Dimensions["REF_AREA"] && other.Period.EDTF == f.Period.EDTF &&
				domain.SourceOf(other).ID == domain.SourceOf(f).ID && other.ReleaseText() == f.ReleaseText() {
				if other.Retracted() {
					gone = append(gone, id)
				} else {
					same = append(same, id)
				}
			}
		}
		// Of several, which two figures that were put one by one may be, the first is one that only imports changed.
		slices.SortFunc(same, func(a, b string) int {
			return cmp.Or(compareBool(h.wide(a), h.wide(b)), strings.Compare(a, b))
		})
		slices.SortFunc(gone, func(a, b string) int {
			return cmp.Or(cmp.Compare(standing[b].UpdateTime, standing[a].UpdateTime), strings.Compare(b, a))
		})
		if len(same) == 0 && len(gone) > 0 {
			same = gone[:1]
		}
		ids = append(ids, same)
	}
	return ids
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}
