package wordindex

import (
	"cmp"
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

const (
	// defaultProbe is how many matches are read before the index of words is asked for more: asking costs as much as reading
	// a thousand.
	defaultProbe = 64
	// patience is how many times that many matches are read without asking.
	patience = 8
)

// findCurrent answers what stands now from the index of words: the place of an entry and what else the index tells bound
// what it scores, and only those that may be on the page are read. It gives the same as ranking all, or reports that it
// cannot: of another time, or of what a filter makes it read anyway, or in a write, whose own changes are newer than the
// clock says.
func (x Index) findCurrent(conn recorddb.Conn, search question) (found Found, ok bool, err error) {
	if x.Places == nil || search.Order != recordsearch.ByRelevance || search.Ascending || search.filter != "" || len(search.Facets) > 0 || !search.Query.Bounded() {
		return Found{}, false, nil
	}
	if _, writes := conn.(recorddb.Tx); writes {
		return Found{}, false, nil
	}
	newest, err := x.Places.Newest(conn)
	if err != nil || search.At < newest {
		return Found{}, false, err
	}
	query, err := x.within(conn, search.Query)
	if err != nil {
		return Found{}, false, err
	}
	places, matches, err := x.newestPlaces(conn, search, PlaceMatch{query.FTS5(), search.hidden()})
	if err != nil || len(places) < min(matches, x.RankLimit) {
		return Found{}, false, err
	}
	c := candidates{
		Index: x, conn: conn, search: search, places: places, clues: slices.Repeat([]searchtext.Clues{searchtext.AnyClue}, len(places)),
		read: make([]bool, len(places)), scorer: search.Query.Scorer(), bounds: make(map[kind]int64),
	}
	err = c.choose(query)
	return Found{Page: c.page, Matches: matches}, true, err
}

// newestPlaces finds the places of all matches, or of as many as are ranked, and counts all. It finds none of more if the
// last of them and the next were put on record at one time: then the places do not tell which of them are ranked.
func (x Index) newestPlaces(conn recorddb.Conn, search question, match PlaceMatch) (places []Place, matches int, err error) {
	places, err = x.Places.Find(conn, match, false, x.RankLimit+1)
	if err != nil || len(places) <= x.RankLimit {
		return places, len(places), err
	}
	places, err = x.Places.Find(conn, match, true, x.RankLimit+1)
	if err != nil {
		return nil, 0, err
	}
	last, next := places[x.RankLimit-1], places[x.RankLimit]
	var times []recordtime.Time
	err = conn.Query("SELECT record_from FROM search_entries WHERE "+x.Places.Column+" IN (?, ?)", func(row recorddb.Row) error {
		times = append(times, recorddb.Time(row, 0))
		return nil
	}, int64(last), int64(next))
	if err != nil || len(times) != 2 || times[0] == times[1] {
		return nil, x.RankLimit + 1, err
	}
	if matches = search.Counted; matches == 0 {
		matches, err = x.Places.Count(conn, match, x.CountLimit)
	}
	return places[:x.RankLimit], matches, err
}

// candidates are the matches of a search, of which a page is chosen.
type candidates struct {
	Index
	conn   recorddb.Conn
	search question
	places []Place // the greatest first
	// clues and read are of the places: what is known of one, and whether it was read.
	clues  []searchtext.Clues
	read   []bool
	scorer *searchtext.Scorer
	bounds map[kind]int64
	page   []recordsearch.Rank
}

// kind is what the candidates have in common that have the same bound.
type kind struct {
	clues  searchtext.Clues
	length int
	late   bool
}

// choose reads candidates until no other can be on the page, and asks the index more of them when that takes long.
func (c *candidates) choose(query searchtext.Query) error {
	probe := cmp.Or(c.Probe, defaultProbe)
	if len(c.places) > probe*patience {
		for _, clue := range searchtext.AllClues {
			if done, err := c.look(probe); done || err != nil {
				return err
			}
			if err := c.ask(query, clue); err != nil {
				return err
			}
		}
	}
	_, err := c.look(len(c.places))
	return err
}

// ask finds the candidates of which a clue is true. If it is true of too many others it tells nothing.
func (c *candidates) ask(query searchtext.Query, clue searchtext.Clues) error {
	expression := query.FTS5Clue(clue)
	if expression == "" {
		return nil
	}
	found, err := c.Places.Find(c.conn, PlaceMatch{expression, c.search.hidden()}, false, c.RankLimit+1)
	if err != nil || len(found) > c.RankLimit {
		return err
	}
	for i, place := range c.places {
		for len(found) > 0 && found[0] > place {
			found = found[1:]
		}
		if len(found) == 0 || found[0] != place {
			c.clues[i] &^= clue
		}
	}
	return nil
}

// look reads the candidates with the highest bounds, at most so many, and reports whether no other can be on the page.
func (c *candidates) look(most int) (done bool, err error) {
	kinds := make(map[kind][]int)
	for i, place := range c.places {
		if !c.read[i] {
			k := kind{c.clues[i], place.length(), place.Late()}
			kinds[k] = append(kinds[k], i)
		}
	}
	order := slices.SortedFunc(maps.Keys(kinds), func(a, b kind) int { return cmp.Compare(c.bound(b), c.bound(a)) })
	for _, k := range order {
		if c.beats(c.bound(k)) > 0 {
			return true, nil
		}
		for _, i := range kinds[k] {
			if most--; most < 0 {
				return false, nil
			}
			from, err := c.take(i)
			if err != nil {
				return false, err
			}
			if over := c.beats(c.bound(k)); over > 0 || over == 0 && !k.late && from < c.page[len(c.page)-1].Created {
				break // the others of this kind are not newer than this one, and none was created after its words were put on record
			}
		}
	}
	return true, nil
}

// bound is what candidates of a kind have at most, as a key of Rank.
func (c *candidates) bound(k kind) int64 {
	bound, known := c.bounds[k]
	if !known {
		bound = relevance(c.search.Query.AtMost(k.length, k.clues))
		c.bounds[k] = bound
	}
	return bound
}

// beats compares the last of a full page with a bound: above 0, it is better than whatever has that bound.
func (c *candidates) beats(bound int64) int {
	if len(c.page) < c.search.Limit || c.search.Limit == 0 {
		return -1
	}
	return cmp.Compare(c.page[len(c.page)-1].Key, bound)
}

// take reads a candidate, and puts it on the page if it belongs there.
func (c *candidates) take(i int) (from recordtime.Time, err error) {
	c.read[i] = true
	_, err = c.conn.QueryOne("SELECT "+entryColumns+" FROM search_entries WHERE "+c.Places.Column+" = ?", func(row recorddb.Row) error {
		entry := scanEntry(row)
		from = entry.From
		key := relevance(c.scorer.Score(entry.Tokens))
		c.page = c.search.insert(c.page, recordsearch.Rank{Key: key, Created: entry.Created, ID: entry.ID, Relevance: int32(key)}) //nolint:gosec // see relevance
		return nil
	}, int64(c.places[i]))
	return from, err
}
