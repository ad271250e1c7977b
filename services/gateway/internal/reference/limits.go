package reference

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// limits puts the rules of a value into words.
func limits(s *schema) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	if s.MinLength != nil && *s.MinLength > 0 {
		add("at least %d long", *s.MinLength)
	}
	if s.MaxLength != nil {
		add("at most %d long", *s.MaxLength)
	}
	if s.Minimum != nil {
		add("from %s", s.Minimum)
	}
	if s.Maximum != nil {
		add("to %s", s.Maximum)
	}
	if s.MinItems != nil && *s.MinItems > 0 {
		add("at least %d items", *s.MinItems)
	}
	if s.MaxItems != nil {
		add("at most %d items", *s.MaxItems)
	}
	if s.MaxProperties != nil {
		add("at most %d keys", *s.MaxProperties)
	}
	if s.Pattern != "" {
		add("matches %s", s.Pattern)
	}
	if len(s.Enum) > 0 {
		add("one of %s", strings.Join(s.Enum, ", "))
	}
	return strings.Join(parts, "; ")
}

var (
	// word is a reason or a code as comments write it.
	word = regexp.MustCompile(`\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b`)
	// listed are the reasons after a code: "INVALID_ARGUMENT: A, B, C for …".
	listed = regexp.MustCompile(`[A-Z_]+:((?:\s+[A-Z0-9_]+,?)+)`)
	// named is the reason after that word.
	named = regexp.MustCompile(`reasons?\s+([A-Z][A-Z0-9_]+)(?:\s+or\s+([A-Z][A-Z0-9_]+))?`)
	// statusCodes are the google.rpc codes, which are no reasons.
	statusCodes = []string{
		"INVALID_ARGUMENT", "NOT_FOUND", "ALREADY_EXISTS", "FAILED_PRECONDITION", "ABORTED", "RESOURCE_EXHAUSTED",
		"UNAVAILABLE", "DEADLINE_EXCEEDED", "INTERNAL", "UNAUTHENTICATED", "PERMISSION_DENIED", "UNIMPLEMENTED",
	}
)

// reasons lists the reasons that the words about an operation give.
func reasons(op operation) []string {
	texts := []string{op.Summary, op.Description}
	for _, p := range op.Parameters {
		texts = append(texts, p.Description)
	}
	var found []string
	add := func(reason string) {
		if reason != "" && !slices.Contains(statusCodes, reason) && !slices.Contains(found, reason) {
			found = append(found, reason)
		}
	}
	for _, text := range texts {
		for _, match := range named.FindAllStringSubmatch(text, -1) {
			add(match[1])
			add(match[2])
		}
		for _, match := range listed.FindAllStringSubmatch(text, -1) {
			for _, reason := range word.FindAllString(match[1], -1) {
				add(reason)
			}
		}
	}
	slices.Sort(found)
	return found
}
