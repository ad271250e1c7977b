package places

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
)

//go:embed places.tsv
var placesTSV string

//go:embed subdivisions.tsv
var subdivisionsTSV string

// Columns of the embedded files.
const (
	placeColumns       = 12
	subdivisionColumns = 4
)

// maxDepth is how deep places lie in others at most: a chain of parents that is longer does not end.
const maxDepth = 8

// tables is what the embedded files say.
type tables struct {
	places []*Place // in order of their ids
	byID   map[string]*Place
	lists  map[string]map[string]bool
	err    error
}

// table reads the embedded files once. That they have no error is tested, so nobody asks for it in a request.
var table = sync.OnceValue(func() *tables {
	t := &tables{byID: map[string]*Place{}}
	t.err = t.load()
	t.lists = t.codeLists()
	return t
})

func (t *tables) load() error {
	for line := range rows(placesTSV) {
		f := strings.Split(line, "\t")
		if len(f) != placeColumns {
			return fmt.Errorf("places.tsv: %q", line)
		}
		t.add(&Place{
			ID: f[0], Kind: Kind(f[1]), Name: f[2], Code: f[3], Alpha3: f[4], M49: f[5], Wikidata: f[6],
			Parents: split(f[7], ","), Successors: split(f[8], ","), FormerCodes: split(f[9], ","),
			Aliases: split(f[10], "|"), Adjectives: split(f[11], "|"),
		})
	}
	for line := range rows(subdivisionsTSV) {
		f := strings.Split(line, "\t")
		if len(f) != subdivisionColumns {
			return fmt.Errorf("subdivisions.tsv: %q", line)
		}
		t.add(&Place{
			ID: strings.ToLower(f[0]), Kind: Subdivision, Name: f[1], Code: f[0], Parents: []string{strings.ToLower(f[2])},
			Aliases: split(f[3], "|"),
		})
	}
	slices.SortFunc(t.places, func(a, b *Place) int { return strings.Compare(a.ID, b.ID) })
	for _, p := range t.places {
		if err := t.ends(p, maxDepth); err != nil {
			return fmt.Errorf("%s: %w", p.ID, err)
		}
	}
	return nil
}

func (t *tables) add(p *Place) {
	t.places = append(t.places, p)
	t.byID[p.ID] = p
}

// ends checks that the parents and successors of a place are in the table and lead to an end.
func (t *tables) ends(p *Place, depth int) error {
	for _, id := range slices.Concat(p.Parents, p.Successors) {
		next, found := t.byID[id]
		if !found || depth == 0 {
			return fmt.Errorf("%s is missing, or lies in itself", id)
		}
		if err := t.ends(next, depth-1); err != nil {
			return err
		}
	}
	return nil
}

// rows yields the lines of a table but for comments.
func rows(text string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for line := range strings.Lines(text) {
			line = strings.TrimRight(line, "\n")
			if line != "" && !strings.HasPrefix(line, "#") && !yield(line) {
				return
			}
		}
	}
}

// split cuts a list; an empty one has no elements.
func split(text, separator string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, separator)
}
