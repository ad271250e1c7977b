package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/store"
)

// Plans gives the SQL of searches and counts to the tests of the engines, which look at how it is carried out.
type Plans struct {
	d              *dialect
	showRestricted bool
}

// Plans returns the SQL that a dialect makes.
func (d Dialect) Plans() Plans { return Plans{showRestricted: true, d: d.prepare()} }

// Public gives the SQL of what readers are answered.
func (p Plans) Public() Plans {
	p.showRestricted = false
	return p
}

// Figures is the SQL of a list of figures, without those that only imports changed.
func (p Plans) Figures(query store.List) (sql string, args []any, err error) {
	return listOf(query, p.showRestricted).SQL(p.d.figureSource())
}

// Search is the SQL of a search.
func (p Plans) Search(query store.Search) (sql string, args []any, err error) {
	return p.d.words.SQL(query, p.showRestricted)
}

// Count is the SQL of a count of the figures that have rows of their own.
func (p Plans) Count(query store.Count) (sql string, args []any, err error) {
	where, err := p.d.counted(query, p.showRestricted)
	return countRows + where.String(), where.Args(), err
}

// Noticed is the SQL that finds corrections with a notice.
func (p Plans) Noticed() string { return p.d.noticed("") }

// EndedEmbargoes is the SQL that finds figures whose embargo has ended.
func (Plans) EndedEmbargoes() string { return selectEnded }
