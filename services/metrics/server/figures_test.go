package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestFigureRoundTrip(t *testing.T) {
	s := startFilled(t)
	created, err := s.figures.CreateFigure(t.Context(), withText(printed(), "f1"))
	must.OK(t, err)

	want := printed()
	for _, span := range []*typev1.TextSpan{
		want.TimePeriod.Printed.Span, want.Reported.Spans[0], want.Reported.Spans[1], want.ComparisonClaims[0].Span,
	} {
		span.AnchorState, span.ExactSha256 = typev1.TextSpan_ANCHORED, sourcetext.HashOf(span.Exact)
		runes := []rune(text)
		span.Prefix = string(runes[max(0, *span.Start-32):*span.Start])
		span.Suffix = string(runes[span.End:min(int32(len(runes)), span.End+32)])
	}
	want.Name, want.Uid, want.Etag, want.RevisionId = "figures/f1", created.GetUid(), created.GetEtag(), "1"
	want.CreateTime, want.UpdateTime = created.GetCreateTime(), created.GetCreateTime()
	want.TimePeriod.StartTime, want.TimePeriod.EndTime = created.GetTimePeriod().GetStartTime(), created.GetTimePeriod().GetEndTime()
	want.Normalized = &metricsv1.Normalized{Value: number("860000000000"), Unit: money("USD")}
	want.SignificantDigits = &metricsv1.SignificantDigits{Min: 2, Max: 3}
	want.RoundingInterval = &metricsv1.RoundingInterval{Low: number("855000000000"), High: number("865000000000"), SignificantDigits: 2}
	want.SourceTextSha256 = sourcetext.HashOf(text)
	must.Equal(t, created, want)
	must.Equal(t, created.GetTimePeriod().GetStartTime().AsTime().Format("2006-01-02"), "2022-01-01")
	must.Equal(t, created.GetTimePeriod().GetEndTime().AsTime().Format("2006-01-02"), "2023-01-01")

	got, err := s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/f1"})
	must.OK(t, err)
	must.Equal(t, got, created)
}

func TestFigureWithoutIDHasItsUID(t *testing.T) {
	s := startFilled(t)
	created := s.figure(t, "", observed("2022", "1", area("US")))
	must.Equal(t, created.GetName(), "figures/"+created.GetUid())
}

func TestBorderOfThreeThousandKilometres(t *testing.T) {
	s := startFilled(t)
	f := &metricsv1.Figure{
		Metric: "metrics/length", TimePeriod: notStated(), ValueKind: metricsv1.Figure_POINT, Value: number("3000"), Unit: ucum("km"),
		Reported:        &metricsv1.Reported{NumberText: "3,000", Value: number("3000"), UnitSymbol: "km"},
		DocumentVersion: version,
	}
	out := s.figure(t, "border", f)
	must.Equal(t, out.GetNormalized(), &metricsv1.Normalized{Value: number("3000000"), Unit: ucum("m")})
	must.Equal(t, out.GetSignificantDigits(), &metricsv1.SignificantDigits{Min: 1, Max: 4})
	must.Equal(t, out.GetTimePeriod(), notStated())
}

func TestArticleRate(t *testing.T) { // F25: both amounts and the rate of the article stay
	s := startFilled(t)
	f := observed("2023-10", "14", area("US"))
	f.Frequency, f.UnitMult = metricsv1.Figure_M, 9
	f.Reported = &metricsv1.Reported{NumberText: "14", Value: number("14"), UnitSymbol: "US$", MultiplierText: "billion"}
	f.Alternates = []*metricsv1.Alternate{{
		Value: number("18"), Unit: money("SGD"), UnitMult: 9,
		Reported: &metricsv1.Reported{NumberText: "18", Value: number("18"), UnitSymbol: "S$", MultiplierText: "billion"},
	}}
	out := s.figure(t, "funds", f)
	must.Equal(t, out.GetNormalized().GetValue(), number("14000000000"))
	must.Equal(t, out.GetAlternates()[0].GetNormalized(), &metricsv1.Normalized{Value: number("18000000000"), Unit: money("SGD")})
	fraction := func(n, d string) *metricsv1.Fraction {
		return &metricsv1.Fraction{Numerator: number(n), Denominator: number(d)}
	}
	must.Equal(t, out.GetAlternates()[0].GetArticleRate(), &metricsv1.ArticleRate{
		From: "USD", To: "SGD", Rate: fraction("9", "7"), Low: fraction("35", "29"), High: fraction("37", "27"),
	})
}

func TestF11TensOfThousands(t *testing.T) {
	s := startFilled(t)
	out := s.figure(t, "deaths", count(func(f *metricsv1.Figure) {
		f.ValueKind, f.Approximator, f.ReadingRule = metricsv1.Figure_RANGE, metricsv1.Figure_ORDER_OF_MAGNITUDE, "tens-of-2x-10x"
		f.Lower, f.Upper = bound("20000", true), bound("100000", false)
		f.Reported = &metricsv1.Reported{NumberText: "tens of thousands"}
	}))
	must.Equal(t, out.GetNormalized(), &metricsv1.Normalized{Lower: bound("20000", true), Upper: bound("100000", false), Unit: ucum("1")})
	must.Equal(t, out.GetSignificantDigits(), nil)
}

func TestSpansWithoutTheTextAreUnverified(t *testing.T) {
	s := startFilled(t)
	in := printed()
	in.Reported.Spans[0].Prefix = "as the writer gave it"
	out := s.figure(t, "f1", in)
	span := out.GetReported().GetSpans()[0]
	must.Equal(t, span.GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	must.Equal(t, span.GetPrefix(), "as the writer gave it")
	must.Equal(t, span.GetExact(), "a record US$860 billion")
	must.Equal(t, span.GetExactSha256(), sourcetext.HashOf("a record US$860 billion"))
}

func TestWithheldTextKeepsNoWords(t *testing.T) {
	s := startFilled(t)
	req := withText(printed(), "f1")
	req.TextWithheld = true
	out, err := s.figures.CreateFigure(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, out.GetReported().GetText(), "")
	must.Equal(t, out.GetReported().GetNumberText(), "860")
	must.Equal(t, out.GetTimePeriod().GetPrinted().GetText(), "last year")
	spans := append(out.GetReported().GetSpans(), out.GetTimePeriod().GetPrinted().GetSpan(), out.GetComparisonClaims()[0].GetSpan())
	for _, span := range spans {
		must.Equal(t, span.GetExact()+span.GetPrefix()+span.GetSuffix(), "")
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.True(t, span.GetExactSha256() != "", "the hash stays")
	}
}

func TestSpanByItsHash(t *testing.T) {
	s := startFilled(t)
	in := printed()
	in.Reported.Spans[1].Exact, in.Reported.Spans[1].ExactSha256 = "", sourcetext.HashOf("860")
	out, err := s.figures.CreateFigure(t.Context(), withText(in, "f1"))
	must.OK(t, err)
	must.Equal(t, out.GetReported().GetSpans()[1].GetExact(), "860")
	in.Reported.Spans[1].ExactSha256 = sourcetext.HashOf("861")
	_, err = s.figures.CreateFigure(t.Context(), withText(in, "f2"))
	statustest.Check(t, err, codes.InvalidArgument, "SPAN_MISMATCH", "figure.reported.spans[1].exact_sha256")
}

func TestSpanRefusals(t *testing.T) {
	s := startFilled(t)
	for name, test := range map[string]struct {
		edit          func(*metricsv1.CreateFigureRequest)
		reason, field string
	}{
		"other words": {func(r *metricsv1.CreateFigureRequest) { r.Figure.Reported.Spans[1].Exact = "861" },
			"SPAN_MISMATCH", "figure.reported.spans[1].exact"},
		"one combining mark": {func(r *metricsv1.CreateFigureRequest) {
			span := at("Caf\u00e9s", typev1.TextSpan_OBJECT)
			span.Exact, span.End = "Cafe\u0301s", span.End+1
			r.Figure.Reported.Spans[1] = span
		}, "SPAN_MISMATCH", "figure.reported.spans[1].exact"},
		"printed time": {func(r *metricsv1.CreateFigureRequest) { r.Figure.TimePeriod.Printed.Span.Exact = "this year" },
			"SPAN_MISMATCH", "figure.time_period.printed.span.exact"},
		"claim": {func(r *metricsv1.CreateFigureRequest) { r.Figure.ComparisonClaims[0].Span.Exact = "second" },
			"SPAN_MISMATCH", "figure.comparison_claims[0].span.exact"},
		"beyond the text": {func(r *metricsv1.CreateFigureRequest) { r.Figure.Reported.Spans[1].End = 5000 },
			"SPAN_OUT_OF_RANGE", "figure.reported.spans[1].end"},
		"other context": {func(r *metricsv1.CreateFigureRequest) { r.Figure.Reported.Spans[1].Prefix = "x" },
			"SPAN_CONTEXT_MISMATCH", "figure.reported.spans[1].prefix"},
		"hash of other words": {func(r *metricsv1.CreateFigureRequest) {
			r.Figure.Reported.Spans[1].ExactSha256 = sourcetext.HashOf("861")
		}, "SPAN_HASH_MISMATCH", "figure.reported.spans[1].exact_sha256"},
		"length without the text": {func(r *metricsv1.CreateFigureRequest) {
			r.SourceText, r.SourceTextSha256, r.Figure.Reported.Spans[1].Exact = "", "", "8600"
		}, "SPAN_MISMATCH", "figure.reported.spans[1].exact"},
		"no role": {func(r *metricsv1.CreateFigureRequest) { r.Figure.Reported.Spans[1].Role = 0 },
			"FIELD_REQUIRED", "figure.reported.spans[1].role"},
		"spans of nothing": {func(r *metricsv1.CreateFigureRequest) { r.Figure.DocumentVersion = "" },
			"CONTRADICTORY", "figure.document_version"},
		"other text": {func(r *metricsv1.CreateFigureRequest) { r.SourceText += " " }, "TEXT_HASH_MISMATCH", "source_text"},
		"no hash":    {func(r *metricsv1.CreateFigureRequest) { r.SourceTextSha256 = "" }, "FIELD_REQUIRED", "source_text_sha256"},
	} {
		t.Run(name, func(t *testing.T) {
			req := proto.CloneOf(withText(printed(), "bad"))
			if name == "spans of nothing" {
				req.Figure.Origin = &metricsv1.Origin{Producer: "AFP"}
			}
			test.edit(req)
			_, err := s.figures.CreateFigure(t.Context(), req)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
			_, err = s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/bad", ShowDeleted: true})
			statustest.Check(t, err, codes.NotFound, "FIGURE_NOT_FOUND", "")
		})
	}
}
