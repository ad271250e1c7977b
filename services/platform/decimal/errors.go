package decimal

import (
	"errors"
	"fmt"
)

// Reason says which rule a text or a result broke. The values are stable and can be shown to API callers.
type Reason string

// The reasons a decimal can be refused for.
const (
	// Malformed means the text is not a google.type.Decimal.
	Malformed Reason = "MALFORMED"
	// TooLong means the text has more than MaxLength bytes.
	TooLong Reason = "TOO_LONG"
	// TooManyDigits means more than MaxDigits significant digits.
	TooManyDigits Reason = "TOO_MANY_DIGITS"
	// ExponentOutOfRange means the number is too large or too small: its adjusted exponent is outside ±MaxExponent.
	ExponentOutOfRange Reason = "EXPONENT_OUT_OF_RANGE"
)

// ErrDivisionByZero is returned by Quo when the divisor is zero.
var ErrDivisionByZero = errors.New("decimal: division by zero")

// ParseError reports a text, or a computed result, that no Decimal can hold. The caller adds the field's name.
type ParseError struct {
	Reason  Reason
	Message string
}

// Error returns the message, which is made for people and never repeats more than a character of the input.
func (e *ParseError) Error() string { return e.Message }

func refuse(reason Reason, format string, args ...any) error {
	return &ParseError{Reason: reason, Message: fmt.Sprintf(format, args...)}
}
