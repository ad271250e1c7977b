package resource

import (
	"fmt"
	"strings"
)

// maxShown bounds how much of a refused name an error repeats, in bytes.
const maxShown = 200

// Pattern is the shape of one kind of resource name. Make it once, as a package variable, with Name.
type Pattern struct {
	segments []string
}

// Name returns the pattern made of segments in turn: literal collection names and variables in braces, as in
// Name("documents", "{document}", "versions", "{version}"). A variable called version or revision takes a number
// (see ParseNumber); every other one takes an id (see ValidID).
func Name(segments ...string) Pattern { return Pattern{segments: segments} }

// NameError reports a name that does not have the expected pattern.
type NameError struct {
	// Pattern is what was expected, for example statements/{statement}.
	Pattern string
	// Message says what is wrong.
	Message string
}

// Error returns the message with the expected pattern.
func (e *NameError) Error() string { return e.Message + "; expected " + e.Pattern }

// String returns the pattern as AIP-122 writes it: documents/{document}/versions/{version}.
func (p Pattern) String() string { return strings.Join(p.segments, "/") }

// Parse returns the values of the variables in name, in order. Nothing is trimmed, decoded or defaulted: no leading or
// trailing slash, no wildcard, no host. The error is a *NameError.
func (p Pattern) Parse(name string) (ids []string, err error) {
	if strings.Count(name, "/")+1 != len(p.segments) {
		return nil, p.refuse("%q is not such a name", shown(name))
	}
	rest := name
	for _, segment := range p.segments {
		var part string
		part, rest, _ = strings.Cut(rest, "/")
		variable, isVariable := variableOf(segment)
		switch {
		case !isVariable && part != segment:
			return nil, p.refuse("%q is not such a name", shown(name))
		case isVariable && !validValue(variable, part):
			return nil, p.refuse("%q is not a valid %s id", shown(part), variable)
		case isVariable:
			ids = append(ids, part)
		}
	}
	return ids, nil
}

// CheckAny accepts the names of several kinds. The error is a *NameError that has all of them.
func CheckAny(name string, patterns ...Pattern) error {
	expected := make([]string, len(patterns))
	for i, pattern := range patterns {
		if pattern.Matches(name) {
			return nil
		}
		expected[i] = pattern.String()
	}
	return &NameError{Pattern: strings.Join(expected, " or "), Message: fmt.Sprintf("%q is not such a name", shown(name))}
}

// Matches reports whether Parse would accept name.
func (p Pattern) Matches(name string) bool {
	_, err := p.Parse(name)
	return err == nil
}

// Format returns the name with ids put for the variables, in order. A variable without an id stays as it is written in
// the pattern, so the result is a name that Parse refuses; ids are not checked.
func (p Pattern) Format(ids ...string) string {
	out := make([]string, len(p.segments))
	for i, segment := range p.segments {
		out[i] = segment
		if _, isVariable := variableOf(segment); isVariable && len(ids) > 0 {
			out[i], ids = ids[0], ids[1:]
		}
	}
	return strings.Join(out, "/")
}

func (p Pattern) refuse(format string, args ...any) error {
	return &NameError{Pattern: p.String(), Message: fmt.Sprintf(format, args...)}
}

func variableOf(segment string) (name string, ok bool) {
	if len(segment) > 2 && segment[0] == '{' && segment[len(segment)-1] == '}' {
		return segment[1 : len(segment)-1], true
	}
	return "", false
}

func validValue(variable, value string) bool {
	if variable == "version" || variable == "revision" {
		_, ok := ParseNumber(value)
		return ok
	}
	return ValidID(value)
}

func shown(s string) string {
	if len(s) > maxShown {
		return s[:maxShown] + "…"
	}
	return s
}
