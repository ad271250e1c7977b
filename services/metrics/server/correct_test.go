package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// correction is a correction of a figure to what the given one says in the fields of the paths.
func correction(id string, f *metricsv1.Figure, paths ...string) *metricsv1.CorrectFigureRequest {
	return &metricsv1.CorrectFigureRequest{
		Name: "figures/" + id, Kind: typev1.Correction_ERROR, Reason: "it was misread", Figure: f, UpdateMask: &fieldmaskpb.FieldMask{Paths: paths},
	}
}

// correct makes a correction.
func (s *service) correct(t testing.TB, req *metricsv1.CorrectFigureRequest) *metricsv1.CorrectFigureResponse {
	t.Helper()
	out, err := s.figures.CorrectFigure(t.Context(), req)
	must.OK(t, err)
	return out
}

func TestCorrectionsOfFiguresKeepWhatWasSaid(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		created := s.figure(t, "f", observed("2022", "860", area("US")))
		then := s.settled()
		done := s.correct(t, correction("f", &metricsv1.Figure{Value: number("806")}, "value"))

		want := proto.CloneOf(created)
		want.Value, want.Normalized.Value = number("806"), number("806")
		want.RevisionId, want.Etag, want.UpdateTime = "2", done.GetFigure().GetEtag(), done.GetFigure().GetUpdateTime()
		must.Equal(t, done.GetFigure(), want)
		must.NotEqual(t, want.GetEtag(), created.GetEtag())
		must.Equal(t, done.GetCorrection(), &typev1.Correction{
			Name: done.GetCorrection().GetName(), Kind: typev1.Correction_ERROR, Subject: "figures/f", Reason: "it was misread",
			RecordTime: done.GetFigure().GetUpdateTime(), PreviousRevision: "1", NewRevision: "2", Caller: done.GetCorrection().GetCaller(),
		})

		got, err := s.get(t, "f")
		must.OK(t, err)
		must.Equal(t, got, done.GetFigure())
		got, err = s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/f", ReadTime: then})
		must.OK(t, err)
		must.Equal(t, got, created)
		why, err := s.corrections.GetCorrection(t.Context(), &metricsv1.GetCorrectionRequest{Name: done.GetCorrection().GetName()})
		must.OK(t, err)
		must.Equal(t, why, done.GetCorrection())
		_, err = s.corrections.GetCorrection(t.Context(), &metricsv1.GetCorrectionRequest{Name: done.GetCorrection().GetName(), ReadTime: then})
		statustest.Check(t, err, codes.NotFound, "CORRECTION_NOT_FOUND", "")

		series, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade"})
		must.OK(t, err)
		point := series.GetSeries()[0].GetObservations()[0]
		must.Equal(t, point.GetValue(), number("806"))
		must.True(t, point.GetCorrected())
	})
}

func TestACorrectionMovesAFigureToAnotherSeries(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.figure(t, "f", observed("2022", "860", area("US")))
		s.correct(t, correction("f", &metricsv1.Figure{Dimensions: area("MX"), TimePeriod: period("2021")}, "dimensions", "time_period"))
		out, err := s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade"})
		must.OK(t, err)
		must.Equal(t, len(out.GetSeries()), 1)
		must.Equal(t, out.GetSeries()[0].GetDimensions(), area("MX"))
		must.Equal(t, out.GetSeries()[0].GetObservations()[0].GetTimePeriod().GetEdtf(), "2021")
	})
}

func TestWhatNoCorrectionMayDo(t *testing.T) {
	s := startFilled(t)
	figure := s.figure(t, "f", observed("2022", "860", area("US")))
	s.figure(t, "gone", observed("2021", "1", area("US")))
	_, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/gone", Reason: "twice"})
	must.OK(t, err)
	value := &metricsv1.Figure{Value: number("1")}
	for name, refused := range map[string]struct {
		req    *metricsv1.CorrectFigureRequest
		edit   func(*metricsv1.CorrectFigureRequest)
		code   codes.Code
		reason string
		field  string
	}{
		"retraction": {correction("f", value, "value"), func(r *metricsv1.CorrectFigureRequest) { r.Kind = typev1.Correction_RETRACTION },
			codes.InvalidArgument, "KIND_NOT_APPLICABLE", "kind"},
		"kill": {correction("f", value, "value"), func(r *metricsv1.CorrectFigureRequest) { r.Kind = typev1.Correction_KILL },
			codes.InvalidArgument, "KIND_NOT_APPLICABLE", "kind"},
		"the same":     {correction("f", &metricsv1.Figure{Value: number("860")}, "value"), nil, codes.InvalidArgument, "NOTHING_CORRECTED", ""},
		"metric":       {correction("f", &metricsv1.Figure{Metric: "metrics/deaths"}, "metric"), nil, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]"},
		"normalized":   {correction("f", &metricsv1.Figure{Normalized: &metricsv1.Normalized{Value: number("1")}}, "normalized"), nil, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[0]"},
		"dimension":    {correction("f", &metricsv1.Figure{Dimensions: map[string]string{"REF_AREA": "US", "X": "1"}}, "dimensions"), nil, codes.InvalidArgument, "UNKNOWN_DIMENSION", `figure.dimensions["X"]`},
		"missing":      {correction("f", &metricsv1.Figure{}, "dimensions"), nil, codes.InvalidArgument, "MISSING_DIMENSION", `figure.dimensions["REF_AREA"]`},
		"unit":         {correction("f", &metricsv1.Figure{Unit: ucum("km")}, "unit"), nil, codes.InvalidArgument, "UNIT_INCOMPATIBLE", "figure.unit"},
		"two etags":    {correction("f", &metricsv1.Figure{Etag: "a", Value: number("1")}, "value"), func(r *metricsv1.CorrectFigureRequest) { r.Etag = "b" }, codes.InvalidArgument, "CONTRADICTORY", "etag"},
		"old etag":     {correction("f", value, "value"), func(r *metricsv1.CorrectFigureRequest) { r.Etag = `"9-00000000"` }, codes.Aborted, "ETAG_MISMATCH", ""},
		"another name": {correction("f", &metricsv1.Figure{Name: "figures/g", Value: number("1")}, "value"), nil, codes.InvalidArgument, "NAME_NOT_EMPTY", "figure.name"},
		"no figure":    {correction("f", nil, "value"), nil, codes.InvalidArgument, "FIELD_REQUIRED", "figure"},
		"none":         {correction("none", value, "value"), nil, codes.NotFound, "FIGURE_NOT_FOUND", ""},
		"retracted":    {correction("gone", value, "value"), nil, codes.NotFound, "RETRACTED", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if refused.edit != nil {
				refused.edit(refused.req)
			}
			_, err := s.figures.CorrectFigure(t.Context(), refused.req)
			statustest.Check(t, err, refused.code, refused.reason, refused.field)
		})
	}
	got, err := s.get(t, "f")
	must.OK(t, err)
	must.Equal(t, got, figure)
	all, err := s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{})
	must.OK(t, err)
	must.Equal(t, len(all.GetCorrections()), 1) // the retraction
}

func TestACorrectionKeepsWhatWasVerified(t *testing.T) {
	s := startFilled(t)
	_, err := s.figures.CreateFigure(t.Context(), withText(printed(), "f"))
	must.OK(t, err)
	done := s.correct(t, correction("f", &metricsv1.Figure{TimePeriod: period("2021")}, "time_period"))
	must.Equal(t, done.GetFigure().GetSourceTextSha256(), "") // a span went: nobody compared the rest
	other, err := s.figures.CreateFigure(t.Context(), withText(printed(), "g"))
	must.OK(t, err)
	done = s.correct(t, correction("g", &metricsv1.Figure{Dimensions: area("CA")}, "dimensions"))
	must.Equal(t, done.GetFigure().GetReported(), other.GetReported())
	must.Equal(t, done.GetFigure().GetSourceTextSha256(), sourcetext.HashOf(text))

	req := correction("g", &metricsv1.Figure{Reported: &metricsv1.Reported{
		NumberText: "860", Value: number("860"), MultiplierText: "billion", Spans: []*typev1.TextSpan{at("3,000", typev1.TextSpan_NUMBER)},
	}}, "reported")
	req.SourceText, req.SourceTextSha256 = text, sourcetext.HashOf(text)
	_, err = s.figures.CorrectFigure(t.Context(), req)
	statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "")
}

// TestACorrectionKeepsWhatItDoesNotNameOfWhatIsPrinted: who corrects the number that is printed keeps its words and where they stand, or is
// told that they say otherwise. Nothing goes that no mask names.
func TestACorrectionKeepsWhatItDoesNotNameOfWhatIsPrinted(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		created, err := s.figures.CreateFigure(t.Context(), withText(printed(), "f"))
		must.OK(t, err)
		for _, paths := range [][]string{nil, {"value", "reported"}, {"value", "reported.value"}} {
			_, err = s.figures.CorrectFigure(t.Context(), withSource(correction("f", &metricsv1.Figure{
				Value: number("861"), Reported: &metricsv1.Reported{Value: number("861")},
			}, paths...)))
			statustest.Check(t, err, codes.InvalidArgument, "CONTRADICTORY", "figure.reported.value")
			must.Contains(t, statustest.Violations(err)[0].GetDescription(), `the source prints "860"`)
		}
		done := s.correct(t, withSource(correction("f", &metricsv1.Figure{
			UnitMult: 6, Value: number("860000"), Reported: &metricsv1.Reported{Value: number("860.0")},
		})))
		want := proto.CloneOf(created.GetReported())
		want.Value = number("860.0")
		must.Equal(t, done.GetFigure().GetReported(), want)
		must.Equal(t, done.GetFigure().GetSourceTextSha256(), sourcetext.HashOf(text))

		// Another number of the text comes with its place.
		spans := []*typev1.TextSpan{at("3,000", typev1.TextSpan_NUMBER)}
		done = s.correct(t, withSource(correction("f", &metricsv1.Figure{
			Value: number("3000"), UnitMult: 9, Reported: &metricsv1.Reported{Text: "3,000", NumberText: "3,000", Value: number("3000"), Spans: spans},
		})))
		must.Equal(t, len(done.GetFigure().GetReported().GetSpans()), 1)
		must.Equal(t, done.GetFigure().GetReported().GetSpans()[0].GetAnchorState(), typev1.TextSpan_ANCHORED)

		// What a mask names goes.
		done = s.correct(t, withSource(correction("f", &metricsv1.Figure{}, "reported.multiplier_text")))
		must.Equal(t, done.GetFigure().GetReported().GetMultiplierText(), "")
		must.Equal(t, done.GetFigure().GetReported().GetNumberText(), "3,000")
		done = s.correct(t, withSource(correction("f", &metricsv1.Figure{}, "reported")))
		must.True(t, done.GetFigure().GetReported() == nil, "%v", done)
	})
}

// withSource is a correction with the text that the figure stands in.
func withSource(req *metricsv1.CorrectFigureRequest) *metricsv1.CorrectFigureRequest {
	req.SourceText, req.SourceTextSha256 = text, sourcetext.HashOf(text)
	return req
}

func TestACorrectionIsMadeOnce(t *testing.T) {
	s := startFilled(t)
	s.figure(t, "f", observed("2022", "860", area("US")))
	req := correction("f", &metricsv1.Figure{Value: number("1")}, "value")
	req.ValidateOnly = true
	tried := s.correct(t, req)
	must.Equal(t, tried.GetCorrection().GetName(), "")
	must.Equal(t, tried.GetFigure().GetEtag(), "")
	must.Equal(t, tried.GetFigure().GetValue(), number("1"))
	got, err := s.get(t, "f")
	must.OK(t, err)
	must.Equal(t, got.GetRevisionId(), "1")

	req.ValidateOnly, req.RequestId = false, resource.NewUID()
	first := s.correct(t, req)
	s.correct(t, correction("f", &metricsv1.Figure{Value: number("2")}, "value"))
	must.Equal(t, s.correct(t, req), first)
}

func TestF16RetractedFiguresSayWhy(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		f := printed()
		created, err := s.figures.CreateFigure(t.Context(), withText(f, "f"))
		must.OK(t, err)
		gone, err := s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/f", Reason: "withdrawn by the paper", Etag: created.GetEtag()})
		must.OK(t, err)
		why := gone.GetRetraction()
		must.Equal(t, why, &typev1.Correction{
			Name: why.GetName(), Kind: typev1.Correction_RETRACTION, Subject: "figures/f", Document: "documents/d", Reason: "withdrawn by the paper",
			RecordTime: gone.GetDeleteTime(), PreviousRevision: "1", NewRevision: "2", Caller: why.GetCaller(),
		})
		_, err = s.get(t, "f")
		status := statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
		found := false
		for _, detail := range status.Details() {
			if c, ok := detail.(*typev1.Correction); ok {
				found = true
				must.Equal(t, c, why)
			}
		}
		must.True(t, found)
		got, err := s.corrections.GetCorrection(t.Context(), &metricsv1.GetCorrectionRequest{Name: why.GetName()})
		must.OK(t, err)
		must.Equal(t, got, why)

		metric, err := s.metrics.DeleteMetric(t.Context(), &metricsv1.DeleteMetricRequest{Name: "metrics/deaths", Reason: "measured elsewhere"})
		must.OK(t, err)
		listed, err := s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{})
		must.OK(t, err)
		must.Equal(t, listed.GetCorrections(), []*typev1.Correction{metric.GetRetraction(), why})
	})
}

func TestCorrectionsAreListed(t *testing.T) {
	s := startFilled(t)
	for i := range 3 {
		s.figure(t, fmt.Sprint("f", i), observed("2022", "860", area("US")))
	}
	s.correct(t, correction("f0", &metricsv1.Figure{Value: number("1")}, "value"))
	s.correct(t, correction("f1", &metricsv1.Figure{Value: number("1")}, "value"))
	update := correction("f0", &metricsv1.Figure{Value: number("2")}, "value")
	update.Kind, update.NoticeText, update.NoticeDocumentVersion = typev1.Correction_UPDATE, "We said 1.", "documents/n/versions/1"
	noticed := s.correct(t, update).GetCorrection()
	must.Equal(t, noticed.GetNoticeText(), "We said 1.")
	must.Equal(t, noticed.GetNoticeDocumentVersion(), "documents/n/versions/1")

	subjects := func(filter string) []string {
		found, token := []string{}, ""
		for {
			page, err := s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{Filter: filter, PageSize: 1, PageToken: token})
			must.OK(t, err)
			for _, c := range page.GetCorrections() {
				found = append(found, c.GetSubject()+" "+c.GetKind().String())
			}
			if token = page.GetNextPageToken(); token == "" {
				return found
			}
		}
	}
	must.Equal(t, subjects(""), []string{"figures/f0 UPDATE", "figures/f1 ERROR", "figures/f0 ERROR"})
	must.Equal(t, subjects(`subject = "figures/f0"`), []string{"figures/f0 UPDATE", "figures/f0 ERROR"})
	must.Equal(t, subjects("kind = ERROR"), []string{"figures/f1 ERROR", "figures/f0 ERROR"})
	must.Equal(t, subjects(`subject = "statements/s"`), []string{})
	for _, filter := range []string{`subject = "x"`, `kind = "WRONG"`, `document = "figures/f"`} {
		_, err := s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{Filter: filter})
		must.Equal(t, statustest.Fields(err), []string{"filter"})
	}
	_, err := s.corrections.ListCorrections(t.Context(), &metricsv1.ListCorrectionsRequest{Filter: `subject = "x"`})
	must.Contains(t, err.Error(), "figures/{figure} or metrics/{metric} or documents/{document}")
}
