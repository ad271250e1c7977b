// Package tsvector keeps the words of package wordindex in PostgreSQL, in the column words of search_entries, which the
// database makes of the column tokens.
//
// What may go here: the SQL of that table.
package tsvector

import (
	"strings"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// Engine is PostgreSQL's.
var Engine = wordindex.Engine{Join: "JOIN", Put: put, Rewrite: rewrite, End: end, Erase: erase, Match: match}

var insert = recorddb.NewInsert("search_entries", "id", "record_from", "record_to", "create_time", "deprecated", "tokens")

func put(tx recorddb.Tx, entry wordindex.Entry) error {
	return tx.Insert(insert, entry.ID, entry.From, entry.To, entry.Created, entry.Flags(), entry.Tokens)
}

func rewrite(tx recorddb.Tx, from recordtime.Time, entry wordindex.Entry) error {
	const sql = "UPDATE search_entries SET record_from = ?, record_to = ?, create_time = ?, deprecated = ?, tokens = ? WHERE id = ? AND record_from = ?"
	return tx.Exec(sql, entry.From, entry.To, entry.Created, entry.Flags(), entry.Tokens, entry.ID, from)
}

func end(tx recorddb.Tx, entry wordindex.Entry) error {
	return tx.Exec("UPDATE search_entries SET record_to = ? WHERE id = ? AND record_from = ?", entry.To, entry.ID, entry.From)
}

func erase(tx recorddb.Tx, id string) error {
	return tx.Exec("DELETE FROM search_entries WHERE id = ?", id)
}

// unsaid is a word that no text has. PostgreSQL does not notice a tsvector of more
// than 1 MiB, and finds no words in it: an entry that could come to that has this
// one word, which every query asks for too, and its text is looked through.
const unsaid = "' '"

// match asks the index of words, which knows no phrases: those are looked for in
// the text of what it finds.
func match(query searchtext.Query) wordindex.Match {
	var where recorddb.Conditions
	where.Add("e.words @@ CAST(CAST(? AS text) AS tsquery)", words(query))
	var long recorddb.Conditions // what decides where the words are not indexed
	for _, term := range query.Terms() {
		sql, args := stands(term)
		if len(term.Tokens) > 1 {
			where.Add(sql, args...)
		} else {
			long.Add(sql, args...)
		}
	}
	if long.String() != "" {
		where.Add("(octet_length(e.tokens) <= 1000000 OR ("+long.String()+"))", long.Args()...)
	}
	return wordindex.Match{
		From: "search_entries e", Where: where.String(), Args: where.Args(),
		// The sum keeps the planner from walking all entries in this order: it takes a
		// word that it knows nothing of for more frequent than it is.
		Newest: "e.record_from + 0 DESC, e.id DESC", Total: true, Window: window,
	}
}

// window walks the newest entries. Their words are looked at one by one.
func window(match wordindex.Match, at recordtime.Time, entries int) wordindex.Match {
	match.From = "(SELECT * FROM search_entries WHERE record_from <= ? ORDER BY record_from DESC, id DESC " + recorddb.Limit + ") e"
	match.FromArgs = []any{at, entries}
	match.Newest = "e.record_from DESC, e.id DESC"
	return match
}

// stands is the condition that a term stands in the text, or does not if it is
// excluded.
func stands(term searchtext.Term) (sql string, args []any) {
	needle := " " + strings.Join(term.Tokens, " ")
	if !term.Prefix {
		needle += " "
	}
	needles := []any{needle}
	for _, stem := range term.Stems {
		needles = append(needles, " "+stem+" ")
	}
	const one = "strpos(' ' || e.tokens || ' ', CAST(? AS text)) > 0"
	sql = "(" + one + strings.Repeat(" OR "+one, len(needles)-1) + ")"
	if term.Excluded {
		sql = "NOT " + sql
	}
	return sql, needles
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
			for _, stem := range term.Stems {
				word += " | " + quote(stem)
			}
			if len(term.Stems) > 0 {
				word = "(" + word + ")"
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
