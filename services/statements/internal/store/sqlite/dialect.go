package sqlite

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// dialect is SQLite's. A CROSS JOIN keeps the planner from turning a join round.
var dialect = tables.Dialect{
	Join:           "CROSS JOIN",
	RevisionColumn: "row",
	RevisionValue:  func(tx recorddb.Tx, _ int64) (int64, error) { return lastRow(tx) },
	ByRevision:     "s.row = k.row",
	PutEntry:       putEntry,
	Match:          match,
}

// lastRow is the number of the row inserted last.
func lastRow(tx recorddb.Tx) (row int64, err error) {
	_, err = tx.QueryOne("SELECT last_insert_rowid()", func(r recorddb.Row) error {
		row = r.Int64(0)
		return nil
	})
	return row, err
}

var insertEntry = recorddb.NewInsert("search_entries", "id", "record_from", "record_to", "tokens")

// putEntry keeps an entry and its words under one number, which grows with the
// record time and the place.
func putEntry(tx recorddb.Tx, entry tables.Entry) error {
	if err := tx.Insert(insertEntry, entry.ID, entry.From, recordtime.Forever, entry.Tokens); err != nil {
		return err
	}
	return tx.Exec("INSERT INTO search_words (rowid, tokens) VALUES (last_insert_rowid(), ?)", entry.Tokens)
}

// match asks the full-text index, which yields exactly the matches, the newest
// first.
func match(query searchtext.Query) tables.Match {
	return tables.Match{
		From:   "search_words CROSS JOIN search_entries e ON e.rowid = search_words.rowid",
		Where:  "search_words MATCH ?",
		Args:   []any{query.FTS5()},
		Newest: "search_words.rowid DESC",
	}
}
