package domain

import "regexp"

// ReportingYearStartDay is the SDMX attribute that says on which day reporting years begin, such as `--07-01`.
const ReportingYearStartDay = "REPORTING_YEAR_START_DAY"

// reportingPeriod is a period of SDMX that counts from the start of the reporting year: 2020-A1, 2020-Q2.
var reportingPeriod = regexp.MustCompile(`^[0-9]{4}-[ASTQMWD][0-9]`)

// OtherReportingYear reports whether a period of SDMX counts from another day than 1 January, by what is said of the figure: the calendar period of
// the same name would be another time.
func OtherReportingYear(period string, attributes map[string]string) bool {
	day := attributes[ReportingYearStartDay]
	return day != "" && day != "--01-01" && reportingPeriod.MatchString(period)
}
