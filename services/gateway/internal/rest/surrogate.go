package rest

import (
	"regexp"
	"strconv"
	"unicode/utf16"
)

// maskPath is what ProtoJSON takes as one path of a field mask.
var maskPath = regexp.MustCompile(`^[a-z][a-zA-Z0-9]*(\.[a-z][a-zA-Z0-9]*)*$`)

// hasLoneSurrogate reports whether a JSON string, as written, has an escape for
// one half of a UTF-16 surrogate pair without the other half after it.
func hasLoneSurrogate(raw []byte) bool {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		first, ok := unitAt(raw, i)
		if !ok {
			i++ // the escaped character
			continue
		}
		i += escapeLength - 1
		if !utf16.IsSurrogate(first) {
			continue
		}
		second, ok := unitAt(raw, i+1)
		if !ok || utf16.DecodeRune(first, second) == '\uFFFD' {
			return true
		}
		i += escapeLength
	}
	return false
}

// escapeLength is the length of an escape such as "\u00e9".
const escapeLength = 6

// unitAt reads the escape of a UTF-16 code unit.
func unitAt(raw []byte, at int) (rune, bool) {
	if at+escapeLength > len(raw) || raw[at] != '\\' || raw[at+1] != 'u' {
		return 0, false
	}
	unit, err := strconv.ParseUint(string(raw[at+2:at+escapeLength]), 16, 16)
	return rune(unit), err == nil
}
