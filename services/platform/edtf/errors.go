package edtf

import "fmt"

// Reason says why a text was refused. The values are stable and can be shown to API callers.
type Reason string

// The reasons a text can be refused for.
const (
	// Malformed means the text is not EDTF.
	Malformed Reason = "MALFORMED"
	// Unsupported means the text is (or looks like) EDTF or ISO 8601 of a kind that is not read here.
	Unsupported Reason = "UNSUPPORTED"
	// OutOfRange means a month, day, hour … that does not exist, such as month 13 or 30 February.
	OutOfRange Reason = "OUT_OF_RANGE"
	// Reversed means an interval that ends before it begins.
	Reversed Reason = "REVERSED_INTERVAL"
)

// ParseError reports a text that Parse refuses. The caller adds the field's name.
type ParseError struct {
	Reason  Reason
	Message string
}

// Error returns the message.
func (e *ParseError) Error() string { return e.Message }

func refuse(reason Reason, format string, args ...any) error {
	return &ParseError{Reason: reason, Message: fmt.Sprintf(format, args...)}
}
