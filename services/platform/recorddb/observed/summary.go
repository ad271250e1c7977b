package observed

import "strings"

// summary says what a statement does to which table: "SELECT figures". It is a word of
// SQL and the name of a table of ours, never anything that was bound.
func summary(sql string) string {
	verb := ""
	rest := sql
	for {
		word, after := nextWord(rest)
		if word == "" {
			break
		}
		rest = after
		upper := strings.ToUpper(word)
		if verb == "" {
			verb = upper
		}
		switch upper {
		case "FROM", "INTO", "UPDATE":
			next := strings.TrimLeft(rest, " \t\n")
			if table, _ := nextWord(next); isTable(table) && next[0] != '(' {
				return verb + " " + table
			}
		}
	}
	return verb
}

// isTable reports whether a word has the form of our tables' names.
func isTable(word string) bool {
	return word != "" && word == strings.ToLower(word) && (word[0] < '0' || word[0] > '9')
}

// nextWord returns the next word of letters, digits and underscores.
func nextWord(sql string) (word, rest string) {
	start := strings.IndexFunc(sql, inWord)
	if start < 0 {
		return "", ""
	}
	sql = sql[start:]
	end := strings.IndexFunc(sql, func(r rune) bool { return !inWord(r) })
	if end < 0 {
		return sql, ""
	}
	return sql[:end], sql[end:]
}

func inWord(r rune) bool {
	return r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
}
