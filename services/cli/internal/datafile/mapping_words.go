package datafile

import (
	"errors"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"
)

// What package yaml says of a value of another kind, of a key that is not known, and of one
// that is there twice: each names types of Go.
var (
	otherKind  = regexp.MustCompile("cannot unmarshal (!!\\w+)((?s: `.*`)?) into (.+)$")
	unknownKey = regexp.MustCompile(`(?s)field (.+) not found in type \S+$`)
	keyTwice   = regexp.MustCompile(`(?s)field (.+) already set in type \S+$`)
)

// yamlWords says what is wrong with a mapping to whoever wrote it.
func yamlWords(err error) error {
	wrong, is := errors.AsType[*yaml.TypeError](err)
	if !is {
		return err
	}
	said := make([]string, len(wrong.Errors))
	for i, one := range wrong.Errors {
		one = unknownKey.ReplaceAllString(one, "there is no key $1")
		one = keyTwice.ReplaceAllString(one, "the key $1 is there twice")
		if kinds := otherKind.FindStringSubmatch(one); kinds != nil {
			one = strings.TrimSuffix(one, kinds[0]) + yamlKind(kinds[1]) + kinds[2] + " stands where " + wantedKind(kinds[3]) + " must stand"
		}
		said[i] = one
	}
	return errors.New(strings.Join(said, "; "))
}

// yamlKind is what a value of a tag is.
func yamlKind(tag string) string {
	switch tag {
	case "!!seq":
		return "a list"
	case "!!map":
		return "a group of keys"
	default:
		return "a single value"
	}
}

// wantedKind is what a type of Go is in YAML.
func wantedKind(goType string) string {
	switch {
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	case goType == "bool":
		return "true or false"
	case goType == "string":
		return "a single value"
	default:
		return "a group of keys"
	}
}
