package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
)

// write prints an outcome for people.
func (o *outcome) write(w io.Writer) {
	fmt.Fprintf(w, "answered %d, failed %d, in %v: %.0f a second\n", o.done, o.failed, o.took.Round(time.Millisecond), float64(o.done)/o.took.Seconds())
	if o.firstError != nil {
		fmt.Fprintf(w, "first failure: %v\n", o.firstError)
	}
	if o.done == 0 {
		return
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprint(table, "\t50 %\t90 %\t99 %\t99.9 %\tslowest\t\n")
	line(table, "latency", o.latency)
	line(table, "service time", o.service)
	_ = table.Flush() // its reader is gone: nothing to do
}

func line(w io.Writer, name string, h *hdrhistogram.Histogram) {
	fmt.Fprintf(w, "%s\t", name)
	for _, percentile := range []float64{50, 90, 99, 99.9} {
		fmt.Fprintf(w, "%v\t", time.Duration(h.ValueAtPercentile(percentile))*time.Microsecond)
	}
	fmt.Fprintf(w, "%v\t\n", time.Duration(h.Max())*time.Microsecond)
}
