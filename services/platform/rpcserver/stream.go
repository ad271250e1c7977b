package rpcserver

import (
	"context"

	"google.golang.org/grpc"
)

// contextStream is a stream with another context.
type contextStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *contextStream) Context() context.Context { return s.ctx }

// checkedStream passes on a received message only after a check.
type checkedStream struct {
	grpc.ServerStream
	check func(message any) error
}

func (s *checkedStream) RecvMsg(message any) error {
	if err := s.ServerStream.RecvMsg(message); err != nil {
		return err
	}
	return s.check(message)
}
