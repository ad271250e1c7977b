package labels

import (
	"net/http"
	"regexp"
	"strings"

	"golang.org/x/text/language"
)

// longest is the greatest length of all tags together with commas between them, in
// characters: that of `language_code`.
const longest = 128

var (
	// tagForm is a tag as requests have it: not one of private use alone.
	tagForm = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,8}$`)
	// anyLanguage is how "*" is read: it prefers nothing.
	anyLanguage = language.MustParse("mul")
)

// Accepted are the tags of Accept-Language (RFC 9110, section 12.5.4), the preferred
// first. A header that cannot be read asks for nothing: a browser's settings are no
// reason to refuse an answer. What is beyond the limit is the least preferred.
func Accepted(header http.Header) []string {
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
		if tag == anyLanguage || qualities[i] <= 0 || !tagForm.MatchString(text) || length+1+len(text) > longest {
			continue
		}
		out, length = append(out, text), length+1+len(text)
	}
	return out
}
