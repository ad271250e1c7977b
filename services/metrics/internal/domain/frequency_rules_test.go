package domain_test

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// The length of a period is that of its frequency, wherever in the year it begins.
func TestThePeriodIsAsLongAsTheFrequencySays(t *testing.T) {
	one := must.Get(decimal.Parse("1"))(t)
	check := func(frequency, period string) error {
		f := domain.Figure{
			Kind: domain.Point, Value: &one, Unit: units.One, Origin: &domain.Origin{Producer: "p"}, Frequency: frequency,
			Period: must.Get(domain.ParseImportedPeriod(period))(t),
		}
		return f.Check()
	}
	for frequency, periods := range map[string][]string{
		"A": {"2020", "2020-10/2021-09", "2020-07-15/2021-07-14", "2020/2020", "2022-09-25/2023-09-30", "2019-02-03/2020-02-01", "", "2020/..", "../2020",
			"2020~/2022", "201X", "201X/2023", "2020-21", "2020-02-29/2021-02-27", "2020~"},
		"S": {"2020-S2", "2020-10/2021-03", "2020-08-31/2021-02-27"},
		"Q": {"2020-Q1", "2020-02/2020-04", "2023-07-02/2023-09-30", "2019-11-30/2020-02-28"},
		"M": {"2020-M03", "2020-01-15/2020-02-14"},
		"W": {"2020-W07", "2020-01-01/2020-01-07"},
		"D": {"2020-D045", "2020-01-01/2020-01-01", "2020-01-01T10:00:00Z"},
		"":  {"2031/2032", "2020-37"},
	} {
		for _, period := range periods {
			must.OK(t, check(frequency, period))
		}
	}
	for frequency, periods := range map[string][]string{
		"A": {"2031/2032", "2014-W07", "2020-10/2021-08", "2020-01-01/2020-12-30", "2020-37", "2020-07"},
		"S": {"2020-01/2020-07", "2020-38", "2020-W07"},
		"Q": {"2020-01/2020-04", "2020", "2020-01-01/2020-01-28"},
		"M": {"2020-01-01/2020-01-28", "2020-W07", "2020-02-01/2020-03-02"},
		"W": {"2020-01-01/2020-01-01", "2020-01-01/2020-01-08", "2020-01-01", "2020-01"},
		"D": {"2020-10/2021-09", "2020-W07", "2020-01-01/2020-01-02"},
	} {
		for _, period := range periods {
			err := check(frequency, period)
			must.Equal(t, errs.ReasonOf(err), "CONTRADICTORY")
			must.Equal(t, len(err.(*errs.Error).Violations), 2) //nolint:errorlint // Violations.Err wraps nothing
		}
	}
}
