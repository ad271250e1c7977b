package recorddb

import "strings"

// Conditions are terms of a WHERE clause, joined by AND, with their arguments.
type Conditions struct {
	terms []string
	args  []any
}

// Add adds a term; an empty one is none.
func (c *Conditions) Add(term string, args ...any) {
	if term != "" {
		c.terms = append(c.terms, "("+term+")")
		c.args = append(c.args, args...)
	}
}

// String returns the condition.
func (c *Conditions) String() string { return strings.Join(c.terms, " AND ") }

// Args returns the arguments, with more behind them.
func (c *Conditions) Args(more ...any) []any {
	return append(c.args[:len(c.args):len(c.args)], more...)
}
