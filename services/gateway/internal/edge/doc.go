// Package edge is what every HTTP request passes, whatever it asks for: request
// id, access log and telemetry, panics, security headers, conditional requests,
// HEAD and compression.
//
// One concern per file; edge.go alone says in which order. Nothing here knows a
// route or a resource.
package edge
