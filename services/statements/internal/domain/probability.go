package domain

import (
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// ProbabilityOutOfRange is the reason of a probability that is none, or that is
// more precise than is kept.
const ProbabilityOutOfRange = "PROBABILITY_OUT_OF_RANGE"

// maxDecimals is how many decimals a probability has at most.
const maxDecimals = 6

// certain is the probability of what is sure.
var certain = decimal.FromInt64(1)

// checkProbability refuses a number that is not from 0 to 1 with at most 6
// decimals. path names the Decimal message. ok says that it is one; the text was
// read as a decimal before, and is empty if it is none.
func checkProbability(text, path string, faults *errs.Violations) (probability decimal.Decimal, ok bool) {
	probability, err := decimal.Parse(text)
	if err != nil {
		return decimal.Decimal{}, false // told where it was read
	}
	switch {
	case probability.Sign() < 0 || probability.Cmp(certain) > 0:
		faults.Add(path+".value", ProbabilityOutOfRange, "%s is not between 0 and 1", Shown(text))
	case probability.Places() > maxDecimals:
		faults.Add(path+".value", ProbabilityOutOfRange, "%s has more than %d decimals", Shown(text), maxDecimals)
	default:
		return probability, true
	}
	return decimal.Decimal{}, false
}
