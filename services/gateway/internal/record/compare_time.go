package record

import (
	"context"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// chooseTime finds out as of when the reference is to be answered: as asked for, or else
// when the figure was said, by what is best known of that. A time that has no end says
// nothing of what was known by then.
func (c *comparing) chooseTime(ctx context.Context) error {
	if given := c.req.GetAsOf(); given != "" {
		period, err := parsePeriod("as_of", given)
		if err == nil && period.OpenEnd {
			err = errs.Invalid("as_of", "INVALID_PERIOD", "has no end: it does not say what was known by then").With("cause", string(edtf.Unsupported))
		}
		c.setTime(period, gatewayv1.CompareFigureResponse_GIVEN)
		return err
	}
	published, err := c.publishTime(ctx)
	if err != nil {
		return err
	}
	if !c.j.has(statementsService) && c.isPrinted() { // another time would give another vintage
		return c.j.fault(statementsService)
	}
	for _, known := range []struct {
		time  *typev1.TimePeriod
		basis gatewayv1.CompareFigureResponse_AsOfBasis
	}{
		{c.answer.GetStatement().GetStatementTime(), gatewayv1.CompareFigureResponse_STATEMENT_TIME},
		{published, gatewayv1.CompareFigureResponse_PUBLISH_TIME},
		{c.answer.GetFigure().GetReleaseTime(), gatewayv1.CompareFigureResponse_RELEASE_TIME},
	} {
		period, err := edtf.Parse(known.time.GetEdtf())
		if err == nil && !period.IsZero() && !period.OpenEnd {
			c.setTime(period, known.basis)
			return nil
		}
	}
	period, err := edtf.Parse(c.answer.GetFigure().GetCreateTime().AsTime().UTC().Format(time.RFC3339))
	c.setTime(period, gatewayv1.CompareFigureResponse_CREATE_TIME)
	return err
}

func (c *comparing) setTime(asOf edtf.Period, basis gatewayv1.CompareFigureResponse_AsOfBasis) {
	c.asOf, c.answer.AsOf, c.answer.AsOfBasis = asOf, periodMessage(asOf), basis
}

// isPrinted reports whether the statements service may know when the figure was said.
func (c *comparing) isPrinted() bool {
	figure := c.answer.GetFigure()
	return figure.GetDocumentVersion() != "" || strings.HasPrefix(figure.GetClaimant(), "statements/")
}

// publishTime is when the document version was published that prints the figure.
func (c *comparing) publishTime(ctx context.Context) (*typev1.TimePeriod, error) {
	version := c.answer.GetFigure().GetDocumentVersion()
	if version == "" {
		return nil, nil //nolint:nilnil // no document prints it
	}
	if statement := c.answer.GetStatement(); statement.GetDocumentVersion() == version {
		return statement.GetPublishTime(), nil
	}
	return ask(ctx, c.j, statementsService, func(ctx context.Context) (*typev1.TimePeriod, error) {
		found, err := c.documents.GetDocumentVersion(ctx, &statementsv1.GetDocumentVersionRequest{Name: version, ReadTime: c.j.at})
		return found.GetPublishTime(), exceptGone(err)
	})
}

// periodMessage is a period with its bounds.
func periodMessage(p edtf.Period) *typev1.TimePeriod {
	out := &typev1.TimePeriod{Edtf: p.EDTF}
	if !p.OpenStart {
		out.StartTime = timestamppb.New(p.Start)
	}
	if !p.OpenEnd {
		out.EndTime = timestamppb.New(p.End)
	}
	return out
}
