// Package telemetry lists what operators see of the programs, and its tests start them to
// check that it is all there: every series with its labels and nothing that callers
// chose, and one trace from a request to the statements of both databases.
package telemetry
