// Package rest is the REST edge of onrecord: every method with an HTTP binding,
// from JSON to gRPC and back.
//
// The routes and the conversion are grpc-gateway's. Around them stands what it
// does not do: a request is checked strictly against the descriptors before it
// is converted, so that nothing a client sends is ignored or guessed; what headers
// say (Accept, Accept-Language, If-Match, Idempotency-Key) becomes part of the
// request, and what follows from an answer becomes headers (ETag, Last-Modified,
// Link); answers are byte-stable, whole or cut down to some fields. Calls go over
// client connections, so that every one passes the services' interceptors.
//
// Only the translation between HTTP and gRPC may go here: no resource has code
// of its own, and what all HTTP requests share is in package edge.
package rest
