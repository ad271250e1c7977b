package units_test

import (
	"math/big"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestNeverMeasuredIn(t *testing.T) {
	ucum := func(code string) units.Unit { return units.Unit{System: units.UCUM, Code: code} }
	for sign, others := range map[string]string{
		"km": "[mi_i] [nmi_i]", "miles": "km", "ha": "[acr_us]", "kWh": "MJ", "°F": "Cel", "°C": "[degF]", "h": "min",
	} {
		for code := range strings.FieldsSeq(others) {
			must.True(t, units.NeverMeasuredIn(big.NewRat(3, 1), sign, ucum(code)), "%s of %s", sign, code)
		}
	}
	// What is about as large may go by the name, and what is a power of ten off stand elsewhere.
	for sign, same := range map[string]string{
		"km": "km m", "miles": "[mi_i] [nmi_i]", "ft": "[ft_i] [ft_us]", "GB": "By GiBy", "Btu": "[Btu] [Btu_th] [Btu_IT]", "lb": "[lb_av] [lb_tr]",
		"years": "a a_g", "°C": "K Cel", "K": "Cel", "°F": "[degR] [degF]", "nm": "[nmi_i]", "tonnes": "t [lton_av]", "of nothing known": "km",
	} {
		for code := range strings.FieldsSeq(same) {
			must.True(t, !units.NeverMeasuredIn(big.NewRat(3, 1), sign, ucum(code)), "%s of %s", sign, code)
		}
	}
}
