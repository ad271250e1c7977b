package domain

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/codelists"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// unknownCode is the reason of a code that is not on its list.
const unknownCode = "UNKNOWN_CODE"

// settle puts what has no order in order, and fills in what unresolved units may stand for.
func (f *Figure) settle() {
	f.ObsStatus = slices.Compact(slices.Sorted(slices.Values(f.ObsStatus)))
	if len(f.ObsStatus) == 0 {
		f.ObsStatus = nil
	}
	settleUnit(&f.Unit, f.Period.EDTF)
	for i := range f.Alternates {
		settleUnit(&f.Alternates[i].Unit, f.Period.EDTF)
	}
}

// checkStatus compares OBS_STATUS and CONF_STATUS with their lists, and what they say with the value.
func (f *Figure) checkStatus(v *errs.Violations) {
	for i, text := range f.ObsStatus {
		if _, known := codelists.ObsStatus().Find(text); !known {
			v.Add(index("obs_status", i), unknownCode, "%q is no code of SDMX CL_OBS_STATUS: %s", text, clip(codelists.ObsStatus().Codes()))
		}
	}
	f.checkAbsent(v)
	if f.ConfStatus == "" {
		return
	}
	if _, known := codelists.ConfStatus().Find(f.ConfStatus); !known {
		v.Add("conf_status", unknownCode, "%q is no code of SDMX CL_CONF_STATUS: %s", f.ConfStatus, clip(codelists.ConfStatus().Codes()))
	}
}
