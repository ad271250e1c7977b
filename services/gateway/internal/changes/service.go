package changes

import (
	"google.golang.org/grpc"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
)

// Service answers ChangeService.
type Service struct {
	gatewayv1.UnimplementedChangeServiceServer
	hub *Hub
}

// NewService returns the service over a hub.
func NewService(hub *Hub) *Service { return &Service{hub: hub} }

// Watch implements ChangeService.
func (s *Service) Watch(req *gatewayv1.WatchRequest, stream grpc.ServerStreamingServer[gatewayv1.WatchResponse]) error {
	return s.hub.Watch(stream.Context(), req, stream.Send)
}
