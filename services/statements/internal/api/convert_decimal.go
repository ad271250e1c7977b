package api

import (
	"errors"

	"google.golang.org/genproto/googleapis/type/decimal"

	numbers "github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// decimalFromProto reads a number at path, which names the Decimal message, in its
// canonical text. Reasons MALFORMED_DECIMAL, TOO_MANY_DIGITS and
// EXPONENT_OUT_OF_RANGE.
func decimalFromProto(d *decimal.Decimal, path string, faults *errs.Violations) string {
	number, err := numbers.Parse(d.GetValue())
	if err == nil {
		return number.String()
	}
	reason, message := "MALFORMED_DECIMAL", err.Error()
	if parseErr, is := errors.AsType[*numbers.ParseError](err); is {
		message = parseErr.Message
		if parseErr.Reason == numbers.TooManyDigits || parseErr.Reason == numbers.ExponentOutOfRange {
			reason = string(parseErr.Reason)
		}
	}
	faults.Add(path+".value", reason, "%s", message)
	return ""
}

// optionalDecimal reads a number that may be unset; "" is none.
func optionalDecimal(d *decimal.Decimal, path string, faults *errs.Violations) string {
	if d == nil {
		return ""
	}
	return decimalFromProto(d, path, faults)
}

// decimalToProto writes a number; "" is unset.
func decimalToProto(text string) *decimal.Decimal {
	if text == "" {
		return nil
	}
	return &decimal.Decimal{Value: text}
}
