package tables

import (
	"strings"

	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Plans gives the SQL of lists and searches to the tests of the engines, which
// look at how it is carried out.
type Plans struct {
	d              *dialect
	showRestricted bool
}

// Public gives the SQL of what readers are answered.
func (p Plans) Public() Plans {
	p.showRestricted = false
	return p
}

// list is the SQL of a list.
func (p Plans) list(query store.List, from source) (sql string, args []any, err error) {
	from.showRestricted = p.showRestricted
	return listSQL(query, from)
}

// Plans returns the SQL that a dialect makes.
func (d Dialect) Plans() Plans { return Plans{showRestricted: true, d: d.prepare()} }

// Documents is the SQL of a list of documents.
func (p Plans) Documents(query store.List) (sql string, args []any, err error) {
	return p.list(query, p.d.documentSource(query.Filter))
}

// Entities is the SQL of a list of entities.
func (p Plans) Entities(query store.List) (sql string, args []any, err error) {
	return p.list(query, p.d.entitySource(query.Filter))
}

// Statements is the SQL of a list of statements.
func (p Plans) Statements(query store.List) (sql string, args []any, err error) {
	return p.list(query, p.d.statementSource(query.Filter, query.ShowDeprecated))
}

// Corrections is the SQL of a list of corrections.
func (p Plans) Corrections(query store.List) (sql string, args []any, err error) {
	return p.d.correctionsSQL(query, "", p.showRestricted)
}

// CorrectionsOfEntity is the SQL of a list of the corrections of an entity and of what it
// said.
func (p Plans) CorrectionsOfEntity(query store.List, entity string) (sql string, args []any, err error) {
	return p.d.correctionsSQL(query, entity, p.showRestricted)
}

// CorrectionsOf is the SQL of the newest corrections of some subjects.
func (p Plans) CorrectionsOf(at recordtime.Time, limit int, subjects ...string) (sql string, args []any) {
	sql, args, _ = correctionsOfSQL(subjects, at, limit, p.showRestricted)
	return sql, args
}

// Reviews is the SQL of a list of the reviews of some statements.
func (p Plans) Reviews(query store.List, statements ...string) (sql string, args []any, err error) {
	return p.list(query, reviewSource(query.Filter, statements))
}

// Resolve is the SQL that finds entities by a word of a name.
func (p Plans) Resolve(query store.Resolve, word string) (sql string, args []any) {
	return p.d.resolveSQL(query, wordKey, word)
}

// Naming is the SQL that finds the statements that refer to something.
func (p Plans) Naming() string { return p.d.namingSQL() }

// Notices is the SQL that finds the corrections whose notice a document prints.
func (p Plans) Notices() string { return selectNotices }

// About is the SQL that finds the re-attributions from an entity and to it.
func (p Plans) About() string { return selectAbout }

// Reattributions is the SQL of a list of re-attributions.
func (p Plans) Reattributions(query store.List) (sql string, args []any, err error) {
	return p.list(query, reattributionSource(query.Filter))
}

// Search is the SQL of a search.
func (p Plans) Search(query store.Search) (sql string, args []any, err error) {
	return p.d.words.SQL(query, p.showRestricted)
}

// Total is the SQL of a count of all statements, and of those that are DEPRECATED.
func (p Plans) Total(query store.Count) (all, deprecated string, args []any, err error) {
	from := p.d.statementSource(nil, true)
	from.showRestricted = p.showRestricted
	all, args, err = countSQL(query, from, byRow, "")
	if err != nil {
		return "", "", nil, err
	}
	deprecated, _, err = countSQL(query, from, byRow, isDeprecated)
	return all, deprecated, args, err
}

// EndedEmbargoes is the SQL that finds documents whose embargo has ended.
func (p Plans) EndedEmbargoes() string { return selectEnded }

// StandingReviews is the SQL of the reviews of one statement that stand, with its four
// parameters: the statement, the time twice, the limit.
func (p Plans) StandingReviews() string { return strings.Replace(standingReviews(true), "%s", "?", 1) }
