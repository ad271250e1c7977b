package server_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// flagged is a figure with everything that says how its value is to be taken.
func flagged() *metricsv1.Figure {
	f := observed("2022", "1.50", area("US"))
	f.Metric, f.Decimals, f.ObsStatus, f.ConfStatus = "metrics/flagged", proto.Int32(2), []string{"P", "E", "B"}, "N"
	f.Attributes = map[string]string{"COLLECTION": "A", "TITLE": "Trade, total"}
	f.ReleaseTime, f.Comment, f.AttributedProducer, f.Claimant = period("2023-03-07"), "revised method", "Census Bureau", "entities/minister"
	return f
}

// startFlagged puts metrics/flagged and the figure of it on record.
func (s *service) startFlagged(t *testing.T) *metricsv1.Figure {
	t.Helper()
	m := trade()
	m.Attributes = []*metricsv1.Attribute{{Id: "COLLECTION", DisplayName: "How", Codes: []string{"A", "E"}}, {Id: "TITLE"}}
	s.metric(t, "flagged", m)
	s.figure(t, "plain", observed("2022", "1", area("US")))
	return s.figure(t, "f", flagged())
}

func TestM15StatusesAreFilters(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		out := s.startFlagged(t)
		must.Equal(t, out.GetObsStatus(), []string{"B", "E", "P"})
		must.Equal(t, out.GetConfStatus(), "N")
		must.Equal(t, out.Decimals, proto.Int32(2))
		must.Equal(t, out.GetAttributes(), flagged().Attributes)
		must.Equal(t, out.GetReleaseTime().GetEdtf(), "2023-03-07")
		must.Equal(t, out.GetClaimant(), "entities/minister")
		for _, filter := range []string{
			`obs_status:"P"`, `obs_status = "E" AND obs_status:"B"`, `obs_status:*`, `conf_status = "N"`, `conf_status:*`, `decimals = 2`, `decimals >= 1`,
			`comment:*`, `attributes.COLLECTION = "A"`, `attributes:TITLE`, `attributes:*`, `attributed_producer = "Census Bureau"`,
			`claimant = "entities/minister"`, `release_time = "2023"`, `release_time > "2023-02"`, `release_time:*`, `stale = false AND comment:*`,
		} {
			must.Equal(t, map[string][]string{filter: s.list(t, &metricsv1.ListFiguresRequest{Filter: filter})}, map[string][]string{filter: {"f"}})
		}
		for _, filter := range []string{`obs_status:"A"`, `obs_status != "P"`, `attributes.COLLECTION = "E"`, `stale = true`, `release_time < "2023"`} {
			must.Equal(t, len(s.list(t, &metricsv1.ListFiguresRequest{Filter: filter})), 0)
		}
		answer, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/flagged"})
		must.OK(t, err)
		point := answer.GetSeries()[0].GetObservations()[0]
		must.Equal(t, point.GetObsStatus(), []string{"B", "E", "P"})
		must.Equal(t, point.GetConfStatus(), "N")
		must.Equal(t, point.GetAttributes(), flagged().Attributes)
		must.Equal(t, point.GetReleaseTime().GetEdtf(), "2023-03-07")
		must.Equal(t, point.GetComment(), "revised method")
		must.Equal(t, point.GetClaimant(), "entities/minister")
		must.Equal(t, point.GetRevisionId(), "1")
	})
}

func TestStatusesCanBeUpdated(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		f := s.startFlagged(t)
		out, err := s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
			Figure: &metricsv1.Figure{
				Name: f.GetName(), ObsStatus: []string{"A"}, Attributes: map[string]string{"TITLE": "Trade"}, Decimals: proto.Int32(0),
				Origin: &metricsv1.Origin{Producer: "Census", Title: "Table 1", CitationFull: "Census (2023)", PublishTime: period("2023"), Version: "2"},
			},
			UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"obs_status", "conf_status", "attributes", "decimals", "origin"}},
		})
		must.OK(t, err)
		must.Equal(t, out.GetObsStatus(), []string{"A"})
		must.Equal(t, out.GetConfStatus(), "")
		must.Equal(t, out.Decimals, proto.Int32(0))
		must.Equal(t, out.GetRevisionId(), "2")
		answer, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/flagged"})
		must.OK(t, err)
		point := answer.GetSeries()[0].GetObservations()[0]
		must.Equal(t, point.GetRevisionId(), "2")
		must.Equal(t, point.GetObsStatus(), []string{"A"})
		must.Equal(t, point.GetUpdateTime(), out.GetUpdateTime())
		for field, bad := range map[string]*metricsv1.Figure{
			"obs_status":  {ObsStatus: []string{"?"}},
			"conf_status": {ConfStatus: "?"},
			"attributes":  {Attributes: map[string]string{"COLLECTION": "Z"}},
		} {
			bad.Name = f.GetName()
			_, err := s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{Figure: bad, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}}})
			statustest.Check(t, err, codes.InvalidArgument, "UNKNOWN_CODE", "")
		}
		_, err = s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
			Figure: &metricsv1.Figure{Name: f.GetName(), Claimant: "entities/x"}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"claimant"}},
		})
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]")
	})
}

func TestStatusesThatContradict(t *testing.T) {
	with := func(edit func(*metricsv1.Figure)) func(*metricsv1.Figure) {
		return func(f *metricsv1.Figure) { point("5")(f); edit(f) }
	}
	refuse(t, map[string]refusal{
		"no code":      {with(func(f *metricsv1.Figure) { f.ObsStatus = []string{"A", "X1"} }), "UNKNOWN_CODE", "figure.obs_status[1]"},
		"lower case":   {with(func(f *metricsv1.Figure) { f.ObsStatus = []string{"p"} }), "UNKNOWN_CODE", "figure.obs_status[0]"},
		"missing":      {with(func(f *metricsv1.Figure) { f.ObsStatus = []string{"M"} }), "CONTRADICTORY", "figure.obs_status[0]"},
		"secrecy":      {with(func(f *metricsv1.Figure) { f.ConfStatus = "Z" }), "UNKNOWN_CODE", "figure.conf_status"},
		"no attribute": {with(func(f *metricsv1.Figure) { f.Attributes = map[string]string{"X": "1"} }), "UNKNOWN_ATTRIBUTE", `figure.attributes["X"]`},
		"release":      {with(func(f *metricsv1.Figure) { f.ReleaseTime = period("soon") }), "INVALID_PERIOD", "figure.release_time.edtf"},
	})
}

func TestM16MissingIsTyped(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		reasons := map[string]metricsv1.Figure_MissingReason{
			"a": metricsv1.Figure_NOT_STATED, "b": metricsv1.Figure_NOT_COLLECTED, "c": metricsv1.Figure_SUPPRESSED, "d": metricsv1.Figure_CANNOT_EXIST,
		}
		for id, reason := range reasons {
			f := observed("2020", "1", area("A"+id))
			f.ValueKind, f.Value, f.MissingReason, f.ObsStatus = metricsv1.Figure_NO_VALUE, nil, reason, []string{"O"}
			s.figure(t, id, f)
		}
		s.figure(t, "zero", observed("2020", "0", area("ZERO")))
		for id, reason := range reasons {
			must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{Filter: "missing_reason = " + reason.String()}), []string{id})
			answer, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: area("A" + id)})
			must.OK(t, err)
			point := answer.GetSeries()[0].GetObservations()[0]
			must.Equal(t, point.GetMissingReason(), reason)
			must.Equal(t, point.GetValue(), nil)
		}
		must.Equal(t, s.list(t, &metricsv1.ListFiguresRequest{Filter: `value = "0"`}), []string{"zero"})
		answer, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", Dimensions: area("NOBODY")})
		must.OK(t, err)
		must.Equal(t, len(answer.GetSeries()), 0)
	})
}

func TestM21OriginAndSpanOfTheNumber(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		f := printed()
		f.Origin = &metricsv1.Origin{
			Producer: "US Census Bureau", Title: "FT900", Uri: "https://www.census.gov/ft900", License: "public domain",
			CitationFull: "US Census Bureau, FT900, March 2023", PublishTime: period("2023-03-08"), Version: "March",
			AccessTime: timestamppb.New(timestamppb.Now().AsTime().Truncate(1000)),
		}
		out, err := s.figures.CreateFigure(t.Context(), withText(f, "f"))
		must.OK(t, err)
		got, err := s.get(t, "f")
		must.OK(t, err)
		must.Equal(t, got, out)
		f.Origin.PublishTime = out.GetOrigin().GetPublishTime() // with its bounds
		must.Equal(t, out.GetOrigin(), f.Origin)
		must.Equal(t, out.GetOrigin().GetPublishTime().GetStartTime().AsTime().Format("2006-01-02"), "2023-03-08")
		span := out.GetReported().GetSpans()[1]
		must.Equal(t, span.GetExact(), "860")
		must.Equal(t, string([]rune(text)[span.GetStart():span.GetEnd()]), "860")
		must.Equal(t, out.GetDocumentVersion(), version)
	})
}

func TestM14PeriodsOfEveryKind(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for edtf, test := range map[string]struct {
			frequency metricsv1.Figure_Frequency
			days      string
		}{
			"2022":                 {metricsv1.Figure_A, "2022-01-01 2023-01-01"},
			"2022-40":              {metricsv1.Figure_S, "2022-01-01 2022-07-01"},
			"2022-33":              {metricsv1.Figure_Q, "2022-01-01 2022-04-01"},
			"2022-02":              {metricsv1.Figure_M, "2022-02-01 2022-03-01"},
			"2022-02-28":           {metricsv1.Figure_D, "2022-02-28 2022-03-01"},
			"2021-10/2022-09":      {metricsv1.Figure_A, "2021-10-01 2022-10-01"}, // a fiscal year
			"2022-01/2022-03":      {metricsv1.Figure_Q, "2022-01-01 2022-04-01"}, // a quarter by its months
			"2022~":                {metricsv1.Figure_A, "2022-01-01 2023-01-01"},
			"201X":                 {0, "2010-01-01 2020-01-01"},
			"2019/..":              {0, "2019-01-01 "},
			"../2019":              {0, " 2020-01-01"},
			"2022-02-28T12:00:00Z": {0, "2022-02-28 2022-02-28"},
		} {
			t.Run(edtf, func(t *testing.T) {
				f := observed(edtf, "1", area("US"))
				f.Frequency = test.frequency
				got := s.figure(t, "", f).GetTimePeriod()
				must.Equal(t, got.GetEdtf(), edtf)
				day := func(at *timestamppb.Timestamp) string {
					if at == nil {
						return ""
					}
					return at.AsTime().Format("2006-01-02")
				}
				must.Equal(t, day(got.GetStartTime())+" "+day(got.GetEndTime()), test.days)
			})
		}
	})
}

func TestPeriodsThatCannotBe(t *testing.T) {
	with := func(edtf string, frequency metricsv1.Figure_Frequency) func(*metricsv1.Figure) {
		return func(f *metricsv1.Figure) { point("5")(f); f.TimePeriod, f.Frequency = period(edtf), frequency }
	}
	refuse(t, map[string]refusal{
		"ends before it starts":     {with("2022/2020", 0), "INVALID_PERIOD", "figure.time_period.edtf"},
		"no such day":               {with("2022-02-30", 0), "INVALID_PERIOD", "figure.time_period.edtf"},
		"a year, monthly":           {with("2022", metricsv1.Figure_M), "CONTRADICTORY", "figure.frequency"},
		"a month, each quarter":     {with("2022-02", metricsv1.Figure_Q), "CONTRADICTORY", "figure.time_period.edtf"},
		"a quarter, yearly":         {with("2022-33", metricsv1.Figure_A), "CONTRADICTORY", "figure.frequency"},
		"a day, yearly":             {with("2022-02-02", metricsv1.Figure_A), "CONTRADICTORY", "figure.frequency"},
		"70 characters":             {with(strings.Repeat("2022/", 14), 0), "INVALID_REQUEST", "figure.time_period.edtf"},
		"both a date and no date":   {func(f *metricsv1.Figure) { point("5")(f); f.TimePeriod.Edtf = "2022" }, "INVALID_REQUEST", "figure.time_period"},
		"a frequency of the future": {func(f *metricsv1.Figure) { point("5")(f); f.Frequency = 99 }, "INVALID_REQUEST", "figure.frequency"},
	})
}

func TestNumbersAndUnitsWithoutEnd(t *testing.T) {
	with := func(edit func(*metricsv1.Figure)) func(*metricsv1.Figure) {
		return func(f *metricsv1.Figure) { point("5")(f); edit(f) }
	}
	refuse(t, map[string]refusal{
		"400 digits":            {point(strings.Repeat("9", 400)), "TOO_MANY_DIGITS", "figure.value.value"},
		"10,000 digits":         {point(strings.Repeat("9", 10000)), "MALFORMED_DECIMAL", "figure.value.value"},
		"an exponent of 10^6":   {point("1e1000000"), "EXPONENT_OUT_OF_RANGE", "figure.value.value"},
		"below, as far":         {point("1e-1000000"), "EXPONENT_OUT_OF_RANGE", "figure.value.value"},
		"an exponent of digits": {point("1e" + strings.Repeat("9", 300)), "EXPONENT_OUT_OF_RANGE", "figure.value.value"},
		"infinite":              {point("Infinity"), "MALFORMED_DECIMAL", "figure.value.value"},
		"not a number":          {point("NaN"), "MALFORMED_DECIMAL", "figure.value.value"},
		"with a comma":          {point("1,5"), "MALFORMED_DECIMAL", "figure.value.value"},
		"of hexadecimals":       {point("0x10"), "MALFORMED_DECIMAL", "figure.value.value"},
		"a unit of 10,000":      {with(func(f *metricsv1.Figure) { f.Unit = ucum(strings.Repeat("m.", 5000)) }), "INVALID_REQUEST", "figure.unit.code"},
		"a unit of brackets":    {with(func(f *metricsv1.Figure) { f.Unit = ucum(strings.Repeat("(", 64)) }), "UNKNOWN_UNIT", "figure.unit.code"},
		"a unit to the 10^6":    {with(func(f *metricsv1.Figure) { f.Unit = ucum("m1000000") }), "UNKNOWN_UNIT", "figure.unit.code"},
		"a multiplier of 31":    {with(func(f *metricsv1.Figure) { f.UnitMult = 31 }), "INVALID_REQUEST", "figure.unit_mult"},
		"39 decimals":           {with(func(f *metricsv1.Figure) { f.Decimals = proto.Int32(39) }), "INVALID_REQUEST", "figure.decimals"},
		"candidates of a unit":  {with(func(f *metricsv1.Figure) { f.Unit.Candidates = []string{"USD"} }), "UNKNOWN_UNIT", "figure.unit.code"},
	})
}
