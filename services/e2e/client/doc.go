// Package client is how the end-to-end tests speak to a running onrecord: REST
// as any HTTP client does, errors as google.rpc.Status, and gRPC.
//
// Only the wire may go here: nothing that knows a resource.
package client
