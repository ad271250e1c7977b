// Package openapi holds no code: its tests compare the OpenAPI document that the
// gateway serves with what it does. The document is valid, each of its examples can be
// run as it stands, and requests made up from it are answered as it says.
package openapi
