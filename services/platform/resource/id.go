package resource

import (
	"strconv"

	"github.com/google/uuid"
)

// MaxIDLength is the greatest length of an id, in characters.
const MaxIDLength = 63

// IDPattern is the regular expression of an id, for messages and documentation.
const IDPattern = `^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`

// maxNumberDigits keeps the number of a version or revision well within an int64.
const maxNumberDigits = 18

// ValidID reports whether s is an id: it matches IDPattern.
func ValidID(s string) bool {
	if s == "" || len(s) > MaxIDLength || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}

// NewUID returns a new UUIDv7 (RFC 9562) as text. Uids made by one process sort in the order they were made.
func NewUID() string {
	return uuid.Must(uuid.NewV7()).String() // fails only if the system has no randomness, and then the runtime stops anyway
}

// ParseNumber returns the number that the id of a version or revision stands for: decimal, from 1, without a leading
// zero or sign. ok is false for anything else.
func ParseNumber(id string) (number int64, ok bool) {
	if id == "" || len(id) > maxNumberDigits || id[0] == '0' {
		return 0, false
	}
	for _, c := range []byte(id) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	number, err := strconv.ParseInt(id, 10, 64)
	return number, err == nil
}

// FormatNumber returns the id of a version or revision; ParseNumber reads it back if number ≥ 1.
func FormatNumber(number int64) string { return strconv.FormatInt(number, 10) }
