package embargo

import (
	"context"
	"slices"
	"strconv"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// pageSize is the size of the pages in which figures are listed.
	pageSize = 1000
	// maxFormer is how many revisions of a document are looked through for the end that a
	// figure has from it.
	maxFormer = 100
)

// Align gives the figures of a document the end of the embargo that it now has: those that
// would be public before it, and those that have an end which was the document's. Other
// later ends are the figures' own. The same call again changes nothing.
func Align(
	ctx context.Context, documents statementsv1.DocumentServiceClient, figures metricsv1.FigureServiceClient, name string,
) error {
	document, err := documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: name})
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	end := document.GetEmbargoEndTime()
	if end == nil {
		end = timestamppb.Now() // it ended
	}
	all, err := endsOf(ctx, figures, name)
	if err != nil {
		return err
	}
	early, late := split(all, end.AsTime())
	if !document.GetRestricted() {
		early = nil // they end now as it is
	}
	former, err := formerly(ctx, documents, document, late)
	if err != nil {
		return err
	}
	return move(ctx, figures, name, append(early, former...), end)
}

// Postpone gives the figures of a document that would be public before a time that end.
func Postpone(ctx context.Context, figures metricsv1.FigureServiceClient, document string, end *timestamppb.Timestamp) error {
	all, err := endsOf(ctx, figures, document)
	if err != nil {
		return err
	}
	early, _ := split(all, end.AsTime())
	return move(ctx, figures, document, early, end)
}

// endsOf are the ends of the embargoes of a document's figures.
func endsOf(ctx context.Context, figures metricsv1.FigureServiceClient, document string) (ends []time.Time, err error) {
	request := &metricsv1.ListFiguresRequest{
		Filter: "restricted = true AND document = " + strconv.Quote(document), OrderBy: "name", PageSize: pageSize,
	}
	for {
		page, err := figures.ListFigures(ctx, request)
		if err != nil {
			return nil, err
		}
		for _, figure := range page.GetFigures() {
			end := figure.GetEmbargoEndTime()
			if end != nil && !slices.ContainsFunc(ends, end.AsTime().Equal) {
				ends = append(ends, end.AsTime())
			}
		}
		if request.PageToken = page.GetNextPageToken(); request.PageToken == "" {
			return ends, nil
		}
	}
}

// split parts ends into those before another and those after it.
func split(ends []time.Time, end time.Time) (before, after []time.Time) {
	for _, one := range ends {
		switch one.Compare(end) {
		case -1:
			before = append(before, one)
		case 1:
			after = append(after, one)
		}
	}
	return before, after
}

// formerly are those of some ends that a document had in an earlier revision.
func formerly(
	ctx context.Context, documents statementsv1.DocumentServiceClient, document *statementsv1.Document, ends []time.Time,
) (former []time.Time, err error) {
	for range maxFormer {
		if len(former) == len(ends) {
			break
		}
		before := document.GetUpdateTime().AsTime().Add(-time.Microsecond)
		document, err = documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: document.GetName(), ReadTime: timestamppb.New(before)})
		if errs.Is(err, errs.NotFound) {
			break // it was not on record
		}
		if err != nil {
			return nil, err
		}
		end := document.GetEmbargoEndTime().AsTime()
		if slices.ContainsFunc(ends, end.Equal) && !slices.ContainsFunc(former, end.Equal) {
			former = append(former, end)
		}
	}
	return former, nil
}

// move gives the figures of a document whose embargo ends at one of some times another end.
func move(ctx context.Context, figures metricsv1.FigureServiceClient, document string, from []time.Time, end *timestamppb.Timestamp) error {
	for _, one := range from {
		_, err := figures.EmbargoFigures(ctx, &metricsv1.EmbargoFiguresRequest{
			Document: document, EmbargoEndTime: end, PreviousEmbargoEndTime: timestamppb.New(one),
		})
		if err != nil {
			return err
		}
	}
	return nil
}
