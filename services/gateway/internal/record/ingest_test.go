package record_test

import (
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

const requestID = "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"

func span(start, end int32, role typev1.TextSpan_Role) *typev1.TextSpan {
	return &typev1.TextSpan{Start: proto.Int32(start), End: end, Exact: strings.Repeat("x", int(end-start)), Role: role}
}

func ingestRequest() *gatewayv1.IngestDocumentRequest {
	period := &typev1.TimePeriod{Edtf: "2023"}
	return &gatewayv1.IngestDocumentRequest{
		RequestId: requestID,
		Document:  &statementsv1.Document{Name: "documents/a", Headline: "h", Publisher: "p", LanguageCode: "en", TextWithheld: true},
		Version:   &statementsv1.DocumentVersion{Text: "e\u0301 text\r\n", PublishTime: period},
		Entities:  []*statementsv1.Entity{{Name: "entities/e", EntityType: statementsv1.Entity_PERSON, DisplayName: "E"}},
		Metrics: []*metricsv1.Metric{{
			Name: "metrics/m", DisplayName: "M", MeasuredProperty: "trade", StatType: metricsv1.Metric_VALUE,
			DefaultUnit: &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"},
		}},
		Statements: []*statementsv1.Statement{{
			Name: "statements/s", StatementType: statementsv1.Statement_DIRECT, StatementTime: period,
			Contents: []*typev1.TextSpan{span(0, 4, 0)}, Speakers: []*statementsv1.Speaker{{Entity: "entities/e"}},
		}},
		Figures: []*metricsv1.Figure{{
			Name: "figures/f", Metric: "metrics/m", TimePeriod: period, ValueKind: metricsv1.Figure_NO_VALUE,
			MissingReason: metricsv1.Figure_NOT_STATED, Unit: &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"},
			Reported: &metricsv1.Reported{Spans: []*typev1.TextSpan{span(1, 3, typev1.TextSpan_CONTENT)}},
		}},
	}
}

// published reports which halves are visible.
func (w *world) published() (statements, metrics bool) {
	s, m := w.statements.stages[requestID], w.metrics.stages[requestID]
	return s != nil && s.published, m != nil && m.published
}

func TestIngestTakesTheStepsInOrder(t *testing.T) {
	w := newWorld(t)
	answer, err := w.client.IngestDocument(t.Context(), ingestRequest())
	must.OK(t, err)
	must.Equal(t, w.faults.log, []string{"check", "stage metrics", "stage statements", "publish metrics", "publish statements"})
	must.Equal(t, answer.GetVersion().GetName(), "documents/a/versions/1")
	must.Equal(t, answer.GetFigures()[0].GetDocumentVersion(), "documents/a/versions/1")
	must.Equal(t, len(answer.GetMetrics()), 1)
	must.Equal(t, len(answer.GetEntities()), 1)
	must.Equal(t, len(answer.GetStatements()), 1)
	must.Equal(t, answer.GetRecordTime().GetSeconds(), int64(1))

	staged := w.metrics.stages[requestID].request
	must.Equal(t, staged.GetSourceText(), "\u00e9 text\n")
	must.Equal(t, staged.GetSourceTextSha256(), sourcetext.HashOf("\u00e9 text\n"))
	must.True(t, staged.GetTextWithheld())
}

func TestIngestWithoutFiguresLeavesTheMetricsServiceAlone(t *testing.T) {
	w := newWorld(t)
	request := ingestRequest()
	request.Metrics, request.Figures, request.RequestId = nil, nil, ""
	_, err := w.client.IngestDocument(t.Context(), request)
	must.OK(t, err)
	must.Equal(t, w.faults.log, []string{"check", "stage statements", "publish statements"})
}

func TestValidateOnlyWritesNothing(t *testing.T) {
	w := newWorld(t)
	request := ingestRequest()
	request.ValidateOnly = true
	answer, err := w.client.IngestDocument(t.Context(), request)
	must.OK(t, err)
	must.Equal(t, w.faults.log, []string{"check", "stage metrics"})
	must.Equal(t, len(w.statements.stages)+len(w.metrics.stages), 0)
	must.Equal(t, answer.GetFigures()[0].GetDocumentVersion(), "documents/a/versions/1")
	must.True(t, answer.GetRecordTime() == nil)
}

// A step that fails without a word whether it happened is finished by the same
// request, and until then nothing is half visible: the document comes last.
func TestARetryFinishesWhatAFailureLeft(t *testing.T) {
	for _, step := range []string{"check", "stage metrics", "stage statements", "publish metrics", "publish statements"} {
		for _, fault := range []mode{lost, late} {
			t.Run(step+" "+string(fault), func(t *testing.T) {
				w := newWorld(t)
				w.faults.steps = map[string]mode{step: fault}
				_, err := w.client.IngestDocument(t.Context(), ingestRequest())
				statustest.Check(t, err, codes.Unavailable, "UNAVAILABLE", "")
				statements, metrics := w.published()
				must.True(t, metrics || !statements, "the document is visible without its figures")
				must.Equal(t, statements, step == "publish statements" && fault == late)

				answer, err := w.client.IngestDocument(t.Context(), ingestRequest())
				must.OK(t, err)
				must.Equal(t, len(answer.GetFigures())+len(answer.GetStatements()), 2)
				statements, metrics = w.published()
				must.True(t, statements && metrics)
				must.Equal(t, len(w.statements.stages)+len(w.metrics.stages), 2)
			})
		}
	}
}

// TestWhatWasBegunIsFinishedWithoutItsClaimant: the claimant stood when the figures were
// published. What was not published is refused as anything that is new.
func TestWhatWasBegunIsFinishedWithoutItsClaimant(t *testing.T) {
	request := ingestRequest()
	request.Figures[0].Claimant = "entities/other"
	for step, finished := range map[string]bool{
		"stage metrics": false, "stage statements": false, "publish metrics": true, "publish statements": true,
	} {
		t.Run(step, func(t *testing.T) {
			w := newWorld(t)
			w.faults.steps = map[string]mode{step: late}
			_, err := w.client.IngestDocument(t.Context(), request)
			statustest.Check(t, err, codes.Unavailable, "UNAVAILABLE", "")
			w.statements.gone, w.faults.log = "entities/other", nil
			_, err = w.client.IngestDocument(t.Context(), request)
			statements, metrics := w.published()
			must.Equal(t, [2]bool{statements, metrics}, [2]bool{finished, finished})
			if finished {
				must.OK(t, err)
				must.Equal(t, w.faults.log, []string{"check", "stage metrics", "stage statements", "publish metrics", "publish statements"})
				must.Equal(t, len(w.metrics.tried), 1) // and not staged again
				return
			}
			statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "figures[0].claimant")
			must.Equal(t, w.faults.log, []string{"check"})
		})
	}
}

// TestOtherFiguresUnderAPublishedIDAreNew: their claimant has to be there.
func TestOtherFiguresUnderAPublishedIDAreNew(t *testing.T) {
	w := newWorld(t)
	_, err := w.client.IngestDocument(t.Context(), ingestRequest())
	must.OK(t, err)
	request := ingestRequest()
	w.statements.gone, request.Figures[0].Claimant, w.faults.log = "entities/other", "entities/other", nil
	w.metrics.refuse = errs.Invalid("request_id", "REQUEST_ID_REUSED", "another ingest")
	_, err = w.client.IngestDocument(t.Context(), request)
	statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "figures[0].claimant")
	must.Equal(t, w.faults.log, []string{"check", "stage metrics"})
	must.Equal(t, len(w.metrics.tried), 1)
}

// A request without an id has one that follows from its content.
func TestARetryWithoutAnIDFinishesToo(t *testing.T) {
	w := newWorld(t)
	w.faults.steps = map[string]mode{"publish statements": lost}
	request := ingestRequest()
	request.RequestId = ""
	_, err := w.client.IngestDocument(t.Context(), request)
	statustest.Check(t, err, codes.Unavailable, "UNAVAILABLE", "")
	_, err = w.client.IngestDocument(t.Context(), request)
	must.OK(t, err)
	must.Equal(t, len(w.statements.stages)+len(w.metrics.stages), 2)

	request.Figures[0].Comment = "of another content"
	_, err = w.client.IngestDocument(t.Context(), request)
	must.OK(t, err)
	must.Equal(t, len(w.statements.stages)+len(w.metrics.stages), 4)
}

// What was cut off just before its commit point is finished without its client;
// what was cut off earlier is not.
func TestFinish(t *testing.T) {
	for step, want := range map[string][]string{
		"stage statements": nil, "publish metrics": nil, "publish statements": {requestID},
	} {
		t.Run(step, func(t *testing.T) {
			w := newWorld(t)
			w.faults.steps = map[string]mode{step: lost}
			_, err := w.client.IngestDocument(t.Context(), ingestRequest())
			statustest.Check(t, err, codes.Unavailable, "UNAVAILABLE", "")
			must.Equal(t, w.finish(t), want)
			statements, metrics := w.published()
			must.Equal(t, statements, metrics)
			must.Equal(t, w.finish(t), nil)
		})
	}
}

// An embargo that was put off while the figures were staged is put off for them too, by
// whoever publishes the document.
func TestFiguresEndWithTheEmbargoOfTheirDocument(t *testing.T) {
	end, later := time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)
	request := ingestRequest()
	request.Document.EmbargoEndTime, request.Figures[0].EmbargoEndTime = timestamppb.New(end), timestamppb.New(end)
	for _, cutOff := range []bool{false, true} {
		w := newWorld(t)
		w.statements.document = &statementsv1.Document{Name: "documents/a", Restricted: true, EmbargoEndTime: timestamppb.New(later)}
		w.metrics.list = []*metricsv1.Figure{{Name: "figures/f", Restricted: true, EmbargoEndTime: timestamppb.New(end)}}
		if cutOff {
			w.faults.steps = map[string]mode{"publish statements": lost}
			_, err := w.client.IngestDocument(t.Context(), request)
			statustest.Check(t, err, codes.Unavailable, "UNAVAILABLE", "")
			must.Equal(t, w.finish(t), []string{requestID})
		} else {
			_, err := w.client.IngestDocument(t.Context(), request)
			must.OK(t, err)
		}
		must.True(t, len(w.metrics.embargoed) == 1 && w.metrics.embargoed[0].Equal(later), "the figures end at %v", w.metrics.embargoed)
	}
}

// A definite refusal before anything is published leaves nothing behind.
func TestARefusalLeavesNothingBehind(t *testing.T) {
	for _, step := range []string{"check", "stage metrics", "stage statements", "publish metrics"} {
		t.Run(step, func(t *testing.T) {
			w := newWorld(t)
			w.faults.steps = map[string]mode{step: refused}
			_, err := w.client.IngestDocument(t.Context(), ingestRequest())
			statustest.Check(t, err, codes.FailedPrecondition, "REFUSED", "")
			must.Equal(t, len(w.statements.stages)+len(w.metrics.stages), 0)
		})
	}
}

// Figures that are published keep their document from being dropped, whatever was said of
// them; so do those of which nobody knows.
func TestPublishedFiguresKeepTheirDocument(t *testing.T) {
	for name, steps := range map[string]map[string]mode{
		"published": {"publish metrics": wrong},
		"not known": {"publish metrics": wrong, "discard metrics": lost},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.faults.steps = steps
			_, err := w.client.IngestDocument(t.Context(), ingestRequest())
			statustest.Check(t, err, codes.FailedPrecondition, "REFUSED", "")
			must.Equal(t, w.finish(t), []string{requestID})
			statements, metrics := w.published()
			must.True(t, statements && metrics)
		})
	}
}

func TestAVersionThatCameInBetweenIsRefused(t *testing.T) {
	w := newWorld(t)
	w.statements.overtaken = "documents/a/versions/2"
	_, err := w.client.IngestDocument(t.Context(), ingestRequest())
	statustest.Check(t, err, codes.Aborted, "VERSION_CHANGED", "")
	must.Equal(t, len(w.statements.stages)+len(w.metrics.stages), 0)
}

// The id of another ingest that is under way is no reason to drop that one.
func TestAReusedRequestIDDropsNothing(t *testing.T) {
	w := newWorld(t)
	w.faults.steps = map[string]mode{"publish metrics": lost}
	_, err := w.client.IngestDocument(t.Context(), ingestRequest())
	statustest.Check(t, err, codes.Unavailable, "UNAVAILABLE", "")
	w.statements.refuse = errs.Invalid("request_id", "REQUEST_ID_REUSED", "another ingest has it")
	_, err = w.client.IngestDocument(t.Context(), ingestRequest())
	statustest.Check(t, err, codes.InvalidArgument, "REQUEST_ID_REUSED", "request_id")
	must.Equal(t, len(w.statements.stages)+len(w.metrics.stages), 2)
}

// A try that was cut off leaves figures aside; when the same request is then
// refused they are dropped.
func TestARefusedRetryDropsWhatTheFirstTryLeft(t *testing.T) {
	w := newWorld(t)
	w.faults.steps = map[string]mode{"stage statements": lost}
	_, err := w.client.IngestDocument(t.Context(), ingestRequest())
	statustest.Check(t, err, codes.Unavailable, "UNAVAILABLE", "")
	must.Equal(t, len(w.metrics.stages), 1)
	w.faults.steps = map[string]mode{"check": refused}
	_, err = w.client.IngestDocument(t.Context(), ingestRequest())
	statustest.Check(t, err, codes.FailedPrecondition, "REFUSED", "")
	must.Equal(t, len(w.metrics.stages), 0)
}

func TestPathsAreThoseOfTheRequest(t *testing.T) {
	w := newWorld(t)
	w.statements.refuse = errs.Invalid("statements[3].contents[0].exact", "SPAN_MISMATCH", "not there").
		Field("document_version.text", "too long").Field("entities[0].aliases", "twice")
	_, err := w.client.IngestDocument(t.Context(), ingestRequest())
	statustest.Check(t, err, codes.InvalidArgument, "SPAN_MISMATCH", "")
	must.Equal(t, statustest.Fields(err), []string{"statements[3].contents[0].exact", "version.text", "entities[0].aliases"})

	w.statements.refuse = nil
	w.metrics.refuse = errs.Invalid("source_text_sha256", "TEXT_HASH_MISMATCH", "differs")
	_, err = w.client.IngestDocument(t.Context(), ingestRequest())
	st := statustest.Check(t, err, codes.InvalidArgument, "TEXT_HASH_MISMATCH", "version.text_sha256")
	must.Equal(t, st.Message(), "version.text_sha256: differs")
}

func TestWhatTheIngestFillsInMustBeEmpty(t *testing.T) {
	w := newWorld(t)
	request := ingestRequest()
	request.Document.Name = "documents/A"
	request.Version.Name = "documents/a/versions/1"
	request.Statements[0].DocumentVersion = "documents/a/versions/1"
	request.Figures[0].DocumentVersion = "documents/a/versions/1"
	request.Figures[0].Reported = nil
	_, err := w.client.IngestDocument(t.Context(), request)
	must.Equal(t, statustest.Fields(err), []string{
		"document.name", "version.name", "statements[0].document_version", "figures[0].document_version", "figures[0].origin",
	})
	must.Equal(t, len(w.faults.log), 0)
}

// finish finishes what is half published, as the gateway's upkeep does.
func (w *world) finish(t *testing.T) []string {
	t.Helper()
	half := must.Get(w.service.HalfPublished(t.Context()))(t)
	return must.Get(w.service.Finish(t.Context(), half))(t)
}
