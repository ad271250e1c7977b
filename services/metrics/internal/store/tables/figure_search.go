package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
)

// SearchFigures ranks the newest matches and answers a page of them.
func (r reader) SearchFigures(query store.Search) (store.Found, error) {
	return wordindex.Answer(r.words, r.Conn, query, r.showRestricted, (*domain.Figure).FacetValues, r.FiguresByID)
}
