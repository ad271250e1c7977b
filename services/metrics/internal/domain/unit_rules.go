package domain

import (
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// unknownUnit is the reason of a unit that nobody knows.
const unknownUnit = "UNKNOWN_UNIT"

// checkUnit looks a unit up. An unresolved one stands for several currencies: a sign that stands for one is that currency.
func checkUnit(v *errs.Violations, path string, u units.Unit) {
	if _, err := units.Resolve(u); err != nil {
		v.Add(path+".code", unknownUnit, "%v", err)
		return
	}
	if u.System != units.Unresolved {
		return
	}
	candidates := u.CandidateList()
	for i, code := range candidates {
		if _, known := units.LookupCurrency(code); !known {
			v.Add(path+"."+index("candidates", i), unknownUnit, "%q is no alphabetic code of ISO 4217", code)
		}
	}
	switch len(candidates) {
	case 0:
		v.Add(path+".code", unknownUnit, "%q is the sign of no currency known here: set candidates, or the unit that it is", u.Code)
	case 1:
		v.Add(path+".system", contradictory, "%q stands for %s only: set that code of ISO4217", u.Code, candidates[0])
	}
}

// settleUnit fills in what an unresolved sign may stand for in a period (EDTF; "" now).
func settleUnit(u *units.Unit, period string) {
	if u.System == units.Unresolved && u.Candidates == "" {
		u.Candidates = strings.Join(units.Candidates(u.Code, period), ",")
	}
}
