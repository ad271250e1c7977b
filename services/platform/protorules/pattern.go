package protorules

import (
	"strings"

	"buf.build/go/protovalidate"
)

// Parts of the patterns of resource names.
const (
	idPattern     = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
	numberPattern = "[1-9][0-9]{0,8}"

	idWords     = "1 to 63 lower-case letters, digits and hyphens, with no hyphen first or last"
	numberWords = "a whole number from 1 to 999999999"
)

// byPattern explains the patterns that are no resource names.
var byPattern = map[string]string{
	idPattern:                               "must be an id: " + idWords,
	numberPattern:                           "must be " + numberWords,
	"[0-9a-f]{64}":                          "must be a SHA-256: 64 lower-case hexadecimal digits",
	"[a-z0-9][a-z0-9-]{0,63}":               "must be an id of 1 to 64 lower-case letters, digits and hyphens, with no hyphen first",
	"[A-Z][A-Z0-9_]{0,31}":                  "must be an SDMX concept of at most 32 upper-case letters, digits and underscores, such as REF_AREA",
	"[A-Za-z0-9_@$-]{1,64}":                 "must be a code of 1 to 64 letters, digits and _ @ $ -",
	"[a-z][a-z0-9_]{0,31}":                  "must be a scheme of at most 32 lower-case letters, digits and underscores, such as wikidata",
	"[a-z][a-z0-9_]{0,62}":                  "must be a key of at most 63 lower-case letters, digits and underscores, such as spoken_in",
	"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}": "must be a BCP 47 language tag, such as en or zh-Hant",
	"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}(,[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8})*": "must be BCP 47 language tags with commas between them, such as de-AT,fr",
	"(statements|figures|documents)/" + idPattern:                                    "must be a name, statements/{id}, figures/{id} or documents/{id}; an id has " + idWords,
	"(statements|figures|documents|entities|metrics)/" + idPattern:                   "must be a name, statements/{id}, figures/{id}, documents/{id}, entities/{id} or metrics/{id}; an id has " + idWords,
	"statements/(" + idPattern + "|-)":                                               "must be a name, statements/{id}, or statements/- for all; an id has " + idWords,
	"(statements|entities)/" + idPattern:                                             "must be a name, statements/{id} or entities/{id}; an id has " + idWords,
	"[A-Za-z][A-Za-z0-9_]{0,63}":                                                     "must be an SDMX concept of at most 64 letters, digits and underscores with a letter first, such as REF_AREA",
	"[a-z0-9]{16}":                                                                   "must be the id of a source: 16 lower-case letters and digits, as answers have it",
	"[A-Z]{3}":                                                                       "must be a currency code of ISO 4217: three upper-case letters, such as USD",
}

func pattern(v *protovalidate.Violation) string {
	expression := v.RuleValue.String()
	if words, ok := Pattern(expression); ok {
		return words
	}
	return "must match " + expression
}

// Pattern says what a text that matches the expression of a string.pattern rule
// is ("must be …"), false if it has no words for the expression.
func Pattern(expression string) (string, bool) {
	expression = strings.TrimSuffix(strings.TrimPrefix(expression, "^"), "$")
	if words, ok := byPattern[expression]; ok {
		return words, true
	}
	if inner, ok := strings.CutSuffix(expression, ")?"); ok && strings.HasPrefix(inner, "(") {
		expression = inner[1:] // may be empty, which breaks no rule
	}
	if words, ok := byPattern[expression]; ok {
		return words, true
	}
	return resourceName(expression)
}

// resourceName explains "documents/" + idPattern + "/versions/" + numberPattern.
func resourceName(expression string) (string, bool) {
	name := strings.ReplaceAll(expression, idPattern, "{id}")
	name = strings.ReplaceAll(name, numberPattern, "{number}")
	if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz/{}") != "" || !strings.Contains(name, "/{id}") {
		return "", false
	}
	words := "must be a name, " + name + "; an id has " + idWords
	if strings.Contains(name, "{number}") {
		words += ", a number is " + numberWords
	}
	return words, true
}
