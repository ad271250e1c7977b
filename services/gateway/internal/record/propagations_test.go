package record_test

import (
	"context"
	"fmt"
	"testing"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func (m *metrics) GetFigure(_ context.Context, r *metricsv1.GetFigureRequest) (*metricsv1.Figure, error) {
	return &metricsv1.Figure{Name: r.GetName(), Metric: "metrics/m"}, nil
}

func (*statements) GetStatement(_ context.Context, r *statementsv1.GetStatementRequest) (*statementsv1.Statement, error) {
	said := &statementsv1.Statement{Name: r.GetName()}
	switch r.GetName() {
	case "statements/s":
		said.ParentStatement = "statements/outer"
	case "statements/merged":
		said.ParentStatement = "statements/also"
	case "statements/also":
		said.RedirectTo = "statements/outer"
	case "statements/gone":
		said.ParentStatement = "statements/not-on-record"
	case "statements/not-on-record":
		return nil, errs.ToStatus(errs.New(errs.NotFound, "RETRACTED", "it was retracted")).Err()
	}
	return said, nil
}

// TestAPropagationAmongManyIsNotLost: what became stale is looked for on all pages, and if
// it is too much for that, the answer says so.
func TestAPropagationAmongManyIsNotLost(t *testing.T) {
	w := newWorld(t)
	w.measuredSince.all = []*typev1.Correction{correctionOf("figures/input", 5)}
	stale := func(count int) *gatewayv1.ListCorrectionsResponse_Propagation {
		t.Helper()
		w.metrics.list = nil
		for i := range count {
			w.metrics.list = append(w.metrics.list, &metricsv1.Figure{Name: fmt.Sprintf("figures/f%04d", i)})
		}
		w.metrics.list[count-1].Derivation = &metricsv1.Derivation{Inputs: []*metricsv1.Derivation_Input{{Figure: "figures/input"}}}
		answer, err := w.client.ListCorrections(t.Context(), &gatewayv1.ListCorrectionsRequest{IncludePropagations: true})
		must.OK(t, err)
		return answer.GetPropagations()[0]
	}
	must.Equal(t, stale(2100).GetStaleFigures(), []string{"figures/f2099"})
	must.False(t, stale(2100).GetTruncated())
	must.True(t, stale(5500).GetTruncated())
}

// TestWhatIsAroundAStatementIsLookedUp, one relation at a time: asked for either, the service
// would read all of its statements.
func TestWhatIsAroundAStatementIsLookedUp(t *testing.T) {
	w := newWorld(t)
	w.saidSince.all = []*typev1.Correction{correctionOf("statements/s", 5)}
	w.statements.list = []*statementsv1.Statement{{Name: "statements/b"}, {Name: "statements/a"}}
	answer, err := w.client.ListCorrections(t.Context(), &gatewayv1.ListCorrectionsRequest{IncludePropagations: true})
	must.OK(t, err)
	must.Equal(t, answer.GetPropagations()[0].GetStatements(), []string{"statements/a", "statements/b", "statements/outer"})
	must.Equal(t, w.statements.filters, []string{`parent_statement = "statements/s"`, `links.statement = "statements/s"`})
}

// TestACorrectionReachesTheStatementThatReportsItsSubject: A says that B said. One that was merged stands as what it was merged into; one that
// is gone is not named.
func TestACorrectionReachesTheStatementThatReportsItsSubject(t *testing.T) {
	for subject, want := range map[string][]string{
		"statements/s": {"statements/outer"}, "statements/merged": {"statements/outer"}, "statements/gone": nil, "statements/alone": nil,
	} {
		w := newWorld(t)
		w.saidSince.all = []*typev1.Correction{correctionOf(subject, 5)}
		answer, err := w.client.ListCorrections(t.Context(), &gatewayv1.ListCorrectionsRequest{IncludePropagations: true})
		must.OK(t, err)
		must.Equal(t, answer.GetPropagations()[0].GetStatements(), want)
	}
}
