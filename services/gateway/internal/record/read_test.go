package record_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func (w *world) withDocument() {
	w.statements.document = &statementsv1.Document{Name: "documents/a", LatestVersion: "documents/a/versions/2"}
	w.statements.text = &statementsv1.DocumentVersion{Name: "documents/a/versions/2", Text: "…"}
}

func statement(name, parent string, spans ...*typev1.TextSpan) *statementsv1.Statement {
	return &statementsv1.Statement{
		Name: name, ParentStatement: parent, Contents: spans, DocumentVersion: "documents/a/versions/2",
		Speakers: []*statementsv1.Speaker{{Entity: "entities/of-" + name[len("statements/"):], Affiliation: "entities/shared"}},
	}
}

func figure(name string, spans ...*typev1.TextSpan) *metricsv1.Figure {
	return &metricsv1.Figure{Name: name, Metric: "metrics/of-" + name[len("figures/"):], Reported: &metricsv1.Reported{Spans: spans}}
}

func TestReadJoinsInTextOrder(t *testing.T) {
	w := newWorld(t)
	w.withDocument()
	const content, number = typev1.TextSpan_CONTENT, typev1.TextSpan_NUMBER
	w.statements.list = []*statementsv1.Statement{
		statement("statements/inner", "statements/outer", span(20, 40, 0)),
		statement("statements/outer", "", span(10, 50, 0), span(60, 90, 0)),
		statement("statements/twin", "statements/inner", span(20, 40, 0)),
		statement("statements/first", "", span(0, 5, 0)),
	}
	w.metrics.list = []*metricsv1.Figure{
		figure("figures/data"),
		figure("figures/deep", span(20, 30, content), span(35, 70, number)),
		figure("figures/split", span(45, 50, content), span(60, 62, content)),
		figure("figures/across", span(45, 65, content)),
		{Name: "figures/claim", Metric: "metrics/of-deep", ComparisonClaims: []*metricsv1.ComparisonClaim{{Span: span(2, 4, 0)}}},
	}
	var header metadata.MD
	answer, err := w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a"}, grpc.Header(&header))
	must.OK(t, err)
	must.Equal(t, header.Get(rpcserver.SettledKey), []string{metricsSettled.Format(rpcserver.SettledLayout)})
	for _, at := range append(w.statements.readAt, w.metrics.readAt...) {
		must.Equal(t, at, metricsSettled)
	}
	must.Equal(t, w.statements.filters, []string{`document_version = "documents/a/versions/2"`})

	var got []string
	for _, fact := range answer.GetFacts() {
		start := "-"
		if fact.Start != nil {
			start = fmt.Sprint(fact.GetStart())
		}
		got = append(got, fmt.Sprint(start, " ", fact.GetStatement().GetName(), fact.GetFigure().GetName(), " in ", fact.GetStatedIn(), " has ", fact.GetFigures()))
	}
	must.Equal(t, got, []string{
		"0 statements/first in [] has [figures/claim]",
		"2 figures/claim in [statements/first] has []",
		"10 statements/outer in [] has [figures/deep figures/split]",
		"20 statements/inner in [] has [figures/deep]",
		"20 statements/twin in [] has [figures/deep]",
		"20 figures/deep in [statements/twin statements/inner statements/outer] has []",
		"45 figures/across in [] has []",
		"45 figures/split in [statements/outer] has []",
		"- figures/data in [] has []",
	})
	var entities, metrics []string
	for _, entity := range answer.GetEntities() {
		entities = append(entities, entity.GetName())
	}
	for _, metric := range answer.GetMetrics() {
		metrics = append(metrics, metric.GetName())
	}
	must.Equal(t, entities, []string{"entities/of-first", "entities/shared", "entities/of-outer", "entities/of-inner", "entities/of-twin"})
	must.Equal(t, metrics, []string{"metrics/of-deep", "metrics/of-across", "metrics/of-split", "metrics/of-data"})
}

// printedIn is an appearance in a version.
func printedIn(version, statement string, spans ...*typev1.TextSpan) *statementsv1.Appearance {
	return &statementsv1.Appearance{Statement: statement, DocumentVersion: version, Contents: spans}
}

func TestReadPlacesAStatementWhereItAppears(t *testing.T) {
	w := newWorld(t)
	w.withDocument()
	elsewhere := statement("statements/elsewhere", "", span(500, 600, 0))
	elsewhere.DocumentVersion = "documents/b/versions/1"
	elsewhere.Appearances = []*statementsv1.Appearance{
		printedIn("documents/c/versions/1", "statements/third", span(0, 9, 0)),
		printedIn("documents/a/versions/2", "statements/merged", span(20, 40, 0)),
		printedIn("documents/a/versions/2", "statements/again", span(70, 80, 0)),
	}
	own := statement("statements/own", "", span(10, 15, 0))
	own.Appearances = []*statementsv1.Appearance{printedIn("documents/b/versions/1", "statements/there", span(1, 2, 0))}
	w.statements.list = []*statementsv1.Statement{elsewhere, own}
	w.metrics.list = []*metricsv1.Figure{figure("figures/in", span(25, 30, typev1.TextSpan_CONTENT))}
	answer, err := w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a"})
	must.OK(t, err)
	var got []string
	for _, f := range answer.GetFacts() {
		got = append(got, fmt.Sprintf("%d %s%s as %q in %v has %v", f.GetStart(), f.GetStatement().GetName(), f.GetFigure().GetName(), f.GetAppearance(), f.GetStatedIn(), f.GetFigures()))
	}
	must.Equal(t, got, []string{
		`10 statements/own as "" in [] has []`,
		`20 statements/elsewhere as "statements/merged" in [] has [figures/in]`,
		`25 figures/in as "" in [statements/elsewhere] has []`,
		`70 statements/elsewhere as "statements/again" in [] has []`,
	})
	must.Equal(t, answer.GetFacts()[1].GetStatement(), elsewhere) // the resource is as it is everywhere
	must.Equal(t, record.Here(answer.GetFacts()[1]).GetContents(), elsewhere.GetAppearances()[1].GetContents())
	must.Equal(t, record.Here(answer.GetFacts()[0]), answer.GetFacts()[0].GetStatement())
}

func TestReadTakesAllPages(t *testing.T) {
	w := newWorld(t)
	w.withDocument()
	for i := range 2500 {
		w.metrics.list = append(w.metrics.list, figure(fmt.Sprintf("figures/f%04d", i)))
	}
	for i := range w.metrics.list {
		w.metrics.list[i].Metric = "metrics/m"
	}
	answer, err := w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a"})
	must.OK(t, err)
	must.Equal(t, len(answer.GetFacts()), 2500)
	must.Equal(t, len(w.metrics.readAt), 3)

	for i := range 2501 {
		w.statements.list = append(w.statements.list, statement(fmt.Sprintf("statements/s%04d", i), "", span(0, 1, 0)))
	}
	_, err = w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a"})
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_FACTS", "")
}

func TestReadAtATime(t *testing.T) {
	w := newWorld(t)
	w.withDocument()
	early := metricsSettled.Add(-time.Hour)
	_, err := w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a", Version: "2", ReadTime: timestamppb.New(early)})
	must.OK(t, err)
	must.Equal(t, append(w.statements.readAt, w.metrics.readAt...), []time.Time{early, early})

	_, err = w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a", ReadTime: timestamppb.New(statementsSettled)})
	st := statustest.Check(t, err, codes.InvalidArgument, "READ_TIME_NOT_SETTLED", "read_time")
	must.Contains(t, st.Message(), "2026-01-02T00:00:05.000000Z")
}

func TestReadOfWhatIsNotThere(t *testing.T) {
	w := newWorld(t)
	_, err := w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a"})
	statustest.Check(t, err, codes.NotFound, "NOT_FOUND", "")
	w.withDocument()
	_, err = w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a", Version: "7"})
	statustest.Check(t, err, codes.NotFound, "NOT_FOUND", "")
	w.statements.document.LatestVersion = ""
	_, err = w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a"})
	statustest.Check(t, err, codes.NotFound, "VERSION_NOT_FOUND", "")
}

// A figure may have been compared with what somebody took for the text.
func TestReadLeavesOutFiguresOfAnotherText(t *testing.T) {
	w := newWorld(t)
	w.withDocument()
	w.statements.text.TextSha256 = "right"
	for _, text := range []string{"wrong", "right", ""} {
		w.metrics.list = append(w.metrics.list, &metricsv1.Figure{
			Name: "figures/of-" + text, Metric: "metrics/m", SourceTextSha256: text,
			Reported: &metricsv1.Reported{Spans: []*typev1.TextSpan{span(0, 1, 0)}},
		})
	}
	answer, err := w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a"})
	must.OK(t, err)
	var shown []string
	for _, fact := range answer.GetFacts() {
		shown = append(shown, fact.GetFigure().GetName())
	}
	must.Equal(t, shown, []string{"figures/of-", "figures/of-right"})
}

func TestReadAsksForDeprecatedStatementsOnlyWhenTold(t *testing.T) {
	w := newWorld(t)
	w.withDocument()
	for _, show := range []bool{false, true} {
		_, err := w.client.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: "documents/a", ShowDeprecated: show})
		must.OK(t, err)
		must.Equal(t, w.statements.deprecated, show)
	}
}
