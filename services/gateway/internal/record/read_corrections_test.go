package record_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// correctionOf is one recorded in a second.
func correctionOf(subject string, second int64) *typev1.Correction {
	return &typev1.Correction{Name: fmt.Sprint("corrections/", second), Subject: subject, RecordTime: timestamppb.New(time.Unix(second, 0))}
}

// TestReadShowsTheCorrectionsOfWhatItShows: of the document, of facts of its own and of those
// that only appear in it, each once, the newest first; and of nothing else.
func TestReadShowsTheCorrectionsOfWhatItShows(t *testing.T) {
	w := newWorld(t)
	w.withDocument()
	elsewhere := statement("statements/elsewhere", "", span(500, 600, 0))
	elsewhere.DocumentVersion = "documents/b/versions/1"
	elsewhere.Appearances = []*statementsv1.Appearance{printedIn("documents/a/versions/2", "statements/merged", span(20, 40, 0))}
	w.statements.list = []*statementsv1.Statement{elsewhere, statement("statements/own", "", span(10, 15, 0))}
	w.metrics.list = []*metricsv1.Figure{figure("figures/in", span(25, 30, typev1.TextSpan_CONTENT))}
	w.saidSince.all = []*typev1.Correction{
		correctionOf("statements/own", 9), correctionOf("statements/of-another-version", 8), correctionOf("documents/a", 6), correctionOf("statements/elsewhere", 3),
	}
	w.measuredSince.all = []*typev1.Correction{correctionOf("figures/in", 7), correctionOf("figures/out", 5), correctionOf("figures/in", 1)}
	read := func() (subjects []string) {
		answer, err := w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a"})
		must.OK(t, err)
		for _, c := range answer.GetCorrections() {
			subjects = append(subjects, c.GetSubject())
		}
		return subjects
	}
	must.Equal(t, read(), []string{"statements/own", "figures/in", "documents/a", "statements/elsewhere", "figures/in"})

	// What was never changed is not asked about.
	for _, s := range w.statements.list {
		s.RevisionId = "1"
	}
	w.statements.document.RevisionId, w.metrics.list[0].RevisionId = "1", "1"
	clear(w.saidSince.readAt)
	must.Equal(t, len(read()), 0)
	must.Equal(t, len(w.saidSince.readAt), 0)
}
