package domain

import "github.com/onrecord/onrecord/services/platform/sdmx"

// ParseImportedPeriod reads a period of a data file: EDTF, or TIME_PERIOD of SDMX, which comes back as EDTF. "" is a period that the source
// does not state. The error is an *edtf.ParseError.
func ParseImportedPeriod(text string) (TimePeriod, error) {
	if text == "" {
		return TimePeriod{Missing: NotStated}, nil
	}
	return ParsePeriod(sdmx.ReadPeriod(text))
}
