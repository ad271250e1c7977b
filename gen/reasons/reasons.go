// Package reasons holds the table of the reasons that errors have, as JSON.
package reasons

import _ "embed"

// JSON is an array of groups, each with a title and its reasons: name, the code
// of google.rpc, the HTTP codes and what it means, in Markdown. It is made of the
// tables of proto/README.md by collect.
//
//go:embed reasons.json
var JSON []byte
