package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestPrintedTextsAreTheWordsOfTheirSpans(t *testing.T) {
	s := startFilled(t)
	for name, test := range map[string]struct {
		edit  func(*metricsv1.Figure)
		field string
	}{
		"text":        {func(f *metricsv1.Figure) { f.Reported.Text = "US$860 billion" }, "figure.reported.text"},
		"number":      {func(f *metricsv1.Figure) { f.Reported.NumberText = "86" }, "figure.reported.number_text"},
		"named twice": {func(f *metricsv1.Figure) { f.Reported.NumberText = "86" }, "figure.reported.spans[1]"},
		"unit": {func(f *metricsv1.Figure) {
			f.Reported.Spans = append(f.Reported.Spans, at("US$", typev1.TextSpan_UNIT))
			f.Reported.UnitSymbol = "USD"
		}, "figure.reported.unit_symbol"},
		"time": {func(f *metricsv1.Figure) { f.TimePeriod.Printed.Text = "Last year" }, "figure.time_period.printed.text"},
		"alternate": {func(f *metricsv1.Figure) {
			f.Alternates = []*metricsv1.Alternate{{Value: number("3000"), Unit: money("MXN"), Reported: &metricsv1.Reported{
				NumberText: "3000", Spans: []*typev1.TextSpan{at("3,000", typev1.TextSpan_NUMBER)},
			}}}
		}, "figure.alternates[0].reported.number_text"},
	} {
		t.Run(name, func(t *testing.T) {
			f := printed()
			test.edit(f)
			_, err := s.figures.CreateFigure(t.Context(), withText(f, ""))
			statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", test.field)
			// Words or hash are enough to tell, without the text.
			_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: f})
			statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", test.field)
			for _, span := range append(f.GetReported().GetSpans(), f.GetTimePeriod().GetPrinted().GetSpan()) {
				span.ExactSha256, span.Exact = sourcetext.HashOf(span.Exact), ""
			}
			_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: f, TextWithheld: true})
			statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", test.field)
		})
	}
	twice := printed() // no one span shows the number
	twice.Reported.NumberText = "860 and 3,000"
	twice.Reported.Spans = append(twice.Reported.Spans, at("3,000", typev1.TextSpan_NUMBER))
	_, err := s.figures.CreateFigure(t.Context(), withText(twice, ""))
	must.OK(t, err)
}

func TestM2ThePrintedNumberIsTheAmount(t *testing.T) {
	s := startFilled(t)
	figure := func(numberText, printed, value string) *metricsv1.Figure {
		f := observed("2022", value, area("US"))
		f.UnitMult, f.Reported = 6, &metricsv1.Reported{NumberText: numberText, UnitSymbol: "US$", MultiplierText: "million"}
		if printed != "" {
			f.Reported.Value = number(printed)
		}
		return f
	}
	for _, right := range [][3]string{
		{"860", "860", "860"}, {"860", "", "860"}, {"1.5", "1.5", "1.5"}, {"1,5", "1.5", "1.5"}, {"3.000", "3", "3"}, {"3.000", "3000", "3000"}, {"1·5", "1.5", "1.5"},
		{"3.000", "", "3"}, {"3.000", "", "3000"}, {"12,34,567.5", "1234567.5", "1234567.5"}, {"1 234,5", "1234.5", "1234.5"}, {".5", "0.5", "0.5"},
		{"5", "", "-5"}, {"−5", "", "-5"}, {"half", "0.5", "0.5"}, {"٣٬٠٠٠", "3000", "3000"},
	} {
		_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: figure(right[0], right[1], right[2])})
		must.OK(t, err)
	}
	for _, wrong := range [][3]string{
		{"860", "86", "86"}, {"860", "8600", "8600"}, {"1.5", "15", "15"}, {"1,5", "1500", "1500"}, {"3.000", "300", "300"}, {"1,234.5", "12345", "12345"},
		{".5", "5", "5"}, {"1,234,567", "1.234567", "1.234567"},
	} {
		_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: figure(wrong[0], wrong[1], wrong[2])})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.reported.value")
		_, err = s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: figure(wrong[0], "", wrong[2])}) // the words alone tell
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.unit_mult")
	}
	_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: figure("−5", "", "5")})
	statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.value")
}

func TestM2APrintedBoundIsTheBound(t *testing.T) {
	s := startFilled(t)
	figure := func(lower, unit string, mult int32) *metricsv1.Figure {
		return &metricsv1.Figure{
			Metric: "metrics/length", TimePeriod: notStated(), ValueKind: metricsv1.Figure_LOWER_BOUND, Lower: bound(lower, false), Unit: ucum(unit), UnitMult: mult,
			Approximator: metricsv1.Figure_OVER, Origin: &metricsv1.Origin{Producer: "AFP"},
			Reported: &metricsv1.Reported{Text: "more than 3,000 thousand km", NumberText: "3,000", UnitSymbol: "km", MultiplierText: "thousand"},
		}
	}
	for _, right := range []*metricsv1.Figure{figure("3000", "km", 3), figure("3000000", "km", 0), figure("3000", "m", 6), figure("1864", "[mi_i]", 3)} {
		_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: right})
		must.OK(t, err)
	}
	for field, wrong := range map[string]*metricsv1.Figure{
		"figure.lower.value": figure("4000", "km", 3), "figure.unit_mult": figure("300", "km", 3), "figure.unit.code": figure("3000", "[mi_i]", 3),
	} {
		_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: wrong})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", field)
	}
}

func TestAFigureNamesTheTextOfItsSpans(t *testing.T) {
	s := startFilled(t)
	create := func(f *metricsv1.Figure, id, text string) *metricsv1.Figure {
		out, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{
			Figure: f, FigureId: id, SourceText: text, SourceTextSha256: sourcetext.HashOf(text),
		})
		must.OK(t, err)
		return out
	}
	claimed := printed()
	claimed.SourceTextSha256 = sourcetext.HashOf("claimed") // output only
	must.Equal(t, create(claimed, "right", text).GetSourceTextSha256(), sourcetext.HashOf(text))
	spanless := observed("2022", "1", area("US"))
	must.Equal(t, create(spanless, "", text).GetSourceTextSha256(), "")
	must.Equal(t, s.figure(t, "", proto.CloneOf(printed())).GetSourceTextSha256(), "")

	// What another text has at the same place is not what the version has there, until its own text is brought.
	other := text + " And more."
	must.Equal(t, create(printed(), "wrong", other).GetSourceTextSha256(), sourcetext.HashOf(other))
	must.Equal(t, s.verify(t).GetVerifiedCount(), int32(2))
	must.Equal(t, s.verify(t).GetAnchoredCount(), int32(3))
	for _, figure := range s.list(t, &metricsv1.ListFiguresRequest{Filter: `document_version = "` + version + `"`}) {
		got, err := s.get(t, figure)
		must.OK(t, err)
		must.Equal(t, got.GetSourceTextSha256(), sourcetext.HashOf(text))
	}
}

func TestFrequencyAndPeriodAgree(t *testing.T) {
	s := startFilled(t)
	for edtf, frequency := range map[string]metricsv1.Figure_Frequency{
		"2022": metricsv1.Figure_M, "2022-40": metricsv1.Figure_Q, "2022-33": metricsv1.Figure_A, "2022-05": metricsv1.Figure_A,
		"2022-05-01": metricsv1.Figure_M,
	} {
		f := observed(edtf, "1", area("US"))
		f.Frequency = frequency
		_, err := s.figures.CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{Figure: f})
		statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.frequency")
	}
	unsaid := observed("2022", "1", area("US"))
	unsaid.Frequency = metricsv1.Figure_FREQUENCY_UNSPECIFIED
	s.figure(t, "", unsaid)
	for _, edtf := range []string{"2021-10/2022-09", "2022~", "2022-XX", "2022"} {
		s.figure(t, "", observed(edtf, "1", area("US")))
	}
	undated := observed("2022", "1", area("US"))
	undated.TimePeriod = notStated()
	s.figure(t, "", undated)
}

// TestAnUpdateBringsNoSpan: it is not compared with the text, nor left out where that is withheld. One that is repeated stays as it is.
func TestAnUpdateBringsNoSpan(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		published := func(text string, span *typev1.TextSpan) *metricsv1.Origin {
			time := period("2023")
			time.Printed = &typev1.TimePeriod_Printed{Text: text, Span: span}
			return &metricsv1.Origin{Producer: "Census", PublishTime: time}
		}
		update := func(id string, origin *metricsv1.Origin) (*metricsv1.Figure, error) {
			return s.figures.UpdateFigure(t.Context(), &metricsv1.UpdateFigureRequest{
				Figure: &metricsv1.Figure{Name: "figures/" + id, Origin: origin}, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"origin"}},
			})
		}
		span, none := at("last year", typev1.TextSpan_ROLE_UNSPECIFIED), typev1.TextSpan_ROLE_UNSPECIFIED
		for id, origin := range map[string]*metricsv1.Origin{"without": {Producer: "Census"}, "with": published("last year", span)} {
			f := printed()
			f.Origin = origin
			created := withText(f, id)
			created.TextWithheld = true
			before := must.Get(s.figures.CreateFigure(t.Context(), created))(t)
			for _, other := range []*metricsv1.Origin{published("record", at("record", none)), published("last week", span)} {
				_, err := update(id, other)
				statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "figure.origin.publish_time.printed")
			}
			again := proto.CloneOf(origin)
			again.Uri = "https://example.org/"
			after := must.Get(update(id, again))(t)
			must.Equal(t, after.GetOrigin().GetUri(), again.GetUri())
			must.Equal(t, after.GetOrigin().GetPublishTime(), before.GetOrigin().GetPublishTime())
			must.Equal(t, after.GetSourceTextSha256(), sourcetext.HashOf(text))
		}
		_, err := update("with", &metricsv1.Origin{Producer: "Census"})
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "figure.origin.publish_time.printed")
		must.Get(update("without", published("last year", nil)))(t)
	})
}
