package rest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestWordsOfAnotherText: a figure that was compared with what somebody took for
// the text is not shown in it, and its document cannot go before it.
func TestWordsOfAnotherText(t *testing.T) {
	api.Post(t, "/v1/documents", &statementsv1.CreateDocumentRequest{
		DocumentId: "forged", Document: &statementsv1.Document{Headline: "H", Publisher: "P", LanguageCode: "en"},
		InitialVersion: &statementsv1.DocumentVersion{Text: "Ana told Ben.", PublishTime: &typev1.TimePeriod{Edtf: "2023"}},
	}).OK(t)
	unit := &metricsv1.Unit{System: metricsv1.Unit_UCUM, Code: "1"}
	must.Get(metricsv1.NewMetricServiceClient(conn).CreateMetric(t.Context(), &metricsv1.CreateMetricRequest{
		MetricId: "forged", Metric: &metricsv1.Metric{DisplayName: "M", MeasuredProperty: "m", StatType: metricsv1.Metric_COUNT, DefaultUnit: unit},
	}))(t)
	sum := sha256.Sum256([]byte("abc"))
	made := must.Get(metricsv1.NewFigureServiceClient(conn).CreateFigure(t.Context(), &metricsv1.CreateFigureRequest{
		FigureId: "forged", SourceText: "abc", SourceTextSha256: hex.EncodeToString(sum[:]),
		Figure: &metricsv1.Figure{
			Metric: "metrics/forged", DocumentVersion: "documents/forged/versions/1", Unit: unit,
			TimePeriod: &typev1.TimePeriod{Edtf: "2023"}, ValueKind: metricsv1.Figure_NO_VALUE, MissingReason: metricsv1.Figure_NOT_STATED,
			Reported: &metricsv1.Reported{Spans: []*typev1.TextSpan{{Start: proto.Int32(0), End: 3, Exact: "abc", Role: typev1.TextSpan_CONTENT}}},
		},
	}))(t)
	must.Equal(t, made.GetReported().GetSpans()[0].GetAnchorState(), typev1.TextSpan_ANCHORED)
	must.Equal(t, made.GetSourceTextSha256(), hex.EncodeToString(sum[:]))
	must.Equal(t, len(readDocument(t, "documents/forged").GetFacts()), 0)

	remove := func(name string) client.Answer {
		return api.Do(t, client.Request{Method: "DELETE", Path: "/v1/" + name + "?reason=forged"})
	}
	remove("documents/forged").Refused(t, client.Want{HTTP: 400, Status: "FAILED_PRECONDITION", Reason: "DOCUMENT_HAS_FIGURES"})
	for _, name := range []string{"figures/forged", "metrics/forged", "documents/forged"} {
		remove(name).OK(t)
	}
}
