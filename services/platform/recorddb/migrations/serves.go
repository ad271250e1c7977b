package migrations

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

var (
	declaration = regexp.MustCompile(`\A-- serves programs from schema ([1-9][0-9]{0,3})\n`)
	// meant is a line that is, or was meant to be, a declaration.
	meant = regexp.MustCompile(`(?im)^[ \t]*--[ \t]*serves\b`)
)

// Oldest says of each script from which schema on programs serve the database that it
// makes: the number of the script itself if it declares none. A declaration that is
// malformed, is not the first line, or names a schema whose programs could not serve
// the database before, is an error.
func Oldest(scripts []string) (oldest []int, err error) {
	before := 1
	for i, script := range scripts {
		number := i + 1
		serves, declared, err := declared(script)
		switch {
		case err != nil:
			return nil, fmt.Errorf("migration %d: %w", number, err)
		case !declared:
			serves = number
		case serves < before || serves >= number:
			return nil, fmt.Errorf("migration %d declares that it serves programs from schema %d: it can be one from %d to %d",
				number, serves, before, number-1)
		}
		oldest = append(oldest, serves)
		before = serves
	}
	return oldest, nil
}

// declared reads the declaration of a script, if it has one.
func declared(script string) (serves int, is bool, err error) {
	match := declaration.FindStringSubmatch(script)
	lines := len(meant.FindAllString(script, 2))
	switch {
	case match == nil && lines == 0:
		return 0, false, nil
	case match == nil || lines > 1:
		return 0, false, fmt.Errorf(`a declaration is the first line and reads "-- serves programs from schema 9"`)
	}
	serves, err = strconv.Atoi(match[1])
	return serves, true, err
}

// Check refuses scripts that Oldest refuses, and declared ones that programs which do
// not know them could get wrong, or that stop their writing for long. What they may
// do: CREATE TABLE, without references to others or INHERITS, and CREATE INDEX on it, not UNIQUE;
// ALTER TABLE ADD COLUMN, without constraints, nullable or with a constant default;
// ALTER TABLE SET (parallel_workers = 0). So what an older program writes is what it
// always wrote, and what it reads is as it was. CREATE INDEX CONCURRENTLY on a table
// that is there is alone in its script.
//
// Nothing may be derived from the snapshots for such a script (the table derived): an
// older program would go on writing rows without it, which nobody derives any more.
// Its new columns are NULL, or have their default, in all rows that older programs
// wrote and write: the newer one reads that as "not known", and never as a value.
func Check(scripts []string) error {
	if _, err := Oldest(scripts); err != nil {
		return err
	}
	for i, script := range scripts {
		all := statements(script)
		if _, is := IndexOf(script); is {
			continue
		}
		_, declares, _ := declared(script)
		made := map[string]bool{} // the tables that the script creates
		for _, statement := range all {
			if concurrently.MatchString(statement) {
				return fmt.Errorf("migration %d: what is made CONCURRENTLY reads "+
					"\"CREATE INDEX CONCURRENTLY name ON table (...)\", in capitals and not UNIQUE, and is alone in its script: %s", i+1, statement)
			}
			if declares && !additive(statement, made) {
				return fmt.Errorf("migration %d is declared to serve older programs, which this may break or stop: %s", i+1, statement)
			}
		}
	}
	return nil
}

// part is a literal or a quoted name, a comment, what ends a statement, blanks, or some of
// the rest of a script.
var part = regexp.MustCompile(`'(?:[^']|'')*'|"[^"]*"|--[^\n]*|;|\s+|[^'"\-;\s]+|['"\-]`)

// statements are those of a script without comments, blanks made one but in literals.
func statements(script string) (all []string) {
	var statement strings.Builder
	end := func() {
		if words := strings.TrimSpace(statement.String()); words != "" {
			all = append(all, words)
		}
		statement.Reset()
	}
	blank := true
	for _, part := range part.FindAllString(script, -1) {
		switch {
		case part == ";":
			end()
			blank = true
		case strings.HasPrefix(part, "--"):
		case strings.TrimSpace(part) != "":
			statement.WriteString(part)
			blank = false
		case !blank:
			statement.WriteByte(' ')
			blank = true
		}
	}
	end()
	return all
}

const name = `[a-z][a-z0-9_]*`

var (
	createTable = regexp.MustCompile(`^CREATE TABLE (` + name + `) \(.*\)( STRICT)?(,? ?WITHOUT ROWID)?$`)
	createIndex = regexp.MustCompile(`^CREATE INDEX ` + name + ` ON (` + name + `) .*$`)
	makeIndex   = regexp.MustCompile(`^CREATE INDEX CONCURRENTLY (` + name + `) ON (` + name + `) (.*)$`)
	addColumn   = regexp.MustCompile(`^ALTER TABLE ` + name + ` ADD COLUMN ` + name +
		` [A-Za-z]+( COLLATE "C")?( NOT NULL DEFAULT ` + constant + `| DEFAULT ` + constant + `)?$`)
	// noWorkers changes how fast a table is read, not what is read.
	noWorkers    = regexp.MustCompile(`^ALTER TABLE ` + name + ` SET \(parallel_workers = 0\)$`)
	concurrently = regexp.MustCompile(`(?i)\bCONCURRENTLY\b`)
	// refers is what makes a table depend on another, or be read with it, and what fills the rows that are there.
	refers = regexp.MustCompile(`(?i)\b(REFERENCES|FOREIGN|SELECT|derived|INHERITS|PARTITION|LIKE|[a-z]*serial)\b`)
)

// unread is what statements does not read: a quote within may be none.
var unread = regexp.MustCompile(`(?i)\be'|\$|/\*`)

// constant is a number or a text: what takes no rewriting of the rows that are there.
const constant = `(-?[0-9]+|'[^']*')`

// additive says whether a statement leaves everything that is there as it was. made
// are the tables that the script has created before it.
func additive(statement string, made map[string]bool) bool {
	if refers.MatchString(statement) || unread.MatchString(statement) {
		return false
	}
	if table := createTable.FindStringSubmatch(statement); table != nil {
		made[table[1]] = true
		return true
	}
	if index := createIndex.FindStringSubmatch(statement); index != nil {
		return made[index[1]]
	}
	return addColumn.MatchString(statement) || noWorkers.MatchString(statement)
}

// Index is one that a script makes beside those who write: such a script does nothing
// else, since it cannot run in a transaction where an engine has CONCURRENTLY.
type Index struct {
	Name, Table string
	// Definition is what follows the table.
	Definition string
}

// IndexOf is the index that a script makes CONCURRENTLY, if it is one of those.
func IndexOf(script string) (Index, bool) {
	all := statements(script)
	if len(all) != 1 {
		return Index{}, false
	}
	match := makeIndex.FindStringSubmatch(all[0])
	if match == nil {
		return Index{}, false
	}
	return Index{Name: match[1], Table: match[2], Definition: match[3]}, true
}
