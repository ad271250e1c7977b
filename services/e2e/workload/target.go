package workload

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/google/uuid"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// maxMessage is the largest gRPC message: what a server of onrecord answers at
// most, and some more.
const maxMessage = 64 << 20

// Target is a running onrecord that serves everything: one connection to its
// gRPC address, and as many to its HTTP address as calls run at once.
type Target struct {
	conn       *grpc.ClientConn
	records    gatewayv1.RecordServiceClient
	statements statementsv1.StatementServiceClient
	metrics    metricsv1.MetricServiceClient
	figures    metricsv1.FigureServiceClient

	base string
	http *http.Client
}

// Dial returns the target at two addresses, host:port. parallel is how many
// calls may run at once over HTTP without opening connections anew.
func Dial(grpcAddress, httpAddress string, parallel int) (*Target, error) {
	conn, err := grpc.NewClient(grpcAddress,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(maxMessage), grpc.WaitForReady(true)))
	if err != nil {
		return nil, fmt.Errorf("gRPC at %s: %w", grpcAddress, err)
	}
	return &Target{
		conn: conn, records: gatewayv1.NewRecordServiceClient(conn),
		statements: statementsv1.NewStatementServiceClient(conn),
		metrics:    metricsv1.NewMetricServiceClient(conn), figures: metricsv1.NewFigureServiceClient(conn),
		base: "http://" + httpAddress,
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: parallel, DisableCompression: true}},
	}, nil
}

// Close closes the connections.
func (t *Target) Close() error {
	t.http.CloseIdleConnections()
	return t.conn.Close()
}

// Load puts the data set on record. What is already there stays.
func (t *Target) Load(ctx context.Context) error {
	for n := range Documents {
		request := Document(n)
		// Always the same id: loading twice is a retry.
		request.RequestId = uuid.NewSHA1(uuid.NameSpaceURL, []byte(request.GetDocument().GetName())).String()
		if _, err := t.records.IngestDocument(ctx, request); err != nil {
			return fmt.Errorf("load %s: %w", request.GetDocument().GetName(), err)
		}
	}
	return nil
}

// unlike counts reads over HTTP, from where no process before has counted to.
var unlike atomic.Int64

func init() { unlike.Store(time.Now().UnixNano()) }

// Unlike makes a read unlike every other, by a language that nothing is in: so the gateway
// answers by nothing that it remembers.
func Unlike(request *http.Request) {
	request.Header.Set("Accept-Language", "x-"+strconv.FormatInt(unlike.Add(1), 36))
}

// send makes an HTTP request that must be answered 200 and reads the answer to
// its end.
func (t *Target) send(ctx context.Context, method, path string, body []byte) error {
	request, err := http.NewRequestWithContext(ctx, method, t.base+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	} else {
		Unlike(request)
	}
	response, err := t.http.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		text, err := io.ReadAll(io.LimitReader(response.Body, 1<<16))
		return errors.Join(fmt.Errorf("%s %s: %s\n%s", method, path, response.Status, text), err)
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}
