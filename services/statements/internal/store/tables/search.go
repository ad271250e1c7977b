package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// nowOf is what a statement is found by now.
func nowOf(s domain.Statement) wordindex.Now {
	now := wordindex.Now{ID: s.ID, Created: s.Created, First: s.Revision == 1, Hidden: s.IsHidden(), Deprecated: s.IsDeprecated(), Restricted: s.Restricted}
	if !now.Hidden {
		now.Tokens = searchtext.Entry(s.SearchParts()...)
	}
	return now
}

// reindex makes the words of an entry anew, if one begins with the revision that
// was recorded then.
func (w writer) reindex(s domain.Statement, recorded recordtime.Time) error {
	return w.words.Remake(w.tx, s.ID, recorded, searchtext.Entry(s.SearchParts()...))
}

// Search ranks the newest matches and answers a page of them.
func (r reader) Search(query store.Search) (store.Found, error) {
	return wordindex.Answer(r.words, r.conn, query, r.showRestricted, (*domain.Statement).FacetValues, r.StatementsByID)
}
