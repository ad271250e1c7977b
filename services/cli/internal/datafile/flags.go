package datafile

import (
	"slices"
	"strings"
)

// flags takes what the mapping calls flags away from the end of a value, and answers the
// statuses that they are, in the order of the file.
func (t *tableReader) flags(cells values) []string {
	if t.mapping == nil || len(t.mapping.Flags) == 0 {
		return nil
	}
	value := part{fixedPart, idValue}
	if noNumber(cells[value]) {
		return nil
	}
	var statuses []string
	for {
		longest := ""
		for flag := range t.mapping.Flags {
			// A flag that stands alone says nothing of a number: missing may be for it.
			if len(flag) > len(longest) && strings.HasSuffix(cells[value], flag) && cells[value] != flag && !exponent(cells[value], flag) {
				longest = flag
			}
		}
		if longest == "" {
			slices.Reverse(statuses)
			return statuses
		}
		cells[value] = strings.TrimSpace(strings.TrimSuffix(cells[value], longest))
		if status := t.mapping.Flags[longest]; status != "" && !slices.Contains(statuses, status) {
			statuses = append(statuses, status)
		}
	}
}

// exponent says that a flag may be the begin of an exponent that is cut off: it stands
// right after a digit.
func exponent(value, flag string) bool {
	before := strings.TrimSuffix(value, flag)
	return strings.ContainsAny(flag[:1], "eE") && before != "" && strings.ContainsAny(before[len(before)-1:], ".,0123456789")
}
