package tables

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
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
		return w.tx.Exec("UPDATE search_entries SET record_to = ? WHERE id = ? AND record_to = ?", w.tx.RecordTime(), s.ID, recordtime.Forever)
	case s.Revision > 1:
		return nil
	}
	var stored []string
	for _, part := range s.SearchParts() {
		stored = append(stored, searchtext.Stored(part))
	}
	tokens := strings.Join(stored, partMark)
	place := *w.texts
	*w.texts++
	return w.PutEntry(w.tx, Entry{ID: s.ID, From: w.tx.RecordTime(), Place: place, Tokens: tokens})
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
	ranks = ranks[:min(query.Limit, len(ranks))]
	ids := make([]string, len(ranks))
	for i, rank := range ranks {
		ids[i] = rank.ID
	}
	statements, err := r.StatementsByID(ids, query.At)
	if err != nil {
		return store.Found{}, err
	}
	for _, rank := range ranks {
		found.Results = append(found.Results, store.Result{Statement: statements[rank.ID], Relevance: rank.Relevance})
	}
	return found, nil
}

// rank scores the newest store.RankLimit matches and counts all.
func (r reader) rank(query store.Search) (ranks []store.Rank, matches int, err error) {
	match := r.Match(query.Query)
	sql, args, err := r.searchSQL(query, match)
	if err != nil {
		return nil, 0, err
	}
	unranked := 0
	err = r.conn.Query(sql, func(row recorddb.Row) error {
		if matches == store.RankLimit {
			// More than are ranked: they only count.
			if !match.Superset || query.Query.Matches(searchtext.StoredTokens(row.Text(2))) {
				unranked++
			}
			return nil
		}
		score := query.Query.Score(searchtext.StoredTokens(row.Text(2)))
		if match.Superset && score == 0 {
			return nil
		}
		matches++
		ranks = append(ranks, store.Rank{
			Relevance: int32(max(1, score/relevanceUnit)), // see relevanceUnit
			Created:   recorddb.Time(row, 1),
			ID:        row.Text(0),
		})
		return nil
	}, args...)
	return ranks, matches + unranked, err
}

// searchSQL finds the matches, newest first.
func (d *dialect) searchSQL(query store.Search, match Match) (sql string, args []any, err error) {
	filter, filterArgs, err := listquery.SQL(query.Filter, d.statementColumns, listquery.Question)
	if err != nil {
		return "", nil, err
	}
	var where recorddb.Conditions
	where.Add(match.Where, match.Args...)
	where.Add(revtable.Visible("e"), query.At, query.At)
	from := match.From
	if filter != "" {
		from += " " + d.Join + " statement_revisions s ON s.id = e.id"
		where.Add(revtable.Visible("s"), query.At, query.At)
		where.Add(filter, filterArgs...)
	}
	// The entry's start is the statement's create_time.
	return "SELECT e.id, e.record_from, e.tokens FROM " + from + " WHERE " + where.String() + " ORDER BY " + match.Newest, where.Args(), nil
}

// compareRanks is the order of results.
func compareRanks(a, b store.Rank) int {
	return cmp.Or(
		cmp.Compare(b.Relevance, a.Relevance),
		cmp.Compare(b.Created, a.Created),
		strings.Compare(a.ID, b.ID))
}
