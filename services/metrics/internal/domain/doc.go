// Package domain holds what the metrics service knows about metrics and
// figures: their fields, the rules that make a figure free of contradictions,
// and everything that is computed from them (multiplied-out amounts,
// significant digits, the rate that an article asserts, series keys).
//
// Why here: the same rules must hold for a single create, a batch and a staged
// ingest, on every storage engine and every transport. So this package imports
// neither gRPC nor SQL, and nothing in it reads a clock or does I/O.
//
// Rules report every violation at once (errs.Violations), with paths relative
// to the thing checked: "value.value", "lower", "reported.spans[1].exact".
//
// What may go here: types, rules and computations without I/O. Conversion from
// and to messages belongs to internal/api, encodings for storage to the engines.
package domain
