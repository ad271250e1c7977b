package main

// engine is a storage engine.
type engine string

const (
	sqlite   engine = "SQLite"
	postgres engine = "PostgreSQL"
)

// way is how a benchmark reaches onrecord, and what onrecord stores in.
type way struct {
	engine engine
	over   string
}

// ways are those that are measured, in the order of the table. REST adds the
// same to both engines, so it is measured on one.
var ways = []way{{sqlite, "gRPC"}, {sqlite, "REST"}, {postgres, "gRPC"}}

// String is the way in the name of a benchmark.
func (w way) String() string { return string(w.engine) + "/" + w.over }
