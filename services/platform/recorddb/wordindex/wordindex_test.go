package wordindex_test

import (
	"path/filepath"
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
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// schema is that of both services.
const schema = `CREATE TABLE search_entries (
  rowid       INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  record_from INTEGER NOT NULL,
  record_to   INTEGER NOT NULL,
  create_time INTEGER NOT NULL,
  deprecated  INTEGER NOT NULL,
  tokens      TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX search_entries_by_id ON search_entries (id, record_from);
CREATE VIRTUAL TABLE search_words USING fts5(tokens, content='', tokenize='ascii', columnsize=0);
INSERT INTO search_words (search_words, rank) VALUES ('secure-delete', 1);
CREATE TABLE search_languages (language TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;`

// index has small limits, so that few entries reach them.
var index = wordindex.Index{Engine: fts5.Engine, Revisions: "none", RankLimit: 3, CountLimit: 5}

func open(t *testing.T) *sqlitedb.DB {
	t.Helper()
	db := must.Get(sqlitedb.Open(t.Context(), filepath.Join(t.TempDir(), "t.db"),
		sqlitedb.Schema{AppID: 7, Migrations: []string{schema}}, sqlitedb.Options{Migrate: true}))(t)
	t.Cleanup(func() { must.OK(t, db.Close()) })
	return db
}

// find is the ids that a search finds, in order, and how many match.
func find(t must.TB, conn recorddb.Conn, query string, at recordtime.Time, edit func(*recordsearch.Search)) (ids []string, matches int) {
	t.Helper()
	search := recordsearch.Search{At: at, Query: must.Get(searchtext.ParseQuery(query))(t), Limit: 10}
	if edit != nil {
		edit(&search)
	}
	found := must.Get(index.Find(conn, search, false))(t)
	return pageIDs(found), found.Matches
}

func pageIDs(found wordindex.Found) (ids []string) {
	for _, rank := range found.Page {
		ids = append(ids, rank.ID)
	}
	return ids
}

// Revision after revision makes the entries that all revisions at once make, whatever stood there before; and each is found
// in its interval.
func TestPropertyKeepAndReplaceMakeTheSame(t *testing.T) {
	db := open(t)
	rapid.Check(t, func(rt *rapid.T) {
		var wanted []wordindex.Entry
		for range rapid.IntRange(1, 6).Draw(rt, "transactions") {
			revisions := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) wordindex.Now {
				return wordindex.Now{
					ID: "kept", Created: 1, Hidden: rapid.Bool().Draw(t, "hidden"), Deprecated: rapid.Bool().Draw(t, "deprecated"), Restricted: rapid.Bool().Draw(t, "restricted"),
					Tokens: rapid.SampledFrom([]string{"coal", "gas", "coal gas", ""}).Draw(t, "words"),
				}
			}), 1, 3).Draw(rt, "revisions")
			must.OK(rt, db.Write(t.Context(), func(tx recorddb.Tx) error {
				for _, now := range revisions {
					must.OK(rt, index.Keep(tx, now))
					wanted = wordindex.Next(wanted, now, tx.RecordTime())
				}
				return nil
			}))
		}
		must.OK(rt, db.Write(t.Context(), func(tx recorddb.Tx) error {
			kept := must.Get(index.All(tx, "kept"))(rt)
			other := make([]wordindex.Entry, 0, len(wanted))
			for _, entry := range wanted {
				entry.ID = "made"
				other = append(other, entry)
			}
			must.OK(rt, index.Keep(tx, wordindex.Now{ID: "made", First: true, Tokens: "wind"}))
			must.OK(rt, index.Replace(tx, "made", other))
			made := must.Get(index.All(tx, "made"))(rt)
			for i := range kept {
				if kept[i].From == kept[i].To { // hidden again in its transaction: nobody finds it
					continue
				}
				must.True(rt, len(made) > 0)
				made[0].ID = "kept"
				must.Equal(rt, made[0], kept[i])
				made = made[1:]
			}
			must.Equal(rt, len(made), 0)
			for _, entry := range kept {
				for _, at := range []recordtime.Time{entry.From, min(entry.To, recordtime.Forever-1) - 1} {
					deprecated, restricted := rapid.Bool().Draw(rt, "show deprecated"), rapid.Bool().Draw(rt, "show restricted")
					search := recordsearch.Search{At: at, Query: must.Get(searchtext.ParseQuery("coal"))(t), ShowDeprecated: deprecated, Limit: 10}
					ids := pageIDs(must.Get(index.Find(tx, search, restricted))(rt))
					want := slices.ContainsFunc(kept, func(e wordindex.Entry) bool {
						return e.From <= at && at < e.To && strings.HasPrefix(e.Tokens, "coal") &&
							(deprecated || !e.Deprecated) && (restricted || !e.Restricted)
					})
					must.Equal(rt, slices.Contains(ids, "kept"), want)
				}
			}
			must.OK(rt, index.Erase(tx, "kept"))
			return index.Erase(tx, "made")
		}))
	})
}

// Only the newest entries are ranked, all are counted up to a limit, and a page begins after a place.
func TestTheNewestAreRanked(t *testing.T) {
	db := open(t)
	put := func(id, words string, deprecated bool) {
		must.OK(t, db.Write(t.Context(), func(tx recorddb.Tx) error {
			return index.Keep(tx, wordindex.Now{ID: id, Created: tx.RecordTime(), First: true, Tokens: words, Deprecated: deprecated})
		}))
	}
	put("a", "coal coal coal", false)
	put("b", "coal", false)
	put("c", "coal coal", false)
	put("hidden", "coal", true)
	put("d", "coal", false)
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		now := recordtime.Forever - 1
		ids, matches := find(t, conn, "coal", now, nil)
		must.Equal(t, ids, []string{"c", "d", "b"})
		must.Equal(t, matches, 4)
		ids, _ = find(t, conn, "coal", now, func(s *recordsearch.Search) { s.ShowDeprecated = true })
		must.Equal(t, ids, []string{"c", "d", "hidden"})
		ids, _ = find(t, conn, "coal", now, func(s *recordsearch.Search) { s.Order, s.Ascending, s.Limit = recordsearch.ByCreateTime, true, 2 })
		must.Equal(t, ids, []string{"b", "c"})
		found := must.Get(index.Find(conn, recordsearch.Search{At: now, Query: must.Get(searchtext.ParseQuery("coal"))(t), Limit: 1}, false))(t)
		must.Equal(t, len(found.Ranked), 0)
		ids, matches = find(t, conn, "coal", now, func(s *recordsearch.Search) { s.After, s.Counted = &found.Page[0], 4 })
		must.Equal(t, ids, []string{"d", "b"})
		must.Equal(t, matches, 4)
		found = must.Get(index.Find(conn, recordsearch.Search{At: now, Query: must.Get(searchtext.ParseQuery("coal"))(t), Limit: 1, Facets: []string{"kind"}}, false))(t)
		must.Equal(t, len(found.Ranked), 3)
		return nil
	}))
	put("e", "coal", false)
	put("f", "coal", false)
	must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
		_, matches := find(t, conn, "coal", recordtime.Forever-1, nil)
		must.Equal(t, matches, index.CountLimit)
		return nil
	}))
}

// An entry of many words that is made anew again and again leaves none of them behind when it goes.
func TestNothingIsLeftOfALongEntry(t *testing.T) {
	db := open(t)
	write := func(do func(tx recorddb.Tx) error) { must.OK(t, db.Write(t.Context(), do)) }
	for words := 100; words < 5000; words += 300 {
		long := strings.TrimSpace(strings.Repeat("walled ", words))
		keep := func(tx recorddb.Tx, tokens string, first bool) {
			must.OK(t, index.Keep(tx, wordindex.Now{ID: "a", Created: 1, First: first, Tokens: tokens}))
		}
		write(func(tx recorddb.Tx) error {
			keep(tx, long, true)
			keep(tx, long+" once", false)
			keep(tx, long+" more", false)
			return nil
		})
		write(func(tx recorddb.Tx) error {
			return index.Remake(tx, "a", must.Get(index.All(tx, "a"))(t)[0].From, long)
		})
		write(func(tx recorddb.Tx) error {
			must.OK(t, index.Erase(tx, "a"))
			keep(tx, long, true)
			return nil
		})
		write(func(tx recorddb.Tx) error { return index.Erase(tx, "a") })
		must.OK(t, db.Read(t.Context(), func(conn recorddb.Conn) error {
			return conn.Query("SELECT rowid FROM search_words WHERE search_words MATCH 'walled OR once OR more'", func(row recorddb.Row) error {
				t.Errorf("%d words are left under %d", words, row.Int64(0))
				return nil
			})
		}))
	}
}
