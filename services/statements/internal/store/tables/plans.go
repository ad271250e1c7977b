package tables

import "github.com/onrecord/onrecord/services/statements/internal/store"

// Plans gives the SQL of lists and searches to the tests of the engines, which
// look at how it is carried out.
type Plans struct{ d *dialect }

// Plans returns the SQL that a dialect makes.
func (d Dialect) Plans() Plans { return Plans{d.prepare()} }

// Documents is the SQL of a list of documents.
func (p Plans) Documents(query store.List) (sql string, args []any, err error) {
	return listSQL(query, p.d.documentSource(query.Filter))
}

// Entities is the SQL of a list of entities.
func (p Plans) Entities(query store.List) (sql string, args []any, err error) {
	return listSQL(query, p.d.entitySource(query.Filter))
}

// Statements is the SQL of a list of statements.
func (p Plans) Statements(query store.List) (sql string, args []any, err error) {
	return listSQL(query, p.d.statementSource(query.Filter))
}

// Search is the SQL of a search.
func (p Plans) Search(query store.Search) (sql string, args []any, err error) {
	return p.d.searchSQL(query, p.d.Match(query.Query))
}
