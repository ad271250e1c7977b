// Package workload is what the benchmarks and the load program ask of a running
// onrecord: one data set, and one list of operations over gRPC and REST.
//
// Everything is made from fixed seeds, so that two runs ask the same. What
// measures belongs in package bench or load.
package workload
