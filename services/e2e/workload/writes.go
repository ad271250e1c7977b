package workload

import (
	"context"
	"fmt"
	"net/http"

	"github.com/google/uuid"
	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// Bulk is how many facts one bulk write has: the most that a batch may have.
const Bulk = 1000

func (t *Target) writes() []Operation {
	return []Operation{
		t.create(), t.createTogether(8), t.createTogether(64),
		{
			Name: "batch-statements", Title: fmt.Sprintf("create %d statements in a batch", Bulk), Facts: Bulk,
			Over: write(t, "/v1/statements:batchCreate", statementBatch, whole,
				func(ctx context.Context, request *statementsv1.BatchCreateStatementsRequest) error {
					_, err := t.statements.BatchCreateStatements(ctx, request)
					return err
				}),
		},
		{
			Name: "batch-figures", Title: fmt.Sprintf("create %d figures in a batch", Bulk), Facts: Bulk,
			Over: write(t, "/v1/figures:batchCreate", figureBatch, whole,
				func(ctx context.Context, request *metricsv1.BatchCreateFiguresRequest) error {
					_, err := t.figures.BatchCreateFigures(ctx, request)
					return err
				}),
		},
		{
			Name: "ingest", Title: fmt.Sprintf("ingest a document with %d facts", Bulk), Facts: Bulk,
			Over: write(t, "/v1/documents:ingest", document, whole,
				func(ctx context.Context, request *gatewayv1.IngestDocumentRequest) error {
					_, err := t.records.IngestDocument(ctx, request)
					return err
				}),
		},
	}
}

func (t *Target) create() Operation {
	return Operation{
		Name: "create", Title: "create a statement, durably", Facts: 1,
		Over: write(t, "/v1/statements",
			func(n int) *statementsv1.CreateStatementRequest {
				return &statementsv1.CreateStatementRequest{Statement: spoken(n)}
			},
			func(request *statementsv1.CreateStatementRequest) proto.Message { return request.GetStatement() },
			func(ctx context.Context, request *statementsv1.CreateStatementRequest) error {
				_, err := t.statements.CreateStatement(ctx, request)
				return err
			}),
	}
}

// createTogether is so many writers that each create a statement at the same
// time: what they share of a commit shows.
func (t *Target) createTogether(writers int) Operation {
	one := t.create()
	together := make(map[string]Call, len(one.Over))
	for over, create := range one.Over {
		together[over] = func(ctx context.Context, n int) error {
			var all errgroup.Group
			for i := range writers {
				all.Go(func() error { return create(ctx, n*writers+i) })
			}
			return all.Wait()
		}
	}
	return Operation{
		Name:  fmt.Sprintf("create-%d", writers),
		Title: fmt.Sprintf("create %d statements, durably, each by a writer of its own", writers),
		Facts: writers, Over: together,
	}
}

// write is an operation that is a POST over REST. request makes the n-th request,
// body picks what of it is the HTTP body.
func write[M proto.Message](t *Target, path string, request func(n int) M, body func(M) proto.Message, overGRPC func(context.Context, M) error) map[string]Call {
	return map[string]Call{
		"gRPC": func(ctx context.Context, n int) error { return overGRPC(ctx, request(n)) },
		"REST": func(ctx context.Context, n int) error {
			text, err := protojson.Marshal(body(request(n)))
			if err != nil {
				return err
			}
			return t.send(ctx, http.MethodPost, path, text)
		},
	}
}

// whole is a request of which everything is the HTTP body.
func whole[M proto.Message](request M) proto.Message { return request }

// spoken is a new statement of a document of the data set: what it says stands
// there already.
func spoken(n int) *statementsv1.Statement {
	sources := sourceStatements()
	s := proto.CloneOf(sources[n%len(sources)])
	s.Name, s.DocumentVersion = "", "documents/"+ID("document", 0)+"/versions/1"
	return s
}

func statementBatch(n int) *statementsv1.BatchCreateStatementsRequest {
	batch := &statementsv1.BatchCreateStatementsRequest{RequestId: uuid.NewString()}
	for i := range Bulk {
		batch.Requests = append(batch.Requests, &statementsv1.CreateStatementRequest{Statement: spoken(n + i)})
	}
	return batch
}

// figureBatch are figures without a document: those of a data file.
func figureBatch(n int) *metricsv1.BatchCreateFiguresRequest {
	batch := &metricsv1.BatchCreateFiguresRequest{RequestId: uuid.NewString()}
	sources := sourceFigures()
	for i := range Bulk {
		f := proto.CloneOf(sources[(n+i)%len(sources)])
		f.Name, f.Reported = "", nil
		f.Dimensions = map[string]string{"REF_AREA": fmt.Sprintf("X%d", (n+i)%97)}
		batch.Requests = append(batch.Requests, &metricsv1.CreateFigureRequest{Figure: f})
	}
	return batch
}

func document(n int) *gatewayv1.IngestDocumentRequest {
	request := Ingest("bulk-"+uuid.NewString(), uint64(n), Bulk/2, Bulk/2)
	request.RequestId = uuid.NewString()
	return request
}
