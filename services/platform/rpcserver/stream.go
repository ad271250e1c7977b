package rpcserver

import "google.golang.org/grpc"

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
