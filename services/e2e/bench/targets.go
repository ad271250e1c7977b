package main

import (
	"errors"
	"fmt"
	"strings"
)

// target is what something over REST may cost at most, as a multiple of what
// something else costs in the same run. Both are benchmarks.
type target struct {
	title, name string
	baseTitle   string
	base        string
	most        float64
}

// clients is how many calls are open at a time where calls run side by side.
const clients = 16

const (
	constantTitle = "the constant net/http answer"
	gatewayPrefix = "Gateway/"
)

// Benchmarks of the gateway, by what follows gatewayPrefix.
const (
	constantOne  = "constant/REST"
	getServe     = "get/REST"
	getServices  = "get/gateway"
	againServe   = "again/REST"
	againService = "again/gateway"
	getKnown     = "get/304"
	pageGRPC     = "page/gRPC"
	pageREST     = "page/REST"
	pageKnown    = "page/304"
	seriesGRPC   = "series/gRPC"
	seriesREST   = "series/REST"
	seriesKnown  = "series/304"
	immutableOne = "immutable/REST"
)

var targets = []target{
	{"get by id, not asked for before, all in one process", getServe, constantTitle, constantOne, 3.5},
	{"get by id, asked for again, all in one process", againServe, constantTitle, constantOne, 3.5},
	{"get by id, not asked for before, through a gateway process of its own", getServices, constantTitle, constantOne, 9},
	{"get by id, asked for again, through a gateway process of its own", againService, constantTitle, constantOne, 9},
	{"page of 50 statements", pageREST, "the same call over gRPC", pageGRPC, 2},
	{"series of 200 points", seriesREST, "the same call over gRPC", seriesGRPC, 2},
	{"an address with read_time, asked for again", immutableOne, constantTitle, constantOne, 1.3},
	{"get by id that the client has (304)", getKnown, "its 200", getServe, 0.7},
	{"page of 50 statements that the client has (304)", pageKnown, "its 200", pageREST, 0.7},
	{"series of 200 points that the client has (304)", seriesKnown, "its 200", seriesREST, 0.7},
}

func benchmarkName(name string) string { return gatewayPrefix + name }

// gatewayTable says what REST costs beside what it is held against.
func (s *samples) gatewayTable() (string, error) {
	var text strings.Builder
	fmt.Fprintf(&text, "\nWhat REST adds, on SQLite, with %d clients at a time: CPU of all server processes, as a ratio, round by round, and what was set as the most. Each request is unlike any before, so that it is read from storage, where the row does not say that it is asked for again. Nothing is written meanwhile: where something was, what is asked for again is read again, and a 304 compared.\n\n", clients)
	text.WriteString("| over REST | ÷ | ratio | at most |\n|---|---|--:|--:|\n")
	var failed error
	for _, t := range targets {
		ratio, err := s.ratio(benchmarkName(t.name), benchmarkName(t.base), unitCPU)
		failed = errors.Join(failed, err)
		fmt.Fprintf(&text, "| %s | %s | %.2f | %s |\n", t.title, t.baseTitle, ratio, digits(t.most))
	}
	return text.String(), failed
}
