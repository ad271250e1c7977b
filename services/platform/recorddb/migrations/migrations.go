// Package migrations reads the numbered SQL scripts that bring the schema of a
// service from one version to the next.
//
// Why: both engines number schemas alike, so that "which schema does this
// database have" means the same on each.
//
// A script whose first line is
//
//	-- serves programs from schema 9
//
// makes a database that programs whose own schema is 9 or newer go on serving, so
// that they need not stop while newer ones take over, and can come back. Without the
// line it is served by programs of its own schema alone. See Check for what such a
// script may do.
//
// What may go here: finding, naming and judging scripts. Running them belongs to the
// engines.
package migrations

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var scriptName = regexp.MustCompile(`^(\d{4})_[a-z0-9_]+\.sql$`)

// Load reads every *.sql file of fsys, in whatever folder, in order. Files are
// named 0001_what_it_does.sql, numbered from 1 without gaps; anything else is an
// error, and so is what Check refuses.
func Load(fsys fs.FS) (scripts []string, err error) {
	var files []string
	err = fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && path.Ext(name) == ".sql" {
			files = append(files, name)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	slices.SortFunc(files, func(a, b string) int { return strings.Compare(path.Base(a), path.Base(b)) })
	for i, name := range files {
		match := scriptName.FindStringSubmatch(path.Base(name))
		if match == nil {
			return nil, fmt.Errorf("migration %q is not named NNNN_words.sql", name)
		}
		if number, err := strconv.Atoi(match[1]); err != nil || number != i+1 {
			return nil, fmt.Errorf("migration %q is out of sequence: number %04d is expected", name, i+1)
		}
		script, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, fmt.Errorf("read migration %q: %w", name, err)
		}
		scripts = append(scripts, string(script))
	}
	return scripts, Check(scripts)
}
