// Package server is the statements service as other programs use it: built from
// settings, registered on a gRPC server, closed. It is the module's only public
// package, and the only one that knows which storage engine was chosen.
//
// Only wiring may go here.
package server
