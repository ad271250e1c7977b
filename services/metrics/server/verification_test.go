package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func verifyRequest() *metricsv1.VerifyFiguresRequest {
	return &metricsv1.VerifyFiguresRequest{
		DocumentVersion: version, SourceText: text, SourceTextSha256: sourcetext.HashOf(text), TextWithheld: true,
	}
}

// verify brings the text of the test document.
func (s *service) verify(t testing.TB) *metricsv1.VerifyFiguresResponse {
	t.Helper()
	out, err := s.texts.VerifyFigures(t.Context(), verifyRequest())
	must.OK(t, err)
	return out
}

// byHash is the figure of the test document with its words known by their hashes alone.
func byHash() *metricsv1.Figure {
	f := printed()
	f.Reported.Text = ""
	for _, span := range figureSpans(f) {
		span.ExactSha256, span.Exact = sourcetext.HashOf(span.Exact), ""
	}
	return f
}

func figureSpans(f *metricsv1.Figure) []*typev1.TextSpan {
	return append([]*typev1.TextSpan{f.GetTimePeriod().GetPrinted().GetSpan(), f.GetComparisonClaims()[0].GetSpan()}, f.GetReported().GetSpans()...)
}

// printedSpan is the span of the printed time of the only point of metrics/trade.
func (s *service) printedSpan(t testing.TB, at *timestamppb.Timestamp) *typev1.TextSpan {
	t.Helper()
	out, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", ReadTime: at})
	must.OK(t, err)
	must.Equal(t, len(out.GetSeries()), 1)
	must.Equal(t, len(out.GetSeries()[0].GetObservations()), 1)
	return out.GetSeries()[0].GetObservations()[0].GetTimePeriod().GetPrinted().GetSpan()
}

func TestVerifyFigures(t *testing.T) {
	s := startFilled(t)
	create := &metricsv1.CreateFigureRequest{Figure: byHash(), FigureId: "f1", TextWithheld: true, RequestId: resource.NewUID()}
	first, err := s.figures.CreateFigure(t.Context(), create)
	must.OK(t, err)
	noSpans := count(func(f *metricsv1.Figure) { point("5")(f); f.DocumentVersion = version })
	s.figure(t, "data", noSpans)
	before := s.settled()

	req := verifyRequest()
	req.ValidateOnly = true
	tried, err := s.texts.VerifyFigures(t.Context(), req)
	must.OK(t, err)
	must.Equal(t, tried, &metricsv1.VerifyFiguresResponse{VerifiedCount: 1})
	unchanged, err := s.get(t, "f1")
	must.OK(t, err)
	must.Equal(t, unchanged, first)

	done := s.verify(t)
	after, err := s.get(t, "f1")
	must.OK(t, err)
	must.Equal(t, done, &metricsv1.VerifyFiguresResponse{VerifiedCount: 1, RecordTime: after.GetUpdateTime()})
	want := proto.CloneOf(first)
	for _, span := range figureSpans(want) {
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_UNVERIFIED)
		span.AnchorState = typev1.TextSpan_ANCHORED
	}
	must.NotEqual(t, after.GetEtag(), first.GetEtag())
	want.RevisionId, want.Etag, want.UpdateTime = "2", after.GetEtag(), after.GetUpdateTime()
	want.SourceTextSha256 = sourcetext.HashOf(text)
	must.Equal(t, after, want)

	// The series shows what the figure shows, then and now.
	must.Equal(t, s.printedSpan(t, nil).GetAnchorState(), typev1.TextSpan_ANCHORED)
	must.Equal(t, s.printedSpan(t, before).GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	past, err := s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/f1", ReadTime: before})
	must.OK(t, err)
	must.Equal(t, past, first)
	replayed, err := s.figures.CreateFigure(t.Context(), create)
	must.OK(t, err)
	must.Equal(t, replayed, first)

	must.Equal(t, s.verify(t), &metricsv1.VerifyFiguresResponse{AnchoredCount: 1})
	again, err := s.get(t, "f1")
	must.OK(t, err)
	must.Equal(t, again, after)
}

// Where the text is not withheld the words are kept, and filled in where only their hash was known.
func TestVerifyFiguresOfAnOpenText(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "f1", byHash())
	req := verifyRequest()
	req.TextWithheld = false
	_, err := s.texts.VerifyFigures(t.Context(), req)
	must.OK(t, err)
	after, err := s.get(t, "f1")
	must.OK(t, err)
	must.Equal(t, after.GetReported().GetSpans()[1].GetExact(), "860")
	must.Equal(t, s.printedSpan(t, nil).GetExact(), "last year")
}

func TestVerifyListsFiguresThatDoNotMatch(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "right", byHash())
	wrong := byHash()
	wrong.Reported.NumberText, wrong.Reported.Spans[1].ExactSha256 = "861", sourcetext.HashOf("861")
	wrong.Value, wrong.Reported.Value = number("861"), number("861")
	wrong.ComparisonClaims[0].Span.Start, wrong.ComparisonClaims[0].Span.End = proto.Int32(5000), 5006
	s.figure(t, "wrong", wrong)
	out := s.verify(t)
	must.Equal(t, out.GetVerifiedCount(), 1)
	must.Equal(t, out.GetMismatchCount(), 1)
	must.Equal(t, len(out.GetMismatches()), 2)
	for i, field := range []string{"reported.spans[1]", "comparison_claims[0].span"} {
		must.Equal(t, out.GetMismatches()[i].GetFigure(), "figures/wrong")
		must.Equal(t, out.GetMismatches()[i].GetField(), field)
	}
	must.Contains(t, out.GetMismatches()[0].GetDescription(), `"860"`)
	kept, err := s.get(t, "wrong")
	must.OK(t, err)
	must.Equal(t, kept.GetRevisionId(), "1")
	for _, span := range figureSpans(kept) {
		must.Equal(t, span.GetAnchorState(), typev1.TextSpan_UNVERIFIED)
	}
}

func TestVerifyFiguresRefusals(t *testing.T) {
	s := startFilled(t)
	for name, test := range map[string]struct {
		edit          func(*metricsv1.VerifyFiguresRequest)
		reason, field string
	}{
		"another text": {func(r *metricsv1.VerifyFiguresRequest) { r.SourceText += " " }, "TEXT_HASH_MISMATCH", "source_text"},
		"NUL":          {func(r *metricsv1.VerifyFiguresRequest) { r.SourceText += "\x00" }, "NUL_CHARACTER", "source_text"},
		"no hash":      {func(r *metricsv1.VerifyFiguresRequest) { r.SourceTextSha256 = "" }, "INVALID_REQUEST", "source_text_sha256"},
		"no version":   {func(r *metricsv1.VerifyFiguresRequest) { r.DocumentVersion = "documents/d" }, "INVALID_REQUEST", "document_version"},
	} {
		t.Run(name, func(t *testing.T) {
			req := verifyRequest()
			test.edit(req)
			_, err := s.texts.VerifyFigures(t.Context(), req)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
	// What it does not know it cannot verify: whether the version is on record, the statements service says.
	must.Equal(t, s.verify(t), &metricsv1.VerifyFiguresResponse{})
}

func TestVerifyFiguresIsBounded(t *testing.T) {
	s := startFilled(t)
	wrong := byHash()
	wrong.Reported.NumberText, wrong.Reported.Spans[1].ExactSha256 = "861", sourcetext.HashOf("861")
	wrong.Value, wrong.Reported.Value = number("861"), number("861")
	fill := func(batch, size int) {
		req := &metricsv1.BatchCreateFiguresRequest{TextWithheld: true}
		for i := range size {
			req.Requests = append(req.Requests, &metricsv1.CreateFigureRequest{Figure: proto.CloneOf(wrong), FigureId: fmt.Sprintf("f-%d-%d", batch, i)})
		}
		_, err := s.figures.BatchCreateFigures(t.Context(), req)
		must.OK(t, err)
	}
	for batch := range 5 {
		fill(batch, 1000)
	}
	out := s.verify(t)
	must.Equal(t, out.GetMismatchCount(), 5000)
	must.Equal(t, len(out.GetMismatches()), 100)
	fill(5, 1)
	_, err := s.texts.VerifyFigures(t.Context(), verifyRequest())
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_FACTS", "")
}
