package server_test

import (
	"net/http"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestNoFigureNamesWhatIsUnderEmbargo: documents/sealed is under embargo, documents/a is
// not. Only what is of the first may name it before the end.
func TestNoFigureNamesWhatIsUnderEmbargo(t *testing.T) {
	const sealed, open = "documents/sealed/versions/1", "documents/a/versions/1"
	end := timestamppb.New(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	w := newWorld(t)
	withVersion(w)
	w.documents.get = func(r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
		document := &statementsv1.Document{Name: r.GetName()}
		if r.GetName() == "documents/sealed" {
			document.Restricted, document.EmbargoEndTime = true, end
		}
		return document, nil
	}
	public := &metricsv1.Figure{Name: "figures/f", DocumentVersion: open}
	within := &metricsv1.Figure{Name: "figures/f", DocumentVersion: sealed, Restricted: true, EmbargoEndTime: end}
	correct := func(fields string) string { return `{"kind":"ERROR","reason":"r",` + fields + `}` }
	back := `{"revisionId":"1","reason":"r"}`
	for name, c := range map[string]struct {
		present, earlier *metricsv1.Figure
		path, body       string
		field            string // at fault, "" if none is
	}{
		"claimant of a new figure": {path: "/v1/figures", body: figureBody(`,"claimant":"statements/sealed"`), field: "figure.claimant"},
		"claimant of the document": {path: "/v1/figures", body: figureBody(`,"claimant":"statements/sealed","documentVersion":"` + sealed + `"`)},
		"an earlier end": {
			path: "/v1/figures", field: "figure.embargoEndTime",
			body: figureBody(`,"embargoEndTime":"2029-01-01T00:00:00Z","documentVersion":"` + sealed + `"`),
		},
		"notice":                 {present: public, path: "/v1/figures/f:correct", body: correct(`"noticeDocumentVersion":"` + sealed + `"`), field: "noticeDocumentVersion"},
		"notice of the document": {present: within, path: "/v1/figures/f:correct", body: correct(`"noticeDocumentVersion":"` + sealed + `"`)},
		"open notice":            {present: public, path: "/v1/figures/f:correct", body: correct(`"noticeDocumentVersion":"` + open + `"`)},
		"claimant of another":    {present: public, path: "/v1/figures/f:correct", body: correct(`"figure":{"claimant":"statements/sealed"}`), field: "figure.claimant"},
		"onto it":                {present: public, path: "/v1/figures/f:correct", body: correct(`"figure":{"documentVersion":"` + sealed + `"}`), field: "figure.documentVersion"},
		"off it":                 {present: within, path: "/v1/figures/f:correct", body: correct(`"figure":{"documentVersion":"` + open + `"}`), field: "figure.documentVersion"},
		"back onto it":           {present: public, earlier: within, path: "/v1/figures/f:rollback", body: back, field: "revisionId"},
		"back off it":            {present: within, earlier: public, path: "/v1/figures/f:rollback", body: back, field: "revisionId"},
		"back on it":             {present: within, earlier: within, path: "/v1/figures/f:rollback", body: back},
		"back to its claimant": {
			present: public, earlier: &metricsv1.Figure{DocumentVersion: open, Claimant: "statements/sealed"},
			path: "/v1/figures/f:rollback", body: back, field: "revisionId",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w.figures.present, w.figures.earlier = c.present, c.earlier
			answer := w.call(t, "POST", c.path, c.body)
			if c.field == "" {
				must.Equal(t, answer.StatusCode, http.StatusOK)
				return
			}
			refused(t, answer, http.StatusBadRequest, "EMBARGOED", c.field)
			must.Contains(t, answer.Body, "documents/sealed is under embargo until 2030-01-01T00:00:00Z")
		})
	}
}

// TestFiguresAreSentWithTheEndOfTheirDocument: beside them, as it may have another end when
// the same request is sent again.
func TestFiguresAreSentWithTheEndOfTheirDocument(t *testing.T) {
	end := timestamppb.New(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
	w := newWorld(t)
	withVersion(w)
	w.documents.get = func(r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
		return &statementsv1.Document{Name: r.GetName(), Restricted: true, EmbargoEndTime: end}, nil
	}
	figure := figureBody(`,"documentVersion":"documents/a/versions/1"`)
	must.Equal(t, w.call(t, "POST", "/v1/figures?document_embargo_end_time=2020-01-01T00:00:00Z", figure).StatusCode, http.StatusOK)
	single := last[*metricsv1.CreateFigureRequest](t, &w.figures.notes)
	must.True(t, proto.Equal(single.GetDocumentEmbargoEndTime(), end) && single.GetFigure().GetEmbargoEndTime() == nil, "%v", single)
	must.Equal(t, w.call(t, "POST", "/v1/figures:batchCreate", `{"requests":[{"figure":`+figure+`}]}`).StatusCode, http.StatusOK)
	must.True(t, proto.Equal(last[*metricsv1.BatchCreateFiguresRequest](t, &w.figures.notes).GetDocumentEmbargoEndTime(), end))
}

// TestADocumentUnderEmbargoGoesWithoutFigures: else they would be public some day, and it
// never.
func TestADocumentUnderEmbargoGoesWithoutFigures(t *testing.T) {
	w := newWorld(t)
	restricted := true
	w.documents.get = func(r *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
		document := &statementsv1.Document{Name: r.GetName(), Restricted: restricted}
		if restricted {
			document.EmbargoEndTime = timestamppb.New(time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC))
		}
		return document, nil
	}
	w.figures.list = func(*metricsv1.ListFiguresRequest) (*metricsv1.ListFiguresResponse, error) {
		return &metricsv1.ListFiguresResponse{Figures: []*metricsv1.Figure{{Name: "figures/f"}}}, nil
	}
	kill, erase := `{"kind":"KILL","reason":"r"}`, `{"reason":"r"}`
	refused(t, w.call(t, "POST", "/v1/documents/a:correct", kill), 400, "DOCUMENT_HAS_FIGURES", "")
	refused(t, w.call(t, "POST", "/v1/documents/a:erase", erase), 400, "DOCUMENT_HAS_FIGURES", "")
	goesOn := func(path, body string) {
		t.Helper()
		must.Equal(t, w.call(t, "POST", path, body).StatusCode, http.StatusNotImplemented) // by this test's statements service
	}
	goesOn("/v1/documents/a:correct", `{"kind":"ERROR","reason":"r"}`)
	restricted = false
	goesOn("/v1/documents/a:correct", kill)
	goesOn("/v1/documents/a:erase", erase)
	restricted, w.figures.list = true, nil
	goesOn("/v1/documents/a:correct", kill)
	goesOn("/v1/documents/a:erase", erase)
}

// TestANoticeMustBeOnRecord: that of a figure's correction too.
func TestANoticeMustBeOnRecord(t *testing.T) {
	w := newWorld(t)
	w.documents.version = func(*statementsv1.GetDocumentVersionRequest) (*statementsv1.DocumentVersion, error) {
		return nil, errs.New(errs.NotFound, "VERSION_NOT_FOUND", "there is no such version")
	}
	w.figures.present = &metricsv1.Figure{Name: "figures/f"}
	refused(t, w.call(t, "POST", "/v1/figures/f:correct", `{"kind":"ERROR","reason":"r","noticeDocumentVersion":"documents/a/versions/9"}`),
		http.StatusBadRequest, "REFERENCE_NOT_FOUND", "noticeDocumentVersion")
}
