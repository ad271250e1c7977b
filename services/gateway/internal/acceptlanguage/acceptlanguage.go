// Package acceptlanguage reads which languages a client prefers, as requests for
// joined views take them (`language_code`). REST and pages read it alike.
//
// Reading of the header is golang.org/x/text/language's, which is kept by the Go
// project; only what the contract allows beyond it may go here.
package acceptlanguage

import (
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/text/language"
)

// Limit is the greatest length of all tags together with commas between them, in
// characters: that of `language_code`.
const Limit = 128

var (
	// tagForm is a tag as requests have it: not one of private use alone.
	tagForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}$`)
	// anyLanguage is how "*" is read: it prefers nothing.
	anyLanguage = language.MustParse("mul")
)

// Of returns the tags of Accept-Language (RFC 9110, section 12.5.4), the preferred
// first. A header that cannot be read asks for nothing: a browser's settings are no
// reason to refuse an answer. What is beyond the limit is the least preferred.
func Of(header http.Header) []string {
	field := strings.Join(header.Values("Accept-Language"), ",")
	if field == "" {
		return nil
	}
	tags, qualities, err := language.ParseAcceptLanguage(field)
	if err != nil {
		return nil
	}
	var out []string
	length := 0
	for i, tag := range tags {
		text := tag.String()
		if tag == anyLanguage || qualities[i] <= 0 || !tagForm.MatchString(text) || length+1+len(text) > Limit {
			continue
		}
		out, length = append(out, text), length+1+len(text)
	}
	return out
}
