// Package edge is what every HTTP request passes, whatever it asks for: request
// id, access log and telemetry, security headers, which host was meant, who asks,
// answers that are kept, conditional requests, HEAD, compression and panics.
//
// One concern per file; edge.go alone says in which order. Nothing here knows a
// route or a resource.
package edge
