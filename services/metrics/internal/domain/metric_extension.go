package domain

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// notUpdatable is the reason of a change that would make figures on record mean something else.
const notUpdatable = "FIELD_NOT_UPDATABLE"

// CheckExtension refuses an update that takes from a definition, or changes what figures on record were admitted by. It may add: codes to a
// list, attributes, dimensions that no figure must have, and a temporal_kind or quantity_kind that was not said yet. What is there stays
// first, in its order. Errors are INVALID_ARGUMENT, reason FIELD_NOT_UPDATABLE, one for each difference.
func (m Metric) CheckExtension(next Metric) error {
	var v errs.Violations
	for i, d := range m.Dimensions {
		if i >= len(next.Dimensions) || next.Dimensions[i].ID != d.ID {
			v.Add("dimensions", notUpdatable, "%s stands at place %d: keep the dimensions on record first, in their order, and add behind them", d.ID, i+1)
			break
		}
		d.checkExtension(&v, index("dimensions", i), next.Dimensions[i])
	}
	for i := len(m.Dimensions); i < len(next.Dimensions); i++ {
		if d := next.Dimensions[i]; d.Required {
			v.Add(index("dimensions", i)+".required", notUpdatable, "figures on record do not state %s: a dimension that is added is not required", d.ID)
		}
	}
	for i, a := range m.Attributes {
		if i >= len(next.Attributes) || next.Attributes[i].ID != a.ID {
			v.Add("attributes", notUpdatable, "%s stands at place %d: keep the attributes on record first, in their order, and add behind them", a.ID, i+1)
			break
		}
		path, other := index("attributes", i), next.Attributes[i]
		unchanged(&v, path+".display_name", a.DisplayName, other.DisplayName)
		checkCodes(&v, path, a.Codes, other.Codes)
	}
	onceSaid(&v, "temporal_kind", m.TemporalKind, next.TemporalKind)
	onceSaid(&v, "quantity_kind", m.QuantityKind, next.QuantityKind)
	return v.Err()
}

func (d Dimension) checkExtension(v *errs.Violations, path string, next Dimension) {
	unchanged(v, path+".display_name", d.DisplayName, next.DisplayName)
	unchanged(v, path+".role", d.Role, next.Role)
	unchanged(v, path+".code_list", d.CodeList, next.CodeList)
	if d.Required != next.Required {
		v.Add(path+".required", notUpdatable, "is %t on record, and stays so", d.Required)
	}
	checkCodes(v, path, d.Codes, next.Codes)
}

func unchanged(v *errs.Violations, path, own, next string) {
	if own != next {
		v.Add(path, notUpdatable, "is %q on record, and stays so", own)
	}
}

// onceSaid refuses another value of what was said.
func onceSaid(v *errs.Violations, path, own, next string) {
	if own != "" {
		unchanged(v, path, own, next)
	}
}

// checkCodes refuses a list of codes that admits less than the one on record, or anything.
func checkCodes(v *errs.Violations, path string, own, next []string) {
	if len(own) == 0 {
		if len(next) > 0 {
			v.Add(path+".codes", notUpdatable, "any code may stand on record: a list would refuse some")
		}
		return
	}
	for _, code := range own {
		if !slices.Contains(next, code) {
			v.Add(path+".codes", notUpdatable, "%s is on the list on record: codes are added, never removed", code)
			return
		}
	}
}
