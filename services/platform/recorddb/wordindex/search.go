package wordindex

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

const (
	// relevanceUnit makes a score fit the answer's 32 bits: searchtext.MaxScore is below 2^31 thousands.
	relevanceUnit = 1000

	// sampleSize is how many of the newest entries are looked at to learn whether the words are frequent, where an engine
	// must know; frequent is from how many matches among them on they are.
	sampleSize = 1000
	frequent   = sampleSize / 20
	// reserve is how many times the entries are walked that should do.
	reserve = 2
)

// Index is the words of the resources of one table of revisions.
type Index struct {
	Engine
	// Revisions is the name of that table, Columns are those of a filter on its row s, and OwnTime is that of
	// recordsearch.ByOwnTime: an integer.
	Revisions string
	Columns   listquery.Columns
	OwnTime   string
	// RankLimit is how many matches are ranked at most: those whose words were put on record last. CountLimit is how far
	// matches are counted.
	RankLimit, CountLimit int
	// Probe is how many matches are read before the index of words is asked more; 0 for the usual number.
	Probe int
}

// question is a search with what its caller may see, and its filter as a condition on the row s of the table of revisions.
type question struct {
	recordsearch.Search
	showRestricted bool
	filter         string // "" for none
	filterArgs     []any
}

func (x Index) question(query recordsearch.Search, showRestricted bool) (s question, err error) {
	s = question{Search: query, showRestricted: showRestricted}
	s.filter, s.filterArgs, err = listquery.SQL(query.Filter, x.Columns)
	return s, err
}

// Found are the matches of a search.
type Found struct {
	// Page is what was asked for, in order.
	Page []recordsearch.Rank
	// Ranked are the ids of all that were ranked, in no order, if they are to be counted by facets.
	Ranked []string
	// Matches counts all that match, ranked or not; CountLimit means that many or more.
	Matches int
}

// match is a match that is ranked.
type match struct {
	recordsearch.Rank
	from recordtime.Time // when its words were put on record
}

// Find ranks the newest matches and answers a page of them.
func (x Index) Find(conn recorddb.Conn, query recordsearch.Search, showRestricted bool) (Found, error) {
	search, err := x.question(query, showRestricted)
	if err != nil {
		return Found{}, err
	}
	if found, ok, err := x.findCurrent(conn, search); ok || err != nil {
		return found, err
	}
	ranked, matches, err := x.rankAndCount(conn, search)
	if err != nil {
		return Found{}, err
	}
	found := Found{Matches: matches}
	for i := range ranked {
		found.Page = search.insert(found.Page, ranked[i].Rank)
	}
	if len(search.Facets) > 0 {
		found.Ranked = make([]string, len(ranked))
		for i := range ranked {
			found.Ranked[i] = ranked[i].ID
		}
	}
	return found, nil
}

// rankAndCount ranks the newest matches and counts all. Where an engine would have to find all matches to tell the newest,
// it walks the newest entries instead if the words are frequent among them.
func (x Index) rankAndCount(conn recorddb.Conn, search question) (ranked []match, matches int, err error) {
	find, err := x.find(conn, search.Query)
	if err != nil {
		return nil, 0, err
	}
	entries := 0 // to walk for one match
	if find.Window != nil {
		hits, err := x.count(conn, search, find.Window(find, search.At, sampleSize), sampleSize)
		if err != nil {
			return nil, 0, err
		}
		if hits >= frequent {
			entries = reserve * sampleSize / hits
		}
	}
	more := false
	if entries > 0 {
		ranked, more, err = x.rank(conn, search, find.Window(find, search.At, entries*x.RankLimit))
	}
	if !more && err == nil {
		ranked, more, err = x.rank(conn, search, find)
	}
	switch {
	case err != nil || !more:
		return ranked, len(ranked), err
	case search.Counted > 0:
		return ranked, search.Counted, nil
	case entries > 0:
		matches, err = x.count(conn, search, find.Window(find, search.At, entries*x.CountLimit), x.CountLimit)
	}
	if matches < x.CountLimit && err == nil {
		matches, err = x.count(conn, search, find, x.CountLimit)
	}
	return ranked, matches, err
}

// find is the SQL that finds the entries of a query. Where it leaves out stems it finds the same entries, and they are
// scored for the whole query.
func (x Index) find(conn recorddb.Conn, query searchtext.Query) (Match, error) {
	query, err := x.within(conn, query)
	return x.Match(query), err
}

// within leaves out the stems of languages that no entry has.
func (x Index) within(conn recorddb.Conn, query searchtext.Query) (searchtext.Query, error) {
	if x.Languages == nil {
		return query, nil
	}
	languages, err := x.Languages(conn)
	return query.Within(languages), err
}

// rank scores the newest RankLimit matches and says whether there are more. Of those whose words were put on record at one
// time the greatest ids count as the newest: so the limit cuts the same on every engine.
func (x Index) rank(conn recorddb.Conn, search question, find Match) (ranked []match, more bool, err error) {
	sql, args := x.rankSQL(search, find)
	scorer := search.Query.Scorer()
	err = conn.Query(sql, func(row recorddb.Row) error {
		from := recorddb.Time(row, 2)
		if len(ranked) >= x.RankLimit && (find.Total || from != ranked[len(ranked)-1].from) {
			more = true
			return recorddb.ErrStop
		}
		next := match{from: from, Rank: recordsearch.Rank{
			Relevance: int32(relevance(scorer.Score(row.Text(3)))), //nolint:gosec // see relevance
			Created:   recorddb.Time(row, 1),
			ID:        row.Text(0),
		}}
		switch search.Order {
		case recordsearch.ByOwnTime:
			next.Key = row.Int64(4)
		case recordsearch.ByCreateTime:
			next.Key = int64(next.Created)
		default:
			next.Key = int64(next.Relevance)
		}
		ranked = append(ranked, next)
		return nil
	}, args...)
	if len(ranked) > x.RankLimit {
		slices.SortFunc(ranked, func(a, b match) int {
			return cmp.Or(cmp.Compare(b.from, a.from), strings.Compare(b.ID, a.ID))
		})
		ranked, more = ranked[:x.RankLimit], true
	}
	return ranked, more, err
}

// relevance is a score as an answer has it. It fits 32 bits.
func relevance(score int64) int64 { return max(1, score/relevanceUnit) }

// insert puts a result on a page, in its place, if it is after that where the page begins and before its end.
func (s question) insert(page []recordsearch.Rank, next recordsearch.Rank) []recordsearch.Rank {
	if s.After != nil && s.compare(next, *s.After) <= 0 {
		return page
	}
	if len(page) >= s.Limit && (s.Limit == 0 || s.compare(next, page[len(page)-1]) >= 0) {
		return page
	}
	at, _ := slices.BinarySearchFunc(page, next, s.compare)
	page = slices.Insert(page, at, next)
	return page[:min(s.Limit, len(page))]
}

// compare is the order of results.
func (s question) compare(a, b recordsearch.Rank) int {
	byKey := cmp.Compare(b.Key, a.Key)
	if s.Ascending {
		byKey = -byKey
	}
	return cmp.Or(byKey, cmp.Compare(b.Created, a.Created), strings.Compare(a.ID, b.ID))
}

// matchSQL is the part that all queries of a search share, from the word FROM on.
func (x Index) matchSQL(search question, find Match) (sql string, args []any) {
	var where recorddb.Conditions
	where.Add(find.Where, find.Args...)
	at := min(search.At, recordtime.Forever-1) // what is current ends at Forever
	// As revtable.Visible; the sum keeps a planner from collecting all older entries by an index, which are most.
	where.Add("e.record_from + 0 <= ? AND ? < e.record_to", at, at)
	where.Add(search.shown())
	from := find.From
	if search.filter != "" || search.Order == recordsearch.ByOwnTime {
		from += " " + x.Join + " " + x.Revisions + " s ON s.id = e.id"
		where.Add(revtable.Visible("s"), at, at)
		where.Add(search.filter, search.filterArgs...)
	}
	return "FROM " + from + " WHERE " + where.String(), append(slices.Clone(find.FromArgs), where.Args()...)
}

// shown is the condition that an entry is to be found: on the sum of deprecated and
// restricted.
func (s question) shown() string {
	switch {
	case s.ShowDeprecated && s.showRestricted:
		return ""
	case s.ShowDeprecated:
		return "e.deprecated < 2"
	case s.showRestricted:
		return "e.deprecated IN (0, 2)"
	default:
		return "e.deprecated = 0"
	}
}

// SQL finds the matches, newest first. It is for tests that look at how it is carried out.
func (x Index) SQL(query recordsearch.Search, showRestricted bool) (sql string, args []any, err error) {
	search, err := x.question(query, showRestricted)
	if err != nil {
		return "", nil, err
	}
	sql, args = x.rankSQL(search, x.Match(query.Query))
	return sql, args, nil
}

func (x Index) rankSQL(search question, find Match) (sql string, args []any) {
	sql, args = x.matchSQL(search, find)
	columns := "e.id, e.create_time, e.record_from, e.tokens"
	if search.Order == recordsearch.ByOwnTime {
		columns += ", " + x.OwnTime
	}
	sql = "SELECT " + columns + " " + sql + " ORDER BY " + find.Newest
	if find.Total {
		sql += " " + recorddb.Limit
		args = append(args, x.RankLimit+1)
	}
	return sql, args
}

// count counts all matches, up to a limit.
func (x Index) count(conn recorddb.Conn, search question, find Match, limit int) (matches int, err error) {
	search.Order = recordsearch.ByRelevance
	sql, args := x.matchSQL(search, find)
	order := ""
	if find.Window != nil && find.FromArgs == nil {
		order = " ORDER BY " + find.Newest // by the index of words, not by reading entries until there are enough
	}
	_, err = conn.QueryOne("SELECT count(*) FROM (SELECT 1 "+sql+order+" "+recorddb.Limit+") AS matches", func(row recorddb.Row) error {
		matches = int(row.Int64(0))
		return nil
	}, append(args, limit)...)
	return matches, err
}
