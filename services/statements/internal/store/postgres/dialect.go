package postgres

import (
	"strings"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
	"github.com/onrecord/onrecord/services/statements/internal/store/tables"
)

// dialect is PostgreSQL's.
var dialect = tables.Dialect{
	Join:           "JOIN",
	RevisionColumn: "revision",
	RevisionValue:  func(_ recorddb.Tx, revision int64) (int64, error) { return revision, nil },
	ByRevision:     "s.id = k.id AND s.revision = k.revision",
	PutEntry:       putEntry,
	Match:          match,
}

var insertEntry = recorddb.NewInsert("search_entries", "id", "record_from", "record_to", "place", "tokens")

func putEntry(tx recorddb.Tx, entry tables.Entry) error {
	return tx.Insert(insertEntry, entry.ID, entry.From, recordtime.Forever, entry.Place, entry.Tokens)
}

// indexed are the words of an entry e, as in search_entries_by_word. PostgreSQL
// does not notice a tsvector of more than 1 MiB, and finds no words in it: an
// entry that could come to that has the one word unsaid, which every query asks
// for too, and what the index finds is checked.
const indexed = `CASE WHEN octet_length(e.tokens) > 1000000 THEN array_to_tsvector(ARRAY[' '])
	ELSE array_to_tsvector(array_remove(string_to_array(e.tokens, ' '), '')) END`

// unsaid is a word that no text has.
const unsaid = "' '"

// match asks the index of words, which knows no phrases.
func match(query searchtext.Query) tables.Match {
	return tables.Match{
		From: "search_entries e",
		// As in the index search_entries_by_word.
		Where:    indexed + " @@ CAST(CAST(? AS text) AS tsquery)",
		Args:     []any{words(query)},
		Newest:   "e.record_from DESC, e.place DESC",
		Superset: true,
	}
}

// words is the tsquery that every match meets: a phrase is the words that it
// has, and of what is excluded only single words can be left out.
func words(query searchtext.Query) string {
	var all []string
	for _, term := range query.Terms() {
		if term.Excluded && len(term.Tokens) > 1 {
			continue
		}
		for i, token := range term.Tokens {
			word := quote(token)
			if term.Prefix && i == len(term.Tokens)-1 {
				word += ":*"
			}
			if term.Excluded {
				word = "!" + word
			}
			all = append(all, word)
		}
	}
	return "(" + strings.Join(all, " & ") + ") | " + unsaid
}

var escape = strings.NewReplacer("'", "''", `\`, `\\`)

// quote writes a token so that nothing in it is an operator.
func quote(token string) string { return "'" + escape.Replace(token) + "'" }
