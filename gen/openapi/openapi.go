// Package openapi holds the OpenAPI 3.1 document of onrecord's REST API,
// generated from the .proto files.
package openapi

import _ "embed"

// JSON is the document. It must not be changed.
//
//go:embed onrecord.openapi.json
var JSON []byte
