package rest_test

import (
	"slices"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/reflection/grpc_reflection_v1"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestReflection: what `grpcurl list` shows.
func TestReflection(t *testing.T) {
	stream := must.Get(grpc_reflection_v1.NewServerReflectionClient(conn).ServerReflectionInfo(t.Context()))(t)
	must.OK(t, stream.Send(&grpc_reflection_v1.ServerReflectionRequest{
		MessageRequest: &grpc_reflection_v1.ServerReflectionRequest_ListServices{},
	}))
	answer := must.Get(stream.Recv())(t)
	must.OK(t, stream.CloseSend())
	var names []string
	for _, service := range answer.GetListServicesResponse().GetService() {
		names = append(names, service.GetName())
	}
	for _, want := range []string{
		statementsv1.DocumentService_ServiceDesc.ServiceName, statementsv1.EntityService_ServiceDesc.ServiceName,
		statementsv1.StatementService_ServiceDesc.ServiceName, statementsv1.CorrectionService_ServiceDesc.ServiceName,
		statementsv1.ReattributionService_ServiceDesc.ServiceName, statementsv1.ReviewService_ServiceDesc.ServiceName,
		statementsv1.ErasureService_ServiceDesc.ServiceName, metricsv1.MetricService_ServiceDesc.ServiceName,
		metricsv1.FigureService_ServiceDesc.ServiceName, gatewayv1.RecordService_ServiceDesc.ServiceName,
		gatewayv1.ChangeService_ServiceDesc.ServiceName,
		grpc_health_v1.Health_ServiceDesc.ServiceName,
	} {
		must.True(t, slices.Contains(names, want), "%s is not listed: %v", want, names)
	}
	health := must.Get(grpc_health_v1.NewHealthClient(conn).Check(t.Context(), &grpc_health_v1.HealthCheckRequest{}))(t)
	must.Equal(t, health.GetStatus(), grpc_health_v1.HealthCheckResponse_SERVING)
}

// TestSameOverGRPC: both doors lead to the same record.
func TestSameOverGRPC(t *testing.T) {
	records := gatewayv1.NewRecordServiceClient(conn)
	for _, name := range []string{article, note, table} {
		var header metadata.MD
		read := must.Get(records.ReadDocument(t.Context(), &gatewayv1.ReadDocumentRequest{Name: name}, grpc.Header(&header)))(t)
		must.Equal(t, readDocument(t, name), read)
		must.Equal(t, len(header.Get("onrecord-settled-time")), 1)
	}
	metric := must.Get(metricsv1.NewMetricServiceClient(conn).GetMetric(t.Context(), &metricsv1.GetMetricRequest{Name: "metrics/bilateral-trade"}))(t)
	must.Equal(t, client.Read(t, api, "/v1/metrics/bilateral-trade", &metricsv1.Metric{}), metric)
	list := must.Get(statementsv1.NewStatementServiceClient(conn).ListStatements(t.Context(), &statementsv1.ListStatementsRequest{PageSize: 7, OrderBy: "name"}))(t)
	must.Equal(t, client.Read(t, api, "/v1/statements?page_size=7&order_by=name", &statementsv1.ListStatementsResponse{}).GetStatements(), list.GetStatements())
}
