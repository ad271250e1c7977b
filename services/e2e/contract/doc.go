// Package contract checks the .proto contract against the API Improvement
// Proposals (aip.dev) that onrecord promises to follow. Google's own linter for
// them is not to be had as a Go module, so the rules that matter are tests over
// the linked descriptors; each failure names the AIP.
package contract
