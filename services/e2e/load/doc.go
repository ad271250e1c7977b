// Command load asks a running onrecord at a fixed rate and says how long it had
// to wait: a small open-loop load program for one's own machine.
//
//	onrecord serve --data "$(mktemp -d)"     # in another terminal
//	go run ./services/e2e/load -prepare -mix get=8,search=1,create=1 -over REST -rate 500 -duration 10s
//
// Open loop: calls are due at fixed times, whatever became of those before. A
// call's latency counts from when it was due, so that a server which stops for a
// second is charged with every call that should have been made in it (no
// coordinated omission). What waits behind -parallel calls under way is charged
// the same way. The service time, which counts from when a call was really made,
// stands beside it: if the two differ, the rate is more than was kept up with.
//
// It is bounded: at most 100,000 calls a second, a million calls and ten minutes
// a run, and loopback addresses only. Latencies are kept in an HDR histogram
// with three significant digits.
package main
