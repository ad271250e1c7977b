package datafile

import (
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// foreign refuses what is no observation of a data file: what a document prints,
// what a query computed, and what somebody claims, which a request of an import
// cannot say. Of a row that deletes, only its key matters.
func foreign(cells values, deletes bool) *fault {
	if cells.fixed(idDocument) != "" {
		return &fault{FigureOfDocument, idDocument, "it is a figure that a document prints: onrecord ingest puts it on record, with its place there"}
	}
	for _, id := range []string{sdmx.Inexact, sdmx.Filled, sdmx.Converted} {
		is, err := truth(id, cells.fixed(id))
		if err != nil {
			return err
		}
		if is {
			return computed(id)
		}
	}
	for _, id := range []string{sdmx.FilledFrom, sdmx.RateBasis, sdmx.Transform} {
		if cells.fixed(id) != "" {
			return computed(id)
		}
	}
	if count := cells.fixed(sdmx.AggregatedCount); count != "" && count != "0" {
		return computed(sdmx.AggregatedCount)
	}
	if said := cells.fixed(idClaimant); said != "" && !deletes {
		return &fault{UnsupportedComponent, idClaimant, fmt.Sprintf("a data file cannot say that %s claims it, and without that the figure would be another: CreateFigure can", said)}
	}
	return nil
}

func computed(id string) *fault {
	return &fault{interchange.MalformedRow, id, "it is what a query computed and no observation: " + id + " says so"}
}

// truth reads true or false, in capitals too, as spreadsheets write them.
func truth(id, written string) (bool, *fault) {
	switch strings.ToLower(written) {
	case "true":
		return true, nil
	case "", "false":
		return false, nil
	}
	return false, &fault{interchange.MalformedRow, id, fmt.Sprintf("%q is neither true nor false", written)}
}
