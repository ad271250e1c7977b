package server_test

import (
	"strconv"
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// kinds are observations of all kinds, one a year from 2000 on.
func kinds() []*metricsv1.ImportedObservation {
	all := []*metricsv1.ImportedObservation{
		{Value: number("1.10"), Approximator: metricsv1.Figure_ABOUT},
		{Value: number("1.20"), Approximator: metricsv1.Figure_NONE},
		{Lower: bound("5", false), Approximator: metricsv1.Figure_OVER, ValueKind: metricsv1.Figure_LOWER_BOUND},
		{Lower: bound("20", true), Upper: bound("100", true), Approximator: metricsv1.Figure_ORDER_OF_MAGNITUDE, ReadingRule: "tens-of-2x-10x"},
		{Values: []*decimal.Decimal{number("3"), number("4.50")}},
		{Values: []*decimal.Decimal{number("5"), number("7"), number("6")}, ValueKind: metricsv1.Figure_LIST, ObsStatus: []string{"P"}},
		{Value: number("-2"), ValueKind: metricsv1.Figure_CHANGE, BasePeriod: period("1990")},
		{Lower: bound("5", false), ValueKind: metricsv1.Figure_CHANGE, Approximator: metricsv1.Figure_OVER, Unit: ucum("%"), UnitMult: proto.Int32(0)},
		{ValueKind: metricsv1.Figure_NO_VALUE, MissingReason: metricsv1.Figure_SUPPRESSED},
	}
	for i, o := range all {
		o.TimePeriod = strconv.Itoa(2000 + i)
	}
	return all
}

// An import says of a figure all that CreateFigure may say of its number, and the same file again changes nothing.
func TestImportsOfFiguresOfAllKinds(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		series := years("MX")
		series.Observations = kinds()
		n := int32(len(series.Observations)) //nolint:gosec // few
		must.Equal(t, s.imported(t, importOf("2024", series)), counts(n, 0, 0, 0))
		must.Equal(t, s.imported(t, importOf("2024", series)), counts(0, 0, 0, n))
		all := s.tradeFigures(t, `metric = "metrics/trade"`)
		must.Equal(t, len(all), len(series.Observations))
		for i, o := range series.Observations {
			made := &metricsv1.Figure{
				Metric: "metrics/trade", Dimensions: area("US"), Frequency: metricsv1.Figure_A, TimePeriod: period(o.GetTimePeriod()),
				Origin: all[i].GetOrigin(), ReleaseTime: period("2024"), Unit: all[i].GetUnit(), UnitMult: all[i].GetUnitMult(),
				ValueKind: all[i].GetValueKind(), Value: o.GetValue(), Values: o.GetValues(), Lower: o.GetLower(), Upper: o.GetUpper(),
				Approximator: o.GetApproximator(), ReadingRule: o.GetReadingRule(), BasePeriod: o.GetBasePeriod(),
				MissingReason: o.GetMissingReason(), ObsStatus: o.GetObsStatus(),
			}
			want := s.figure(t, "own-"+strconv.Itoa(i), made)
			got := proto.CloneOf(all[i])
			got.Name, got.Uid, got.Etag, got.CreateTime, got.UpdateTime, got.Dimensions =
				want.Name, want.Uid, want.Etag, want.CreateTime, want.UpdateTime, want.Dimensions
			must.Equal(t, got, want)
		}
		query := func(code string) []*metricsv1.Observation {
			answer, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: area(code)})
			must.OK(t, err)
			observations := answer.GetSeries()[0].GetObservations()
			for _, o := range observations {
				o.Figure, o.RevisionId, o.UpdateTime = "", "", nil
			}
			return observations
		}
		must.Equal(t, query("MX"), query("US"))
		// As any other file has it: what it does not say of a number stays with it.
		must.Equal(t, s.imported(t, importOf("2024", years("MX", "1.10"))), counts(0, 0, 0, 1))
		must.Equal(t, s.imported(t, importOf("2024", years("MX", "1.30"))), counts(0, 1, 0, 0))
		must.Equal(t, s.tradeFigures(t, `dimensions.REF_AREA = "MX"`)[0].GetApproximator(), metricsv1.Figure_APPROXIMATOR_UNSPECIFIED)
	})
}

func TestImportsRejectWhatContradictsTheKind(t *testing.T) {
	s := startFilled(t)
	many := make([]*decimal.Decimal, 101)
	for i := range many {
		many[i] = number("1")
	}
	for want, o := range map[string]*metricsv1.ImportedObservation{
		"value CONTRADICTORY":               {Value: number("1"), ValueKind: metricsv1.Figure_LOWER_BOUND},
		"values CONTRADICTORY":              {Values: []*decimal.Decimal{number("1")}},
		"values TOO_MANY_ITEMS":             {Values: many},
		"values[1].value MALFORMED_DECIMAL": {Values: []*decimal.Decimal{number("1"), number("x")}},
		"approximator CONTRADICTORY":        {Value: number("1"), Approximator: metricsv1.Figure_OVER},
		"base_period CONTRADICTORY":         {Value: number("1"), BasePeriod: period("1990")},
		"reading_rule CONTRADICTORY":        {Lower: bound("1", true), Upper: bound("2", true), Approximator: metricsv1.Figure_ORDER_OF_MAGNITUDE},
		"value_kind UNKNOWN_ENUM_VALUE":     {Value: number("1"), ValueKind: 99},
		"approximator UNKNOWN_ENUM_VALUE":   {Value: number("1"), Approximator: 99},
		"base_period.edtf INVALID_PERIOD":   {Value: number("1"), ValueKind: metricsv1.Figure_CHANGE, BasePeriod: period("soon")},
	} {
		series := years("MX", "1")
		o.TimePeriod = "2000"
		series.Observations[0] = o
		s.rejects(t, importOf("2024", series), want)
	}
	for _, late := range []string{"2014-W07", "2031/2032"} {
		series := years("MX", "1")
		series.Observations[0].TimePeriod = late
		s.rejects(t, importOf("2024", series), "frequency CONTRADICTORY")
	}
	// The first of a shape is checked in full; so are those after it.
	series := years("MX")
	series.Observations = []*metricsv1.ImportedObservation{
		{TimePeriod: "2000", Lower: bound("1", false), Approximator: metricsv1.Figure_OVER},
		{TimePeriod: "2001", Lower: bound("1", true), Approximator: metricsv1.Figure_OVER},
		{TimePeriod: "2002", Value: number("1"), Approximator: metricsv1.Figure_OVER},
	}
	answer, err := s.imports.ImportFigures(t.Context(), importOf("2024", series))
	must.OK(t, err)
	must.Equal(t, answer.GetCreatedCount(), 1)
	must.Equal(t, len(answer.GetRejections()), 2)
}
