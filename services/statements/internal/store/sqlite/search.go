package sqlite

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// partMark stands between two parts of an entry, so that no phrase spans them.
// No text has it as a token, since it is a symbol.
const partMark = " \u241e "

// relevanceUnit makes a score fit the answer's 32 bits: 32 terms of a query
// cannot reach 2^31 thousands.
const relevanceUnit = 1000

// index keeps the entry of a statement up to date: made with the statement,
// ended with it.
func (w writer) index(s domain.Statement) error {
	switch {
	case s.IsDeleted():
		return w.tx.Exec("UPDATE search_entries SET record_to = ? WHERE id = ?", w.tx.RecordTime, s.ID)
	case s.Revision > 1:
		return nil
	}
	var stored []string
	for _, part := range s.SearchParts() {
		stored = append(stored, searchtext.Stored(part))
	}
	tokens := strings.Join(stored, partMark)
	err := w.tx.Exec("INSERT INTO search_entries (id, record_from, record_to, tokens) VALUES (?, ?, ?, ?)",
		s.ID, w.tx.RecordTime, recordtime.Forever, tokens)
	if err != nil {
		return err
	}
	return w.tx.Exec("INSERT INTO search_words (rowid, tokens) VALUES (last_insert_rowid(), ?)", tokens)
}

// Search ranks the newest matches and answers a page of them.
func (r reader) Search(query store.Search) (store.Found, error) {
	ranks, matches, err := r.rank(query)
	if err != nil {
		return store.Found{}, err
	}
	slices.SortFunc(ranks, compareRanks)
	if query.After != nil {
		next, found := slices.BinarySearchFunc(ranks, *query.After, compareRanks)
		if found {
			next++
		}
		ranks = ranks[next:]
	}
	found := store.Found{Matches: matches}
	for _, rank := range ranks[:min(query.Limit, len(ranks))] {
		statement, _, err := r.Statement(rank.ID, query.At)
		if err != nil {
			return store.Found{}, err
		}
		found.Results = append(found.Results, store.Result{Statement: statement, Relevance: rank.Relevance})
	}
	return found, nil
}

// rank scores the newest store.RankLimit matches and counts all.
func (r reader) rank(query store.Search) (ranks []store.Rank, matches int, err error) {
	sql, args, err := searchSQL(query)
	if err != nil {
		return nil, 0, err
	}
	err = r.conn.Query(sql, func(row *sqlitedb.Row) error {
		matches++
		if matches > store.RankLimit {
			return nil
		}
		score := query.Query.Score(searchtext.StoredTokens(row.ColumnText(2)))
		ranks = append(ranks, store.Rank{
			Relevance: int32(max(1, score/relevanceUnit)), // see relevanceUnit
			Created:   sqlitedb.Time(row, 1),
			ID:        row.ColumnText(0),
		})
		return nil
	}, args...)
	return ranks, matches, err
}

// searchSQL finds the matches, newest first.
func searchSQL(query store.Search) (sql string, args []any, err error) {
	filter, filterArgs, err := listquery.SQL(query.Filter, statementColumns, listquery.Question)
	if err != nil {
		return "", nil, err
	}
	var where sqlitedb.Conditions
	where.Add("search_words MATCH ?", query.Query.FTS5())
	where.Add(revtable.Visible("e"), query.At, query.At)
	from := "search_words CROSS JOIN search_entries e ON e.rowid = search_words.rowid"
	if filter != "" {
		from += " CROSS JOIN statement_revisions s ON s.id = e.id"
		where.Add(revtable.Visible("s"), query.At, query.At)
		where.Add(filter, filterArgs...)
	}
	// The entry's start is the statement's create_time.
	return "SELECT e.id, e.record_from, e.tokens FROM " + from + " WHERE " + where.String() +
		" ORDER BY search_words.rowid DESC", where.Args(), nil
}

// compareRanks is the order of results.
func compareRanks(a, b store.Rank) int {
	return cmp.Or(
		cmp.Compare(b.Relevance, a.Relevance),
		cmp.Compare(b.Created, a.Created),
		strings.Compare(a.ID, b.ID))
}
