package wordindex

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// Engine is what a database does in its own way.
type Engine struct {
	// Join joins two tables so that the first yields the rows.
	Join string
	// Put puts an entry on record.
	Put func(tx recorddb.Tx, entry Entry) error
	// Rewrite gives the entry of its ID that begins at a time everything else anew.
	Rewrite func(tx recorddb.Tx, from recordtime.Time, entry Entry) error
	// End puts on record when an entry ended: its To.
	End func(tx recorddb.Tx, entry Entry) error
	// Erase removes every entry of a resource, and its words from the index.
	Erase func(tx recorddb.Tx, id string) error
	// Languages reads the languages that have stems in the index of words; nil where looking for those of all others costs
	// little.
	Languages func(conn recorddb.Conn) ([]string, error)
	// Places are those of the entries; nil where an index of words says no more of them than that they match.
	Places *Places
	// Match finds the entries of a search.
	Match func(query searchtext.Query) Match
}

// Match is the SQL that finds entries by their words: exactly those that match.
type Match struct {
	// From are the tables, with their arguments; search_entries is e.
	From     string
	FromArgs []any
	// Where is the condition, with its arguments.
	Where string
	Args  []any
	// Newest is the order: the latest From first.
	Newest string
	// Total says that of one From the greatest ID comes first. Else those of one From come in any order.
	Total bool
	// Window limits the match to so many entries, the newest of those that were on record at a time, which are then read
	// one by one. nil for an engine whose index yields the newest matches first without finding all.
	Window func(m Match, at recordtime.Time, entries int) Match
}
