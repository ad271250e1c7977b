package server_test

import (
	"net/http"
	"strings"
	"testing"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// figureBody is a figure as JSON, with more fields after those that it needs.
func figureBody(more string) string {
	return `{"metric":"metrics/m","timePeriod":{"edtf":"2022"},"valueKind":"POINT","value":{"value":"1"},"unit":{"system":"UCUM","code":"1"}` + more + `}`
}

func withVersion(w *world) *statementsv1.DocumentVersion {
	version := &statementsv1.DocumentVersion{
		Name: "documents/a/versions/1", Text: "a record", TextSha256: strings.Repeat("a", 64),
		PublishTime: &typev1.TimePeriod{Edtf: "2023-11-18", Printed: &typev1.TimePeriod_Printed{Text: "Saturday"}},
	}
	w.documents.version = func(r *statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
		return named(version, r.GetName()), nil
	}
	return version
}

// TestAFigureIsPutOutWithItsDocument: the release that a figure does not state is that
// of the version which prints it.
func TestAFigureIsPutOutWithItsDocument(t *testing.T) {
	w := newWorld(t)
	withVersion(w)
	create := func(body string) *metricsv1.Figure {
		must.Equal(t, w.call(t, "POST", "/v1/figures", body).StatusCode, http.StatusOK)
		return last[*metricsv1.CreateFigureRequest](t, &w.figures.notes).GetFigure()
	}
	released := create(figureBody(`,"documentVersion":"documents/a/versions/1"`)).GetReleaseTime()
	must.Equal(t, released.GetEdtf(), "2023-11-18")
	must.True(t, released.GetPrinted() == nil)
	must.Equal(t, create(figureBody(`,"documentVersion":"documents/a/versions/1","releaseTime":{"edtf":"2020"}`)).GetReleaseTime().GetEdtf(), "2020")
	must.True(t, create(figureBody("")).GetReleaseTime() == nil)

	body := `{"requests":[{"figure":` + figureBody(`,"documentVersion":"documents/a/versions/1"`) + `},{"figure":` + figureBody("") + `}]}`
	must.Equal(t, w.call(t, "POST", "/v1/figures:batchCreate", body).StatusCode, http.StatusOK)
	batch := last[*metricsv1.BatchCreateFiguresRequest](t, &w.figures.notes).GetRequests()
	must.Equal(t, batch[0].GetFigure().GetReleaseTime().GetEdtf(), "2023-11-18")
	must.True(t, batch[1].GetFigure().GetReleaseTime() == nil)
}

func TestClaimantsMustBeOnRecord(t *testing.T) {
	w := newWorld(t)
	known, unknown := figureBody(`,"claimant":"statements/known"`), figureBody(`,"claimant":"statements/unknown"`)
	must.Equal(t, w.call(t, "POST", "/v1/figures", known).StatusCode, http.StatusOK)
	refused(t, w.call(t, "POST", "/v1/figures", unknown), 400, "REFERENCE_NOT_FOUND", "figure.claimant")
	refused(t, w.call(t, "POST", "/v1/figures:batchCreate", `{"requests":[{"figure":`+known+`},{"figure":`+unknown+`}]}`), 400, "REFERENCE_NOT_FOUND", "requests[1].figure.claimant")
	refused(t, w.call(t, "POST", "/v1/figures/f:correct", `{"kind":"ERROR","reason":"r","figure":{"claimant":"statements/unknown"}}`), 400, "REFERENCE_NOT_FOUND", "figure.claimant")
}

// TestACorrectionIsSentWithTheText: of the version that the figure stands on, or will.
func TestACorrectionIsSentWithTheText(t *testing.T) {
	w := newWorld(t)
	version := withVersion(w)
	w.figures.present = &metricsv1.Figure{Name: "figures/f", DocumentVersion: version.GetName()}
	must.Equal(t, w.call(t, "POST", "/v1/figures/f:correct", `{"kind":"ERROR","reason":"r","figure":{"value":{"value":"2"}}}`).StatusCode, http.StatusOK)
	sent := last[*metricsv1.CorrectFigureRequest](t, &w.figures.notes)
	must.Equal(t, sent.GetSourceText(), version.GetText())
	must.Equal(t, sent.GetSourceTextSha256(), version.GetTextSha256())
	must.Equal(t, sent.GetUpdateMask().GetPaths(), []string{"value"})

	w.figures.present = &metricsv1.Figure{Name: "figures/f"}
	must.Equal(t, w.call(t, "POST", "/v1/figures/f:correct", `{"kind":"ERROR","reason":"r","figure":{"value":{"value":"2"}}}`).StatusCode, http.StatusOK)
	must.Equal(t, last[*metricsv1.CorrectFigureRequest](t, &w.figures.notes).GetSourceText(), "")
}
