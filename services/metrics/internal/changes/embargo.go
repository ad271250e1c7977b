package changes

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// noLimit is the limit of what must be done however much it is: one more than it is still a LIMIT of SQL.
const noLimit = math.MaxInt32 - 1

// EmbargoTime is the time by which embargoes have ended in a write.
func EmbargoTime(w store.Writer) recordtime.Time { return embargo.By(w.RecordTime(), w.Clock()) }

// EndEmbargoes records the embargoes of figures, by id, as ended, each in a revision of its figure, and returns how many. Those that have not
// ended, or are on record as ended, it leaves alone.
func EndEmbargoes(w store.Writer, caller string, ids ...string) (int, error) {
	byID, err := w.FiguresByID(ids, store.Newest)
	if err != nil {
		return 0, err
	}
	by := EmbargoTime(w)
	var figures []domain.Figure
	for _, id := range ids {
		if figure, found := byID[id]; found && figure.EndsEmbargo(by) {
			figures = append(figures, figure)
		}
	}
	return len(figures), putEmbargoes(w, caller, figures, func(*domain.Figure) {}, "the embargo ended", noLimit)
}

// Embargo gives up to limit figures of a document that are under embargo another end of it, from a place in the order of their ids on, and
// returns how many it changed and the place after the last. Only those count whose embargo ends at previous, if that is not 0. An end that has
// passed ends the embargo.
//
// Errors: those of Put.
func Embargo(
	w store.Writer, caller, document string, end, previous recordtime.Time, after []any, limit int,
) (changed int, next []any, err error) {
	filter, err := listquery.ParseFilter(domain.FigureFields, "restricted = true AND document = "+strconv.Quote(document))
	if err != nil {
		return 0, nil, err
	}
	figures, err := w.Figures(store.List{
		At: store.Newest, Filter: filter, Order: listquery.Order{{Field: "name"}}, After: after, Limit: limit,
	})
	if err != nil {
		return 0, nil, err
	}
	if len(figures) == limit {
		next = []any{figures[limit-1].ID}
	}
	by := EmbargoTime(w)
	figures = slices.DeleteFunc(figures, func(f domain.Figure) bool {
		return !f.UnderEmbargo() || f.EndsEmbargo(by) || f.EmbargoEnd == end || previous != 0 && f.EmbargoEnd != previous
	})
	other := func(f *domain.Figure) { f.EmbargoEnd = end }
	return len(figures), next, putEmbargoes(w, caller, figures, other, "the embargo of its document ends at another time", MaxDependents)
}

// putEmbargoes puts revisions on record of figures whose embargo ended, or ends when change says.
func putEmbargoes(w store.Writer, caller string, figures []domain.Figure, change func(*domain.Figure), why string, limit int) error {
	// What is not computed comes first: then one revision says all of those.
	slices.SortStableFunc(figures, func(a, b domain.Figure) int { return cmp.Compare(len(a.Derivation.IDs()), len(b.Derivation.IDs())) })
	return putAll(w, caller, figures, change, domain.RevisionNote{Tag: domain.TagEmbargo, Comment: why}, limit)
}
