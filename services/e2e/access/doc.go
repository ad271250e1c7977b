// Package access checks who may do what, as callers over REST and gRPC meet it:
// in one process with API keys, and in three with mutual TLS between them.
package access
