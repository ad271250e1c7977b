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

// Text is the period for comparison: the same of one that is spelled as a part of a year and as the interval of its days, as data files were
// read before. The bounds alone would not do: 2020~ and a month of 2020 that nobody knows have those of 2020.
func (p TimePeriod) Text() string { return sdmx.SamePeriod(p.EDTF) }
