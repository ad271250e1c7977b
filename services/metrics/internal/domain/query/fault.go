package query

import (
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// noRate is why an amount could not be converted. It is no error of the query before the last step: only if the row is answered.
type noRate struct {
	from, to, frequency, period string
	figure                      string
}

// maxNamed is how many periods without a rate an error names.
const maxNamed = 10

// faultOf is the error of the rows that are answered without a rate: it names the periods, in the order of the answer. Nil if there are none.
func faultOf(rows []row) error {
	var first *noRate
	var periods []string
	seen := map[string]bool{}
	for i := range rows {
		for _, f := range rows[i].faults {
			if first == nil {
				first = f
			}
			if f.from == first.from && !seen[f.period] {
				seen[f.period] = true
				periods = append(periods, f.period)
			}
		}
	}
	if first == nil {
		return nil
	}
	named := periods[:min(len(periods), maxNamed)]
	words, more := strings.Join(named, ", "), ""
	if rest := len(periods) - len(named); rest > 0 {
		more = fmt.Sprintf(" and %d more periods", rest)
	}
	return errs.New(errs.FailedPrecondition, "RATE_NOT_FOUND", "there is no rate from %s to %s for %s%s (frequency %q); the first is the period of figures/%s",
		first.from, first.to, words, more, first.frequency, first.figure).
		With("currency", first.from).With("period", first.period).With("periods", words)
}
