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
	return restricted(cells, deletes)
}

// restricted refuses what only editors read although neither of what a row can say of that says
// it: it is computed from such figures, and would be public without its derivation.
func restricted(cells values, deletes bool) *fault {
	is, err := truth(sdmx.Restricted, cells.fixed(sdmx.Restricted))
	if err != nil || !is || deletes {
		return err
	}
	if sdmx.Confidential(cells.fixed(idConf)) || cells.fixed(idEmbargo) != "" {
		return nil
	}
	return &fault{UnsupportedComponent, sdmx.Restricted, "it is computed from figures that only editors read: " +
		"say by CONF_STATUS or EMBARGO_TIME that this one is so too, or export as jsonl, which keeps what it is computed from"}
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
