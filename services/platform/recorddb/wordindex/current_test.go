package wordindex_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex/fts5"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// currentWords are those of one check each, so that queries and entries meet: forms of words with stems in every language
// ("wall"), in none ("7"), in all but one ("எங்கள்" in Tamil, "leri" in Turkish), and with two in one ("está" in Finnish).
var (
	currentWords = [][]string{
		{"wall", "walls", "border", "borders", "7"},
		{"wall", "walled", "wall wall", "and"},
		{"எங்கள் கதை கதை", "எங்கள்", "எங்கள் கதைகள்", "கதைகள்"},
		{"leri ev ev", "leri", "leri evleri", "evleri"},
		{"wall", "leri", "எங்கள்", "கதைகள்", "está", "esta", "!"},
	}
	currentLanguages = [][]string{{"ta", "tr"}, {"ta"}, {"tr"}, {"en"}, {"en", "tr"}, nil}
)

// currentQuery has words, mostly as they are, some twice.
func currentQuery(t *rapid.T, words []string) (query searchtext.Query, ok bool) {
	terms := rapid.SliceOfN(rapid.SampledFrom(words), 1, 4).Draw(t, "terms")
	for i := range terms {
		switch rapid.IntRange(0, 11).Draw(t, "as") {
		case 8:
			terms[i] += "*"
		case 9:
			terms[i] = `"` + terms[i] + " " + words[0] + `"`
		case 10:
			terms[i] = "-" + terms[i]
		case 11:
			terms[i] = `-"` + words[0] + " " + terms[i] + `"`
		}
	}
	query, err := searchtext.ParseQuery(strings.Join(terms, " "))
	if language := rapid.SampledFrom([]string{"", "", "en", "ta", "tr", "none"}).Draw(t, "stems"); language != "none" {
		query = query.Stemmed(language)
	}
	return query, err == nil
}

// currentTokens are those of an entry of several parts, some without a word, some longer than a place tells.
func currentTokens(t *rapid.T, words, languages []string) string {
	parts := make([]searchtext.Part, rapid.IntRange(1, 2).Draw(t, "parts"))
	for i := range parts {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 4).Draw(t, "text"), " ")
		parts[i].Text = strings.Repeat(text+" ", rapid.SampledFrom([]int{1, 1, 1, 1, 2, 100}).Draw(t, "times"))
		parts[i].LanguageCode = rapid.SampledFrom(append([]string{""}, languages...)).Draw(t, "language")
	}
	return searchtext.Entry(parts...)
}

// What is chosen by what the index of words tells is what ranking every match gives: on every page, for every reader,
// whatever changed before, and with however few matches read before the index is asked more.
func TestPropertyCurrentIsAsRanked(t *testing.T) {
	chosen := wordindex.Index{Engine: fts5.Engine, Revisions: "none"}
	db := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		must.OK(rt, db.Write(t.Context(), func(tx recorddb.Tx) error {
			must.OK(rt, tx.Exec("DELETE FROM search_entries"))
			must.OK(rt, tx.Exec("DELETE FROM search_languages"))
			return tx.Exec("INSERT INTO search_words (search_words) VALUES ('delete-all')")
		}))
		words, languages := rapid.SampledFrom(currentWords).Draw(rt, "words"), rapid.SampledFrom(currentLanguages).Draw(rt, "languages")
		kinds := make([]string, rapid.IntRange(2, 5).Draw(rt, "kinds")) // few, so that many match a query
		for i := range kinds {
			kinds[i] = currentTokens(rt, words, languages)
		}
		var newest recordtime.Time
		for range rapid.IntRange(1, 8).Draw(rt, "transactions") {
			must.OK(rt, db.Write(t.Context(), func(tx recorddb.Tx) error {
				newest = tx.RecordTime()
				for range rapid.IntRange(1, 16).Draw(rt, "changes") {
					currentChange(rt, chosen, tx, rapid.SampledFrom(kinds).Draw(rt, "kind"))
				}
				return nil
			}))
		}
		chosen.Probe = rapid.IntRange(1, 2).Draw(rt, "probe")
		chosen.RankLimit = rapid.SampledFrom([]int{2, 5, 1000}).Draw(rt, "ranked")
		chosen.CountLimit = chosen.RankLimit + rapid.IntRange(1, 5).Draw(rt, "counted")
		ranked := chosen
		ranked.Places = nil
		must.OK(rt, db.Read(t.Context(), func(conn recorddb.Conn) error {
			for range 4 {
				query, ok := currentQuery(rt, words)
				if !ok {
					continue // exclusions only
				}
				search := recordsearch.Search{
					At: newest, Query: query, Limit: rapid.IntRange(1, 7).Draw(rt, "limit"), ShowDeprecated: rapid.Bool().Draw(rt, "deprecated"),
				}
				restricted := rapid.Bool().Draw(rt, "restricted")
				for range 3 {
					got, want := must.Get(chosen.Find(conn, search, restricted))(rt), must.Get(ranked.Find(conn, search, restricted))(rt)
					must.Equal(rt, got, want)
					if len(want.Page) == 0 {
						break
					}
					search.After = &want.Page[len(want.Page)-1]
				}
			}
			return nil
		}))
	})
}

// currentChange puts an entry on record, as it comes or, made anew, too late.
func currentChange(t *rapid.T, index wordindex.Index, tx recorddb.Tx, tokens string) {
	id := fmt.Sprint("e", rapid.IntRange(0, 40).Draw(t, "id"))
	before := must.Get(index.All(tx, id))(t)
	if len(before) > 0 && rapid.IntRange(0, 3).Draw(t, "anew") == 0 {
		entry := before[0]
		entry.From -= recordtime.Time(rapid.IntRange(0, 2).Draw(t, "earlier"))
		entry.Created = min(entry.Created, entry.From)
		entry.Tokens = tokens
		must.OK(t, index.Replace(tx, id, slices.Concat([]wordindex.Entry{entry}, before[1:])))
		return
	}
	now := wordindex.Now{
		ID: id, Created: tx.RecordTime(), First: len(before) == 0, Tokens: tokens,
		Hidden:     len(before) > 0 && rapid.IntRange(0, 5).Draw(t, "hidden") == 0,
		Deprecated: rapid.IntRange(0, 3).Draw(t, "deprecated") == 0, Restricted: rapid.IntRange(0, 3).Draw(t, "restricted") == 0,
	}
	if len(before) > 0 {
		now.Created = before[0].Created
	}
	must.OK(t, index.Keep(tx, now))
}

// Of equals the newest come first, then the least ids: whether they were put on record in one transaction or late, or got
// the place of another.
func TestEqualsComeByTheirTime(t *testing.T) {
	db := open(t)
	index := wordindex.Index{Engine: fts5.Engine, Revisions: "none", RankLimit: 1000, CountLimit: 1000}
	var at []recordtime.Time // of the transactions
	write := func(each ...func(tx recorddb.Tx) error) {
		must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
			at = append(at, tx.RecordTime())
			for _, fn := range each {
				must.OK(t, fn(tx))
			}
			return nil
		}))
	}
	put := func(id string, created func() recordtime.Time) func(tx recorddb.Tx) error {
		return func(tx recorddb.Tx) error {
			return index.Keep(tx, wordindex.Now{ID: id, Created: created(), First: true, Tokens: "coal"})
		}
	}
	replace := func(id string, from recordtime.Time) func(tx recorddb.Tx) error {
		return func(tx recorddb.Tx) error {
			return index.Replace(tx, id, []wordindex.Entry{{ID: id, From: from, To: recordtime.Forever, Created: from, Tokens: "coal"}})
		}
	}
	now := func() recordtime.Time { return at[len(at)-1] }
	first := func() string {
		var id string
		must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
			search := recordsearch.Search{At: recordtime.Forever - 1, Query: must.Get(searchtext.ParseQuery("coal"))(t), Limit: 1}
			id = must.Get(index.Find(conn, search, false))(t).Page[0].ID
			return nil
		}))
		return id
	}
	write(put("moved", now))
	write(put("a", now), put("b", now))
	must.Equal(t, first(), "a")
	write()
	write()
	write(put("corrected", func() recordtime.Time { return at[2] }))
	must.Equal(t, first(), "corrected")
	write(replace("moved", at[3]))
	must.Equal(t, first(), "moved")
	write()
	write(put("again", func() recordtime.Time { return at[4] }))
	write(replace("late", at[6]))
	write(replace("latest", at[0]))
	for range 20 { // late entries are looked at before the others or after them
		must.Equal(t, first(), "late")
	}
}

// reads counts the entries that are read one by one.
type reads struct {
	recorddb.Conn
	count int
}

func (r *reads) QueryOne(sql string, row func(recorddb.Row) error, args ...any) (bool, error) {
	if strings.Contains(sql, "tokens") {
		r.count++
	}
	return r.Conn.QueryOne(sql, row, args...)
}

// Of many matches few are read, as long as the index tells them apart.
func TestOnlyWhatMayBeOnThePageIsRead(t *testing.T) {
	db := open(t)
	index := wordindex.Index{Engine: fts5.Engine, Revisions: "none", RankLimit: 1000, CountLimit: 1000, Probe: 4}
	const each = 50
	for _, text := range []string{"wall of one border", "walls and border", "wall on wall by borders", "borders of walls", "wall border long"} {
		for i := range each {
			must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
				return index.Keep(tx, wordindex.Now{
					ID: fmt.Sprint(text, i), Created: tx.RecordTime(), First: true,
					Tokens: searchtext.Entry(searchtext.Part{Text: text, LanguageCode: "en"}),
				})
			}))
		}
	}
	for query, best := range map[string]string{
		"wall border": "wall border long49", "walled border": "wall border long49", "walled bordered": "wall border long49", "borders": "borders of walls49",
		`"wall on"`: "wall on wall by borders49",
	} {
		must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
			counted := &reads{Conn: conn}
			search := recordsearch.Search{At: recordtime.Forever - 1, Query: must.Get(searchtext.ParseQuery(query))(t).Stemmed(""), Limit: 1}
			found := must.Get(index.Find(counted, search, false))(t)
			must.Equal(t, found.Page[0].ID, best)
			must.True(t, found.Matches >= each && counted.count > 0 && counted.count < each/2, query, counted.count)
			return nil
		}))
	}
}

// A word that has stems, but none in the languages of the index, is found by its letters: that counts where all other words
// are found by their stems.
func TestAWordWithoutAStemInTheIndexCounts(t *testing.T) {
	db := open(t)
	index := wordindex.Index{Engine: fts5.Engine, Revisions: "none", RankLimit: 1000, CountLimit: 1000, Probe: 1}
	put := func(id, text string) {
		must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
			return index.Keep(tx, wordindex.Now{
				ID: id, Created: tx.RecordTime(), First: true, Tokens: searchtext.Entry(searchtext.Part{Text: text, LanguageCode: "ta"}),
			})
		}))
	}
	put("best", "எங்கள் எங்கள் எங்கள் எங்கள் எங்கள் கதைகள் நூல்கள்")
	for i := range 20 {
		put(fmt.Sprint(i), "எங்கள் எங்கள் கதைகள் நூல்கள் 1 2 3")
	}
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		search := recordsearch.Search{At: recordtime.Forever - 1, Query: must.Get(searchtext.ParseQuery("எங்கள் கதை நூல்"))(t).Stemmed(""), Limit: 1}
		must.Equal(t, must.Get(index.Find(conn, search, false))(t).Page[0].ID, "best")
		return nil
	}))
}

// A write finds what stood before it as it stood, whatever it changed since.
func TestAWriteFindsWhatStoodBefore(t *testing.T) {
	db := open(t)
	now := wordindex.Now{ID: "a", First: true, Tokens: "coal"}
	var before recordtime.Time
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		before = tx.RecordTime()
		return index.Keep(tx, now)
	}))
	must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, index.Keep(tx, wordindex.Now{ID: "a", Tokens: "gas"}))
		ids, _ := find(t, tx, "coal", before, nil)
		must.Equal(t, ids, []string{"a"})
		ids, _ = find(t, tx, "gas", before, nil)
		must.Equal(t, len(ids), 0)
		return nil
	}))
}
