// Package fts5 keeps the words of package wordindex in SQLite, in an FTS5 table search_words that holds no text of its
// own: its row numbers are those of search_entries, and search_languages has the languages of which there are stems.
//
// What may go here: the SQL of these three tables.
package fts5

import (
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// Engine is SQLite's. A CROSS JOIN keeps the planner from turning a join round.
var Engine = wordindex.Engine{
	Join: "CROSS JOIN", Put: put, Rewrite: rewrite, Erase: erase, Languages: languages, Match: match,
}

var insert = recorddb.NewInsert("search_entries", "id", "record_from", "record_to", "create_time", "deprecated", "tokens")

// put keeps an entry and its words under one number, which grows with the record time.
func put(tx recorddb.Tx, entry wordindex.Entry) error {
	err := tx.Insert(insert, entry.ID, entry.From, entry.To, entry.Created, entry.Flags(), entry.Tokens)
	if err != nil || entry.Tokens == "" {
		return err
	}
	if err := tx.Exec("INSERT INTO search_words (rowid, tokens) VALUES (last_insert_rowid(), ?)", entry.Tokens); err != nil {
		return err
	}
	return putLanguages(tx, entry)
}

// putLanguages notes in which languages an entry has stems.
func putLanguages(tx recorddb.Tx, entry wordindex.Entry) error {
	for _, language := range searchtext.StemLanguages(entry.Tokens) {
		if err := tx.Exec("INSERT OR IGNORE INTO search_languages (language) VALUES (?)", language); err != nil {
			return err
		}
	}
	return nil
}

// languages are those in which entries have stems, or had once.
func languages(conn recorddb.Conn) (all []string, err error) {
	err = conn.Query("SELECT language FROM search_languages", func(row recorddb.Row) error {
		all = append(all, row.Text(0))
		return nil
	})
	return all, err
}

// rewrite keeps the number.
func rewrite(tx recorddb.Tx, entry wordindex.Entry) error {
	var row int64
	var tokens string
	found, err := tx.QueryOne("SELECT rowid, tokens FROM search_entries WHERE id = ? AND record_from = ?", func(r recorddb.Row) error {
		row, tokens = r.Int64(0), r.Text(1)
		return nil
	}, entry.ID, entry.From)
	if err != nil || !found {
		return err
	}
	if err := forget(tx, row, tokens); err != nil {
		return err
	}
	err = tx.ExecOne("UPDATE search_entries SET record_to = ?, create_time = ?, deprecated = ?, tokens = ? WHERE rowid = ?",
		entry.To, entry.Created, entry.Flags(), entry.Tokens, row)
	if err != nil || entry.Tokens == "" {
		return err
	}
	if err := tx.Exec("INSERT INTO search_words (rowid, tokens) VALUES (?, ?)", row, entry.Tokens); err != nil {
		return err
	}
	return putLanguages(tx, entry)
}

// forget removes the words of an entry. The index does not keep what it was given, so it must be told. An entry without
// words is not in it.
func forget(tx recorddb.Tx, row int64, tokens string) error {
	if tokens == "" {
		return nil
	}
	return tx.Exec("INSERT INTO search_words (search_words, rowid, tokens) VALUES ('delete', ?, ?)", row, tokens)
}

func erase(tx recorddb.Tx, id string) error {
	tokens := make(map[int64]string)
	err := tx.Query("SELECT rowid, tokens FROM search_entries WHERE id = ?", func(r recorddb.Row) error {
		tokens[r.Int64(0)] = r.Text(1)
		return nil
	}, id)
	if err != nil {
		return err
	}
	for row, words := range tokens {
		if err := forget(tx, row, words); err != nil {
			return err
		}
	}
	return tx.Exec("DELETE FROM search_entries WHERE id = ?", id)
}

// match asks the full-text index, which yields exactly the matches, the newest first.
func match(query searchtext.Query) wordindex.Match {
	return wordindex.Match{
		From:   "search_words CROSS JOIN search_entries e ON e.rowid = search_words.rowid",
		Where:  "search_words MATCH ?",
		Args:   []any{query.FTS5()},
		Newest: "search_words.rowid DESC",
	}
}
