package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/alecthomas/kong"
)

// maxTypo is how many letters a variable may differ from the name of a setting to be
// taken for a mistake, one in three at most.
const maxTypo = 2

// misspelt refuses a variable that is no setting and nearly the name of one: what it was
// to say would be ignored without a word. Others that begin like ours are not: a machine
// may have settings of several programs, or of its own.
func misspelt(app *kong.Application, environ []string) error {
	known := make(map[string]bool)
	err := kong.Visit(app, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			for _, name := range flag.Envs {
				known[name] = true
			}
		}
		return next(nil)
	})
	if err != nil {
		return err
	}
	for _, variable := range environ {
		name, _, _ := strings.Cut(variable, "=")
		rest, ours := strings.CutPrefix(name, EnvPrefix+"_")
		if !ours || known[name] {
			continue
		}
		for _, setting := range slices.Sorted(maps.Keys(known)) {
			if distance(name, setting) <= min(maxTypo, len(rest)/3) {
				return &usageError{fmt.Errorf("the environment variable %s is no setting, did you mean %s?", name, setting)}
			}
		}
	}
	return nil
}

// usageError is wrong usage that the library does not know.
type usageError struct{ error }

// distance is how many letters must be changed, added or left out to make one text of
// the other (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			changed := diagonal
			if a[i] != b[j] {
				changed++
			}
			diagonal = row[j+1]
			row[j+1] = slices.Min([]int{changed, row[j] + 1, row[j+1] + 1})
		}
	}
	return row[len(b)]
}
