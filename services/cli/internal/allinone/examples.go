package allinone

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/examples"
	"github.com/onrecord/onrecord/services/cli/internal/request"
)

// errOtherRecord says that the stores hold more than the example record.
var errOtherRecord = errors.New("there is another record")

// loadExamples puts on record what is missing of the example record, unless
// there is another record. It reports whether the example record is there.
func (n *node) loadExamples(ctx context.Context) (bool, error) {
	requests, err := exampleRequests()
	if err != nil {
		return false, err
	}
	missing, err := n.missing(ctx, requests)
	if errors.Is(err, errOtherRecord) {
		fmt.Fprintln(n.program.Out, "the example record is not loaded: there is another record already")
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for i, one := range missing {
		name := one.GetDocument().GetName()
		answer, err := gatewayv1.NewRecordServiceClient(n.conn).IngestDocument(ctx, one)
		if err != nil {
			return false, fmt.Errorf("%s: %w", name, inWords(err))
		}
		fmt.Fprintf(n.program.Out, "  loaded %d of %d  %s: %d statements, %d figures\n", i+1, len(missing),
			name, len(answer.GetStatements()), len(answer.GetFigures()))
	}
	return true, nil
}

func exampleRequests() ([]*gatewayv1.IngestDocumentRequest, error) {
	files, err := examples.Record()
	if err != nil {
		return nil, err
	}
	requests := make([]*gatewayv1.IngestDocumentRequest, len(files))
	for i, file := range files {
		if requests[i], err = request.Parse(file.JSON); err != nil {
			return nil, fmt.Errorf("%s: %w", file.Name, err)
		}
	}
	return requests, nil
}

// missing returns the requests whose documents are not on record: all of them in
// empty stores, none after a start that loaded them, the rest after one that was cut
// off. A document that was retracted is not missing. Where some are missing, a document
// or a metric of another record is errOtherRecord.
func (n *node) missing(ctx context.Context, requests []*gatewayv1.IngestDocumentRequest) ([]*gatewayv1.IngestDocumentRequest, error) {
	known := map[string]bool{}
	var missing []*gatewayv1.IngestDocumentRequest
	documents := statementsv1.NewDocumentServiceClient(n.conn)
	for _, one := range requests {
		known[one.GetDocument().GetName()] = true
		for _, metric := range one.GetMetrics() {
			known[metric.GetName()] = true
		}
		_, err := documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: one.GetDocument().GetName()})
		switch status.Code(err) {
		case codes.OK:
		case codes.NotFound:
			missing = append(missing, one)
		default:
			return nil, fmt.Errorf("%s: %w", one.GetDocument().GetName(), inWords(err))
		}
	}
	if len(missing) == 0 {
		return nil, nil
	}
	names, err := n.present(ctx, int32(len(known))+1)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if !known[name] {
			return nil, errOtherRecord
		}
	}
	return missing, nil
}

// present returns the names of the first documents and metrics on record,
// retracted ones too: enough to see whether any is unknown.
func (n *node) present(ctx context.Context, limit int32) ([]string, error) {
	documents, err := statementsv1.NewDocumentServiceClient(n.conn).ListDocuments(ctx,
		&statementsv1.ListDocumentsRequest{PageSize: limit, ShowDeleted: true})
	if err != nil {
		return nil, fmt.Errorf("list documents: %w", inWords(err))
	}
	metrics, err := metricsv1.NewMetricServiceClient(n.conn).ListMetrics(ctx,
		&metricsv1.ListMetricsRequest{PageSize: limit, ShowDeleted: true})
	if err != nil {
		return nil, fmt.Errorf("list metrics: %w", inWords(err))
	}
	var names []string
	for _, document := range documents.GetDocuments() {
		names = append(names, document.GetName())
	}
	for _, metric := range metrics.GetMetrics() {
		names = append(names, metric.GetName())
	}
	return names, nil
}

// inWords turns a gRPC error into its message, with each violation on a line.
func inWords(err error) error {
	st, ok := status.FromError(err)
	if !ok {
		return err
	}
	var out strings.Builder
	out.WriteString(st.Message())
	for _, detail := range st.Details() {
		bad, ok := detail.(*errdetails.BadRequest)
		if !ok {
			continue
		}
		for _, violation := range bad.GetFieldViolations() {
			fmt.Fprintf(&out, "\n  %s: %s", violation.GetField(), violation.GetDescription())
		}
	}
	return errors.New(out.String())
}
