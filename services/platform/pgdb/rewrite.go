package pgdb

import (
	"strconv"
	"strings"
	"sync"
)

// maxTexts bounds each half of the texts kept. Filters make SQL of endless
// variety.
const maxTexts = 512

// texts turns the SQL of the stores into that of one schema and remembers what
// came out. It is safe for concurrent use.
//
// It keeps two generations: what is used moves into the new one, and when that
// is full the old one is forgotten.
type texts struct {
	schema string

	mu       sync.Mutex
	now, old map[string]string
}

func newTexts(schema string) *texts {
	return &texts{schema: schema, now: make(map[string]string)}
}

func (t *texts) get(sql string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if text, ok := t.now[sql]; ok {
		return text
	}
	text, ok := t.old[sql]
	if !ok {
		text = rewrite(sql, t.schema)
	}
	if len(t.now) >= maxTexts {
		t.old, t.now = t.now, make(map[string]string)
	}
	t.now[sql] = text
	return text
}

// rewrite numbers the ? parameters and puts the schema before the tables: names
// in lower case after FROM, JOIN, INTO or UPDATE, unless they are functions,
// qualified already, named by WITH in the same statement, or what a value is
// distinct FROM.
func rewrite(sql, schema string) string {
	var out strings.Builder
	out.Grow(len(sql) + 64)
	local := withNames(sql)
	params := 0
	var before, last string // the two words before this one
	for rest := sql; rest != ""; {
		piece := token(rest)
		rest = rest[len(piece):]
		switch {
		case piece == "?":
			params++
			out.WriteString("$" + strconv.Itoa(params))
			before, last = last, ""
			continue
		case isTable(piece, before, last, rest) && !local[piece]:
			out.WriteString(schema + ".")
		}
		out.WriteString(piece)
		if !isBlank(piece) {
			before, last = last, piece
		}
	}
	return out.String()
}

// isTable says whether a word names a table, from the two words before it and
// what follows.
func isTable(word, before, last, rest string) bool {
	if !isLower(word[0]) && word[0] != '_' {
		return false
	}
	switch last {
	case "INTO":
		return !strings.HasPrefix(rest, ".")
	case "FROM":
		if before == "DISTINCT" {
			return false
		}
	case "JOIN", "UPDATE":
	default:
		return false
	}
	rest = strings.TrimLeft(rest, " \t\n")
	return !strings.HasPrefix(rest, "(") && !strings.HasPrefix(rest, ".")
}

// withNames returns the names that WITH gives to queries: each stands before
// AS ( or AS [NOT] MATERIALIZED (.
func withNames(sql string) map[string]bool {
	if !strings.Contains(sql, "WITH ") {
		return nil
	}
	names := make(map[string]bool)
	var before, last string
	columns := "" // the word before a list of columns that is open
	for rest := sql; rest != ""; {
		piece := token(rest)
		rest = rest[len(piece):]
		if isBlank(piece) {
			continue
		}
		switch {
		case last == "AS" && (piece == "(" || piece == "MATERIALIZED" || piece == "NOT"):
			if before == ")" {
				before = columns
			}
			names[before] = true
		case piece == "(" && last != "" && isLower(last[0]):
			columns = last
		}
		before, last = last, piece
	}
	return names
}

// token returns the next piece of SQL: a word, a text in quotes, a comment,
// blanks, or one other character.
func token(sql string) string {
	switch c := sql[0]; {
	case c == '\'' || c == '"':
		if end := strings.IndexByte(sql[1:], c); end >= 0 {
			return sql[:end+2]
		}
		return sql
	case strings.HasPrefix(sql, "--"):
		if end := strings.IndexByte(sql, '\n'); end >= 0 {
			return sql[:end+1]
		}
		return sql
	case isWord(c):
		return sql[:span(sql, isWord)]
	case isSpace(c):
		return sql[:span(sql, isSpace)]
	default:
		return sql[:1]
	}
}

func span(s string, in func(byte) bool) int {
	for i := range len(s) {
		if !in(s[i]) {
			return i
		}
	}
	return len(s)
}

func isBlank(piece string) bool { return isSpace(piece[0]) || strings.HasPrefix(piece, "--") }
func isSpace(c byte) bool       { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }
func isLower(c byte) bool       { return 'a' <= c && c <= 'z' }
func isWord(c byte) bool {
	return isLower(c) || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}
