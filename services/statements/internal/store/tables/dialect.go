package tables

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
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

	// Words keeps the index of words.
	Words wordindex.Engine
}

// keyColumns are the columns by which a row of such a table, or of a table of
// revisions, tells the revision that it belongs to.
func (d Dialect) keyColumns(alias string) string {
	if d.RevisionColumn == "revision" {
		return alias + ".id, " + alias + ".revision"
	}
	return alias + "." + d.RevisionColumn
}

// dialect is a Dialect with what follows from it.
type dialect struct {
	Dialect
	documentColumns, entityColumns, statementColumns, keyOrder, statementOrder, refOrder listquery.Columns
	insertKey, insertRef                                                                 *recorddb.Insert
	words                                                                                wordindex.Index
}

func (d Dialect) prepare() *dialect {
	c := d.RevisionColumn
	own := " AND k.create_time = s.create_time AND k.id = s.id AND k." + c + " = s." + c + ")"
	p := &dialect{
		Dialect: d, documentColumns: documentColumns, entityColumns: d.entityColumns(own), statementColumns: statementColumns(own),
		insertKey: recorddb.NewInsert("entity_keys", "field", "value", "create_time", "id", c),
		insertRef: recorddb.NewInsert("statement_refs", "kind", "value", "create_time", "id", c),
	}
	p.words = wordindex.Index{
		Engine: d.Words, Revisions: statementTable.Name(), Columns: p.statementColumns, OwnTime: "s.time_order",
		RankLimit: recordsearch.RankLimit, CountLimit: recordsearch.CountLimit,
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
