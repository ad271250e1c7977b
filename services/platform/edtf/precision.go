package edtf

// Precision is the size of a period, or Interval for a period between two dates.
type Precision int

// The precisions. NoPrecision is that of the zero Period.
const (
	NoPrecision Precision = iota
	Interval
	Century
	Decade
	Year
	HalfYear
	FourMonths
	Season
	Quarter
	Month
	Day
	Second
)

// String returns a lower-case name, such as "year" or "half-year".
func (p Precision) String() string {
	names := [...]string{
		"none", "interval", "century", "decade", "year", "half-year", "four months", "season", "quarter", "month", "day", "second",
	}
	if p < 0 || int(p) >= len(names) {
		return "unknown"
	}
	return names[p]
}

// The frequency codes of the SDMX code list CL_FREQ that plain periods can have.
const (
	Annual     = "A"
	HalfYearly = "S"
	Quarterly  = "Q"
	Monthly    = "M"
	Daily      = "D"
)

// Frequency returns the SDMX frequency that p is one period of: Annual for 2023, HalfYearly for 2023-40, Quarterly for
// 2023-33, Monthly for 2023-11, Daily for 2023-11-04. It is empty for everything else: intervals, seasons, unspecified
// digits, and also qualified dates, since "about 2022" is no observation of the year 2022.
func (p Period) Frequency() string {
	if p.Approximate || p.Uncertain || p.unspecified {
		return ""
	}
	switch p.Precision {
	case Year:
		return Annual
	case HalfYear:
		return HalfYearly
	case Quarter:
		return Quarterly
	case Month:
		return Monthly
	case Day:
		return Daily
	default:
		return ""
	}
}
