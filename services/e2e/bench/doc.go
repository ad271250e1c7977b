// Command bench measures the hot paths of onrecord and prints the table of the
// README, which -write brings up to date.
//
// The benchmarks are in its test, which serves everything in one process, as
// `onrecord serve` does, once on each storage engine, and asks it from another,
// one call at a time. What a
// call costs is what the server's own telemetry says before and after: the
// clock of a machine that others use too says less. Every figure is also given
// as a ratio to two references that are measured in the same run: an empty gRPC
// call, and a net/http server that answers a constant.
//
// The program runs all benchmarks several times over, round by round, so that a
// busy minute touches one round of each and not all rounds of one, and takes
// medians. To look into one path, run the benchmarks themselves:
//
//	go test ./services/e2e/bench -run '^$' -bench 'get/SQLite/gRPC' -profiles $PWD/.deps/profiles
package main
