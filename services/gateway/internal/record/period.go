package record

import (
	"errors"

	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// parsePeriod reads a field of a request that is a time in EDTF. INVALID_ARGUMENT, reason
// INVALID_PERIOD, with the cause in the metadata, for a text that is none.
func parsePeriod(field, text string) (edtf.Period, error) {
	period, err := edtf.Parse(text)
	if fault, ok := errors.AsType[*edtf.ParseError](err); ok {
		return period, errs.Invalid(field, "INVALID_PERIOD", "%s", fault.Message).With("cause", string(fault.Reason))
	}
	return period, err
}
