package sourcetext

import "fmt"

// Reason says which rule a text or a span broke. The values are stable and can be shown to API callers.
type Reason string

// The reasons a text or a span can be refused for.
const (
	// InvalidUTF8 means the bytes are not UTF-8.
	InvalidUTF8 Reason = "INVALID_UTF8"
	// NULCharacter means the text holds U+0000, which databases cut texts at.
	NULCharacter Reason = "NUL_CHARACTER"
	// TooLong means more than MaxLength code points.
	TooLong Reason = "TEXT_TOO_LONG"
	// NotStreamSafe means more than 30 combining marks in a row: normalising such text would have to insert characters
	// (UAX #15, §13).
	NotStreamSafe Reason = "TOO_MANY_COMBINING_MARKS"
	// OutOfRange means the offsets are not 0 ≤ start < end ≤ length.
	OutOfRange Reason = "OUT_OF_RANGE"
	// ExactMismatch means other words stand at the offsets.
	ExactMismatch Reason = "EXACT_MISMATCH"
)

// TextError reports a text that Normalize refuses.
type TextError struct {
	Reason  Reason
	Message string
}

// Error returns the message.
func (e *TextError) Error() string { return e.Message }

// SpanError reports a span that does not hold in a text.
type SpanError struct {
	Reason Reason
	// Start and End are the offsets that were asked for, Length the length of the text, all in code points.
	Start, End, Length int
	// Found is what stands at the offsets (ExactMismatch only), at most MaxFound code points of it.
	Found string
	// Hint says what the caller probably did, or is empty.
	Hint string
}

// Error returns a message that names the offsets, what was found there and the hint.
func (e *SpanError) Error() string {
	if e.Reason == OutOfRange {
		return fmt.Sprintf("span [%d, %d) is not a non-empty range within the text's %d code points", e.Start, e.End, e.Length)
	}
	message := fmt.Sprintf("the text at [%d, %d) is %q, not the given words", e.Start, e.End, e.Found)
	if e.Hint != "" {
		message += "; " + e.Hint
	}
	return message
}
