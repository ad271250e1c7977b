package domain

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// shown is how many values a message lists.
const shown = 20

// index writes the path of an element of a list.
func index(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// entry writes the path of an entry of a map, as protovalidate does.
func entry(field, key string) string { return fmt.Sprintf("%s[%q]", field, key) }

// clip lists values for a message, the first ones only if there are many.
func clip(values []string) string {
	switch {
	case len(values) == 0:
		return "none"
	case len(values) > shown:
		return strings.Join(values[:shown], ", ") + fmt.Sprintf(" and %d more", len(values)-shown)
	default:
		return strings.Join(values, ", ")
	}
}

func sortedKeys(m map[string]string) []string { return slices.Sorted(maps.Keys(m)) }
