package datafile

import (
	"cmp"
	"fmt"
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// period is the period of a row as the API takes it.
func (a *assembler) period(cells values) (string, *fault) {
	period := sdmx.Spelling(cells.fixed(idPeriod))
	if period == "" {
		return "", nil
	}
	if !a.saysPeriods() {
		if wrong := a.span(period, cells); wrong != nil {
			return "", wrong
		}
		if wrong := a.month(period, cells); wrong != nil {
			return "", wrong
		}
	}
	if _, err := edtf.Parse(sdmx.ReadPeriod(period)); err != nil {
		return "", &fault{InvalidPeriod, idPeriod, fmt.Sprintf("%v; periods of SDMX such as 2020-Q1 are read too, times of a mapping say how others are written, such as times: {TIME_PERIOD: {read: \"Jan-06\", write: \"2006-01\"}}, and codes what single ones are", err)}
	}
	return period, nil
}

// saysPeriods says that a period is as somebody chose to write it as EDTF: in a mapping,
// or because onrecord wrote the file.
func (a *assembler) saysPeriods() bool {
	if a.components.sourced || a.composed {
		return true
	}
	return a.mapping != nil && (len(a.mapping.Codes[idPeriod]) > 0 || a.mapping.Times[idPeriod] != TimeLayout{})
}

// frequency is by what a period is judged; own says that the row itself says it, and not the
// mapping of all rows.
func (a *assembler) frequency(cells values) (_ metricsv1.Figure_Frequency, own bool) {
	said := cmp.Or(cells.fixed(idFreq), cells[part{dimensionPart, idFreq}])
	switch {
	case a.mapping == nil:
		return frequencies[said], said != ""
	case said == "":
		return a.mapping.Template.GetFrequency(), false
	}
	return frequencies[said], !a.mapping.sets(idFreq)
}

// sayMonths is how a mapping says that periods are months.
const sayMonths = ", or times that all are months: times: {TIME_PERIOD: {read: \"2006-01\", write: \"2006-01\"}}"

// span refuses a period that may be a span of years. One that may be a month too is one if the
// row says that it is monthly; else if no other of the file can be no month, and either the
// mapping says that all are monthly, or another can only be a month.
func (a *assembler) span(period string, cells values) *fault {
	last := lastYear(period)
	if last == 0 {
		return nil
	}
	refuse := func(or, say string) *fault {
		what, as := fmt.Sprintf("the years to %d", last), fmt.Sprintf("%s/%d", period[:4], last)
		if strconv.Itoa(last-1) == period[:4] {
			what, as = fmt.Sprintf("the fiscal year that ends in %d", last), fmt.Sprintf("%d-07/%d-06", last-1, last)
		}
		return &fault{InvalidPeriod, idPeriod, fmt.Sprintf("%q may be %s, or %s: codes of a mapping say which, such as codes: {TIME_PERIOD: {%q: %q}}%s", period, what, or, period, as, say)}
	}
	frequency, own := a.frequency(cells)
	second, is := secondOf(period)
	switch {
	case !is:
		return refuse("two years", "")
	case !isMonth(second) && !isSeason(second):
		return refuse("a mistake, as it is no month", "")
	case !isMonth(second):
		return refuse("a season or quarter of EDTF", "")
	case frequency != 0 && frequency != metricsv1.Figure_M:
		return refuse("a month, which its frequency is not", sayMonths)
	case own && frequency == metricsv1.Figure_M, a.shapes == nil:
		return nil
	}
	found, err := a.shapes()
	switch {
	case err != nil:
		return refuse(fmt.Sprintf("a month, and the file cannot be read for which: %v", err), sayMonths)
	case found.span != "":
		return refuse(fmt.Sprintf("a month, and the file has %q too, which is none", found.span), sayMonths)
	case frequency == 0 && found.month == "":
		return refuse("a month, and the file has none that is surely one", sayMonths+"; so does set of the mapping, FREQ: M")
	}
	return nil
}

// month refuses a month in a series that is not monthly.
func (a *assembler) month(period string, cells values) *fault {
	second, is := secondOf(period)
	frequency, _ := a.frequency(cells)
	if !is || !isMonth(second) || frequency == 0 || frequency == metricsv1.Figure_M {
		return nil
	}
	return &fault{InvalidPeriod, idPeriod, fmt.Sprintf("%q is a month, which its frequency %s is not: codes of a mapping say which period it is%s", period, frequency, sayMonths)}
}

// longer refuses periods that the mapping writes as longer ones if two of the file become
// one: then neither stands for the whole.
func (a *assembler) longer(layout TimeLayout) *fault {
	found, err := a.shapes()
	switch {
	case err != nil:
		return &fault{InvalidPeriod, idPeriod, fmt.Sprintf("the file cannot be read for what its periods are: %v", err)}
	case found.merged[0] != "":
		return &fault{InvalidPeriod, idPeriod, fmt.Sprintf("the file has %q and %q, which times of the mapping both write as one period: write %q is too short for it", found.merged[0], found.merged[1], layout.Write)}
	}
	return nil
}
