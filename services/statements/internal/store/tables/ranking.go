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
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// relevanceUnit makes a score fit the answer's 32 bits: searchtext.MaxScore is
// below 2^31 thousands.
const relevanceUnit = 1000

const (
	// sampleSize is how many of the newest entries are looked at to learn whether the
	// words are frequent, where an engine must know; frequent is from how many
	// matches among them on they are.
	sampleSize = 1000
	frequent   = sampleSize / 20
	// reserve is how many times the entries are walked that should do.
	reserve = 2
)

// found is a match that is ranked.
type found struct {
	store.Rank
	from recordtime.Time // when its words were put on record
}

// Search ranks the newest matches and answers a page of them.
func (r reader) Search(query store.Search) (store.Found, error) {
	ranked, matches, err := r.rankAndCount(query)
	if err != nil {
		return store.Found{}, err
	}
	out := store.Found{Matches: matches}
	if out.Facets, err = r.facets(query, ranked); err != nil {
		return store.Found{}, err
	}
	page := firstAfter(ranked, query)
	ids := make([]string, len(page))
	for i, match := range page {
		ids[i] = match.ID
	}
	statements, err := r.StatementsByID(ids, query.At)
	if err != nil {
		return store.Found{}, err
	}
	for _, match := range page {
		out.Results = append(out.Results, store.Result{Statement: statements[match.ID], Rank: match.Rank})
	}
	return out, nil
}

// rankAndCount ranks the newest matches and counts all. Where an engine would have to
// find all matches to tell the newest, it walks the newest entries instead if the
// words are frequent among them.
func (r reader) rankAndCount(query store.Search) (ranked []found, matches int, err error) {
	match, err := r.match(query.Query)
	if err != nil {
		return nil, 0, err
	}
	entries := 0 // to walk for one match
	if match.Window != nil {
		hits, err := r.count(query, match.Window(match, query.At, sampleSize), sampleSize)
		if err != nil {
			return nil, 0, err
		}
		if hits >= frequent {
			entries = reserve * sampleSize / hits
		}
	}
	more := false
	if entries > 0 {
		ranked, more, err = r.rank(query, match.Window(match, query.At, entries*store.RankLimit))
	}
	if !more && err == nil {
		ranked, more, err = r.rank(query, match)
	}
	switch {
	case err != nil || !more:
		return ranked, len(ranked), err
	case query.Counted > 0:
		return ranked, query.Counted, nil
	case entries > 0:
		matches, err = r.count(query, match.Window(match, query.At, entries*store.CountLimit), store.CountLimit)
	}
	if matches < store.CountLimit && err == nil {
		matches, err = r.count(query, match, store.CountLimit)
	}
	return ranked, matches, err
}

// match is the SQL that finds the entries of a query. Where it leaves out stems it
// finds the same entries, and they are scored for the whole query.
func (r reader) match(query searchtext.Query) (Match, error) {
	if r.Languages == nil {
		return r.Match(query), nil
	}
	languages, err := r.Languages(r.conn)
	return r.Match(query.Within(languages)), err
}

// rank scores the newest store.RankLimit matches and says whether there are more.
// Of those whose words were put on record at one time the greatest ids count as
// the newest: so the limit cuts the same on every engine.
func (r reader) rank(query store.Search, match Match) (ranked []found, more bool, err error) {
	sql, args, err := r.searchSQL(query, match)
	if err != nil {
		return nil, false, err
	}
	scorer := query.Query.Scorer()
	byTime := query.Order == store.ByStatementTime
	err = r.conn.Query(sql, func(row recorddb.Row) error {
		from := recorddb.Time(row, 2)
		if len(ranked) >= store.RankLimit && (match.Total || from != ranked[len(ranked)-1].from) {
			more = true
			return recorddb.ErrStop
		}
		score := scorer.Score(row.Text(3))
		next := found{from: from, Rank: store.Rank{
			Relevance: int32(max(1, score/relevanceUnit)), //nolint:gosec // see relevanceUnit
			Created:   recorddb.Time(row, 1),
			ID:        row.Text(0),
		}}
		switch {
		case byTime:
			next.Key = row.Int64(4)
		case query.Order == store.ByCreateTime:
			next.Key = int64(next.Created)
		default:
			next.Key = int64(next.Relevance)
		}
		ranked = append(ranked, next)
		return nil
	}, args...)
	if len(ranked) > store.RankLimit {
		slices.SortFunc(ranked, func(a, b found) int {
			return cmp.Or(cmp.Compare(b.from, a.from), strings.Compare(b.ID, a.ID))
		})
		ranked, more = ranked[:store.RankLimit], true
	}
	return ranked, more, err
}

// firstAfter is the page that begins after a place, sorted.
func firstAfter(ranked []found, query store.Search) []found {
	compare := func(a, b store.Rank) int { return compareRanks(a, b, query.Ascending) }
	page := make([]found, 0, min(query.Limit, len(ranked))+1)
	for _, match := range ranked {
		if query.After != nil && compare(match.Rank, *query.After) <= 0 {
			continue
		}
		full := len(page) == query.Limit
		if full && compare(match.Rank, page[len(page)-1].Rank) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(page, match.Rank, func(f found, rank store.Rank) int { return compare(f.Rank, rank) })
		page = slices.Insert(page, at, match)
		page = page[:min(query.Limit, len(page))]
	}
	return page
}

// compareRanks is the order of results.
func compareRanks(a, b store.Rank, ascending bool) int {
	byKey := cmp.Compare(b.Key, a.Key)
	if ascending {
		byKey = -byKey
	}
	return cmp.Or(byKey, cmp.Compare(b.Created, a.Created), strings.Compare(a.ID, b.ID))
}

// matchSQL is the part that all queries of a search share, from the word FROM on.
func (d *dialect) matchSQL(query store.Search, match Match) (sql string, args []any, err error) {
	filter, filterArgs, err := listquery.SQL(query.Filter, d.statementColumns, listquery.Question)
	if err != nil {
		return "", nil, err
	}
	var where recorddb.Conditions
	where.Add(match.Where, match.Args...)
	at := min(query.At, recordtime.Forever-1) // what is current ends at Forever
	// As revtable.Visible; the sum keeps a planner from collecting all older entries by
	// an index, which are most.
	where.Add("e.record_from + 0 <= ? AND ? < e.record_to", at, at)
	if !query.ShowDeprecated {
		where.Add("e.deprecated = 0")
	}
	from := match.From
	if filter != "" || query.Order == store.ByStatementTime {
		from += " " + d.Join + " statement_revisions s ON s.id = e.id"
		where.Add(revtable.Visible("s"), at, at)
		where.Add(filter, filterArgs...)
	}
	return "FROM " + from + " WHERE " + where.String(), append(slices.Clone(match.FromArgs), where.Args()...), nil
}

// searchSQL finds the matches, newest first.
func (d *dialect) searchSQL(query store.Search, match Match) (sql string, args []any, err error) {
	sql, args, err = d.matchSQL(query, match)
	columns := "e.id, e.create_time, e.record_from, e.tokens"
	if query.Order == store.ByStatementTime {
		columns += ", s.time_order"
	}
	sql = "SELECT " + columns + " " + sql + " ORDER BY " + match.Newest
	if match.Total {
		sql += " " + recorddb.Limit
		args = append(args, store.RankLimit+1)
	}
	return sql, args, err
}

// count counts all matches, up to a limit.
func (r reader) count(query store.Search, match Match, limit int) (matches int, err error) {
	sql, args, err := r.matchSQL(query, match)
	if err != nil {
		return 0, err
	}
	order := ""
	if match.Window != nil && match.FromArgs == nil {
		order = " ORDER BY " + match.Newest // by the index of words, not by reading entries until there are enough
	}
	_, err = r.conn.QueryOne("SELECT count(*) FROM (SELECT 1 "+sql+order+" "+recorddb.Limit+") AS matches", func(row recorddb.Row) error {
		matches = int(row.Int64(0))
		return nil
	}, append(args, limit)...)
	return matches, err
}

// facets reads the values of fields that the ranked matches have.
func (r reader) facets(query store.Search, ranked []found) ([]store.Facet, error) {
	if len(query.Facets) == 0 {
		return nil, nil
	}
	facets := make([]store.Facet, len(query.Facets))
	for i, field := range query.Facets {
		facets[i] = store.Facet{Field: field, Values: make([][]string, 0, len(ranked))}
	}
	const piece = 512
	for matches := range slices.Chunk(ranked, piece) {
		ids := make([]string, len(matches))
		for i, match := range matches {
			ids[i] = match.ID
		}
		statements, err := r.StatementsByID(ids, query.At)
		if err != nil {
			return nil, err
		}
		for _, statement := range statements {
			for i := range facets {
				facets[i].Values = append(facets[i].Values, statement.FacetValues(facets[i].Field))
			}
		}
	}
	return facets, nil
}
