package record

import (
	"context"
	"slices"
	"strings"

	"google.golang.org/grpc"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// nothingToCompare is the reason of a figure that says nothing that a series could hold.
const nothingToCompare = "NOTHING_TO_COMPARE"

// comparing is one CompareFigure in the making.
type comparing struct {
	*Service
	j      *joined
	req    *gatewayv1.CompareFigureRequest
	answer *gatewayv1.CompareFigureResponse
	claim  claim
	// period is that of the reference, asOf the time of the comparison.
	period, asOf edtf.Period
	// changed are figures beside the references whose corrections the answer speaks of.
	changed distinct
}

// CompareFigure implements RecordService. Figures and series are known to the metrics
// service, so it is needed; without the statements service nothing is known of who said it,
// and when, so that it is needed too, unless the request says as of when.
func (s *Service) CompareFigure(ctx context.Context, req *gatewayv1.CompareFigureRequest) (*gatewayv1.CompareFigureResponse, error) {
	ctx, cancel := withJoinDeadline(ctx)
	defer cancel()
	j, err := s.join(ctx, terms{
		readTime: req.GetReadTime(), require: req.GetRequire(), needed: metricsService, probe: s.figureProbes(req.GetName()),
	})
	if err != nil {
		return nil, err
	}
	c := &comparing{Service: s, j: j, req: req, answer: &gatewayv1.CompareFigureResponse{}}
	for _, step := range []func(context.Context) error{c.readFigure, c.readStatement, c.chooseTime, c.compare, c.addCorrections, c.addLabels} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	c.answer.Unavailable, err = j.unavailable(ctx)
	return c.answer, err
}

// figureProbes are those of a figure.
func (s *Service) figureProbes(figure string) probes {
	p := s.probes()
	p.metrics = func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: figure, ShowDeleted: true}, header)
		return err
	}
	return p
}

// readFigure reads the claimed figure and the reference metric, and refuses what cannot be
// compared with anything.
func (c *comparing) readFigure(ctx context.Context) (err error) {
	figure, err := c.figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: c.req.GetName(), ReadTime: c.j.at})
	if err != nil {
		return err
	}
	c.answer.Figure = figure
	if c.claim, err = claimOf(figure); err != nil {
		return err
	}
	c.answer.ReportedLower, c.answer.ReportedUpper, err = c.claim.bounds()
	if err != nil {
		return err
	}
	period := c.req.GetPeriod()
	if period == "" {
		period = figure.GetTimePeriod().GetEdtf()
	}
	if period == "" {
		return errs.New(errs.FailedPrecondition, nothingToCompare, "%s says of no period: give the `period` of the reference", figure.GetName())
	}
	if c.period, err = parsePeriod("period", period); err != nil {
		return err
	}
	name := c.req.GetMetric()
	if name == "" {
		name = figure.GetMetric()
	}
	c.answer.Metric, err = c.metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: name, ReadTime: c.j.at})
	return err
}

// readStatement reads the statement that claims the figure: its claimant, or else the
// innermost one whose words hold it.
func (c *comparing) readStatement(ctx context.Context) error {
	figure := c.answer.GetFigure()
	found, err := ask(ctx, c.j, statementsService, func(ctx context.Context) (found *statementsv1.Statement, err error) {
		if name := figure.GetClaimant(); strings.HasPrefix(name, "statements/") {
			found, err = c.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: name, ReadTime: c.j.at})
			return found, exceptGone(err)
		}
		version := figure.GetDocumentVersion()
		if version == "" {
			return nil, nil //nolint:nilnil // no document prints it
		}
		said, err := (&reach{Service: c.Service, j: c.j}).statementsOn(ctx, version)
		if names := statedIn(version, said, figure); err == nil && len(names) > 0 {
			found = said[slices.IndexFunc(said, func(s *statementsv1.Statement) bool { return s.GetName() == names[0] })]
		}
		return found, err
	})
	if found.GetName() != "" {
		c.answer.Statement = found
	}
	return err
}

// addCorrections adds those of the figure and of the references.
func (c *comparing) addCorrections(ctx context.Context) error {
	names := c.changed
	names.add(c.answer.GetFigure().GetName())
	for _, comparison := range c.answer.GetComparisons() {
		names.add(comparison.GetReference().GetFigure())
		names.add(comparison.GetLatest().GetFigure())
	}
	corrections, err := c.correctionsOfFigures(ctx, c.j, names.names)
	c.answer.Corrections = newestCorrections(corrections)
	return err
}

// addLabels says what the answer's entities and metrics are called.
func (c *comparing) addLabels(ctx context.Context) (err error) {
	var named mentions
	named.ofStatement(c.answer.GetStatement())
	named.ofFigure(c.answer.GetFigure())
	named.metrics.add(c.answer.GetMetric().GetName())
	c.answer.Labels, err = c.labelsOf(ctx, c.j, c.req.GetLanguageCode(), named.entities.names, named.metrics.names)
	return err
}
