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
	also                        *noRate // of another figure that the row is made of
}

// and adds what another figure of a row lacks.
func (f *noRate) and(other *noRate) *noRate {
	if other == nil {
		return f
	}
	joined := *other
	joined.also = f
	return &joined
}

// maxNamed is how many periods without a rate an error names.
const maxNamed = 10

// faultOf is the error of the rows that are answered without a rate: it names the periods, in the order of the answer. Nil if there are none.
func faultOf(rows []row) error {
	var first *noRate
	var periods []string
	seen := map[string]bool{}
	add := func(f *noRate) {
		if first == nil {
			first = f
		}
		if f.from == first.from && !seen[f.period] {
			seen[f.period] = true
			periods = append(periods, f.period)
		}
	}
	for i := range rows {
		var own []*noRate // of the oldest figure first
		for f := rows[i].fault; f != nil; f = f.also {
			own = append(own, f)
		}
		for n := len(own) - 1; n >= 0; n-- {
			add(own[n])
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
