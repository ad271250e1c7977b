// Package fts5 keeps the words of package wordindex in SQLite, in an FTS5 table search_words that holds no text of its
// own: its row numbers are those of search_entries, the places of the entries. search_languages has the languages of which
// there are stems.
//
// What may go here: the SQL of these three tables, and asking sqlitedb's record_clock how far the record goes.
package fts5

import (
	"slices"
	"strconv"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// Engine is SQLite's. A CROSS JOIN keeps the planner from turning a join round.
var Engine = wordindex.Engine{
	Join: "CROSS JOIN", Put: put, Rewrite: rewrite, End: end, Erase: erase, Languages: languages, Match: match,
	Places: &wordindex.Places{Column: "rowid", Find: places, Count: countPlaces, Newest: newest},
}

var insert = "INSERT INTO search_entries (rowid, id, record_from, record_to, create_time, deprecated, tokens) " +
	"VALUES ((SELECT coalesce(max(rowid), 0) FROM search_entries) / " + step + " * " + step + " + ?, ?, ?, ?, ?, ?, ?)"

var step = strconv.Itoa(wordindex.PlaceStep)

// put keeps an entry and its words under one number, the next in the order. An entry of another time than the transaction
// comes late.
func put(tx recorddb.Tx, entry wordindex.Entry) error {
	place := wordindex.PlaceStep + wordindex.PlaceOf(0, entry, entry.From != tx.RecordTime())
	err := tx.Exec(insert, int64(place), entry.ID, entry.From, entry.To, entry.Created, entry.Flags(), entry.Tokens)
	if err != nil || entry.Tokens == "" {
		return err
	}
	if err := tx.Exec("INSERT INTO search_words (rowid, tokens) VALUES (last_insert_rowid(), ?)", searchtext.Indexed(entry.Tokens)); err != nil {
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

// rewrite keeps the place in the order. An entry that begins at another time is out of order.
func rewrite(tx recorddb.Tx, from recordtime.Time, entry wordindex.Entry) error {
	var old wordindex.Place
	var tokens string
	found, err := tx.QueryOne("SELECT rowid, tokens FROM search_entries WHERE id = ? AND record_from = ?", func(r recorddb.Row) error {
		old, tokens = wordindex.Place(r.Int64(0)), r.Text(1)
		return nil
	}, entry.ID, from)
	if err != nil || !found {
		return err
	}
	place := wordindex.PlaceOf(old, entry, entry.From != from)
	again := place != old || tokens != entry.Tokens
	if again {
		if err := forget(tx, old, tokens); err != nil {
			return err
		}
	}
	if again && place == old && tokens != "" {
		if err := flush(tx); err != nil {
			return err
		}
	}
	const sql = "UPDATE search_entries SET rowid = ?, record_from = ?, record_to = ?, create_time = ?, deprecated = ?, tokens = ? WHERE rowid = ?"
	err = tx.ExecOne(sql, int64(place), entry.From, entry.To, entry.Created, entry.Flags(), entry.Tokens, int64(old))
	if err != nil || !again || entry.Tokens == "" {
		return err
	}
	if err := tx.Exec("INSERT INTO search_words (rowid, tokens) VALUES (?, ?)", int64(place), searchtext.Indexed(entry.Tokens)); err != nil {
		return err
	}
	return putLanguages(tx, entry)
}

// end gives an entry the place of one that ended.
func end(tx recorddb.Tx, entry wordindex.Entry) error { return rewrite(tx, entry.From, entry) }

// forget removes the words of an entry. The index does not keep what it was given, so it must be told. An entry without
// words is not in it.
func forget(tx recorddb.Tx, place wordindex.Place, tokens string) error {
	if tokens == "" {
		return nil
	}
	return tx.Exec("INSERT INTO search_words (search_words, rowid, tokens) VALUES ('delete', ?, ?)", int64(place), searchtext.Indexed(tokens))
}

// flush lets words be put under a number after others were removed from it. Without it, FTS5 with secure-delete has been seen
// to keep long entries that are put and removed once more: their words would be found for ever under a number that nothing has.
func flush(tx recorddb.Tx) error {
	return tx.Exec("INSERT INTO search_words (search_words) VALUES ('flush')")
}

func erase(tx recorddb.Tx, id string) error {
	tokens := make(map[wordindex.Place]string)
	err := tx.Query("SELECT rowid, tokens FROM search_entries WHERE id = ?", func(r recorddb.Row) error {
		tokens[wordindex.Place(r.Int64(0))] = r.Text(1)
		return nil
	}, id)
	if err != nil {
		return err
	}
	for place, words := range tokens {
		if err := forget(tx, place, words); err != nil {
			return err
		}
	}
	if err := flush(tx); err != nil { // the greatest number is given again
		return err
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

const placesMatch = "FROM search_words WHERE search_words MATCH ? AND rowid & ? = 0 "

// places asks for the oldest where any will do: the index yields them in less time.
func places(conn recorddb.Conn, match wordindex.PlaceMatch, newest bool, limit int) (found []wordindex.Place, err error) {
	sql := "SELECT rowid " + placesMatch + "ORDER BY rowid " + recorddb.Limit
	if newest {
		sql = "SELECT rowid " + placesMatch + "ORDER BY rowid DESC " + recorddb.Limit
	}
	err = conn.Query(sql, func(row recorddb.Row) error {
		found = append(found, wordindex.Place(row.Int64(0)))
		return nil
	}, match.Expression, int64(match.Hidden), limit)
	if !newest {
		slices.Reverse(found)
	}
	return found, err
}

func countPlaces(conn recorddb.Conn, match wordindex.PlaceMatch, limit int) (count int, err error) {
	_, err = conn.QueryOne("SELECT count(*) FROM (SELECT 1 "+placesMatch+recorddb.Limit+")", func(row recorddb.Row) error {
		count = int(row.Int64(0))
		return nil
	}, match.Expression, int64(match.Hidden), limit)
	return count, err
}

func newest(conn recorddb.Conn) (at recordtime.Time, err error) {
	_, err = conn.QueryOne("SELECT last_record_time FROM record_clock", func(row recorddb.Row) error {
		at = recorddb.Time(row, 0)
		return nil
	})
	return at, err
}
