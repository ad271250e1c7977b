package tables

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// Dialect is what an engine does in its own way.
type Dialect struct {
	// Join joins two tables so that the first yields the rows.
	Join string
	// RevisionColumn is what the tables of references and keys call the revision
	// that a row belongs to, and the tables of revisions too: its row number or,
	// together with the id, the number of the revision.
	RevisionColumn string
	// RevisionValue returns the value for the revision just put on record.
	RevisionValue func(tx recorddb.Tx, revision int64) (int64, error)
	// ByRevision joins such a table, k, to its revisions, s.
	ByRevision string

	// GroupSnapshots is how many statements are grouped by the references in their
	// snapshots, where the engine does not find those of one statement in an index: of
	// more all references of the kind are looked through.
	GroupSnapshots int

	// PutEntry puts the words of a statement on record.
	PutEntry func(tx recorddb.Tx, entry Entry) error
	// RewriteEntry gives the entry of its ID and From other words and another end.
	RewriteEntry func(tx recorddb.Tx, entry Entry) error
	// EraseEntries removes every entry of a statement, and its words from the
	// index.
	EraseEntries func(tx recorddb.Tx, id string) error
	// Languages reads the languages that have stems in the index of words; nil where
	// looking for those of all others costs little.
	Languages func(conn recorddb.Conn) ([]string, error)
	// Match finds the entries of a search.
	Match func(query searchtext.Query) Match
}

// keyColumns are the columns by which a row of such a table, or of a table of
// revisions, tells the revision that it belongs to.
func (d Dialect) keyColumns(alias string) string {
	if d.RevisionColumn == "revision" {
		return alias + ".id, " + alias + ".revision"
	}
	return alias + "." + d.RevisionColumn
}

// Entry is the entry of a statement in the index of words, for the time in which
// it had these words.
type Entry struct {
	ID       string
	From, To recordtime.Time
	// Created is the statement's create_time.
	Created recordtime.Time
	// Deprecated says that the statement is of that rank.
	Deprecated bool
	// Tokens is the stored form of its words. See searchtext.Entry.
	Tokens string
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
	// Total says that of one From the greatest ID comes first. Else those of one
	// From come in any order.
	Total bool
	// Window limits the match to so many entries, the newest of those that were on
	// record at a time, which are then read one by one. nil for an engine whose index
	// yields the newest matches first without finding all.
	Window func(m Match, at recordtime.Time, entries int) Match
}

// dialect is a Dialect with what follows from it.
type dialect struct {
	Dialect
	documentColumns, entityColumns, statementColumns, keyOrder, statementOrder, refOrder listquery.Columns
	insertKey, insertRef                                                                 *recorddb.Insert
}

func (d Dialect) prepare() *dialect {
	c := d.RevisionColumn
	own := " AND k.create_time = s.create_time AND k.id = s.id AND k." + c + " = s." + c + ")"
	p := &dialect{
		Dialect: d, documentColumns: documentColumns, entityColumns: entityColumns(own), statementColumns: statementColumns(own),
		insertKey: recorddb.NewInsert("entity_keys", "field", "value", "create_time", "id", c),
		insertRef: recorddb.NewInsert("statement_refs", "kind", "value", "create_time", "id", c),
	}
	p.keyOrder = withOrder(p.entityColumns, "k")
	p.statementOrder = orderedByTime(p.statementColumns, "statement_time")
	p.refOrder = withOrder(p.statementOrder, "k")
	return p
}

// Columns are where the fields of each kind of resource are kept, for a check
// that none is missing.
func (d Dialect) Columns() (documents, entities, statements listquery.Columns) {
	p := d.prepare()
	return p.documentColumns, p.entityColumns, p.statementColumns
}
