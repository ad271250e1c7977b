// Package gen is the root of the generated half of onrecord's contract: Go
// stubs under onrecord/, REST handlers under rest/, the OpenAPI document under
// openapi/, the table of errors under reasons/. `make gen` writes all of it from
// proto/; nothing else may, but for the programs protodeps, openapi/tidy and
// reasons/collect that help it.
//
// An internal service imports onrecord/statements/v1 or onrecord/metrics/v1 and
// links gRPC and protobuf, nothing more.
package gen
