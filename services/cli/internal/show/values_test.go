package show_test

import (
	"testing"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/show"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func number(text string) *decimal.Decimal { return &decimal.Decimal{Value: text} }

func bound(text string, inclusive bool) *metricsv1.Bound {
	return &metricsv1.Bound{Value: number(text), Inclusive: &inclusive}
}

func TestQuantity(t *testing.T) {
	for want, observation := range map[string]*metricsv1.Observation{
		"860000000000":    {Value: number("860000000000")},
		"1.10":            {Value: number("1.10")},
		"1, 2":            {Values: []*decimal.Decimal{number("1"), number("2")}},
		"[20000, 100000)": {Lower: bound("20000", true), Upper: bound("100000", false)},
		"(0, 5]":          {Lower: bound("0", false), Upper: bound("5", true)},
		"> 296":           {Lower: bound("296", false)},
		"≥ 100":           {Lower: bound("100", true)},
		"< 236":           {Upper: bound("236", false)},
		"≤ 5":             {Upper: bound("5", true)},
		"not stated":      {MissingReason: metricsv1.Figure_NOT_STATED},
	} {
		must.Equal(t, show.Quantity(observation, observation.GetMissingReason()), want)
	}
}

func TestSpan(t *testing.T) {
	start := int32(280)
	must.Equal(t, show.Span(&typev1.TextSpan{Start: &start, End: 300, Exact: "I know it’s not easy", AnchorState: typev1.TextSpan_UNVERIFIED}),
		"[280, 300) “I know it’s not easy”, unverified")
	must.Equal(t, show.Span(&typev1.TextSpan{Start: &start, End: 284, ExactSha256: "1fcc08c7733965bce66a", Role: typev1.TextSpan_UNIT, AnchorState: typev1.TextSpan_ANCHORED}),
		"unit [280, 284) words withheld, SHA-256 1fcc08c77339…, anchored")
}

func TestFieldsFollowTheContract(t *testing.T) {
	figure := &metricsv1.Figure{
		Name: "figures/x", Dimensions: map[string]string{"REF_AREA": "US", "FLOW": "TOTAL"},
		TimePeriod: &typev1.TimePeriod{Edtf: "2022", Printed: &typev1.TimePeriod_Printed{Text: "last year"}},
		ValueKind:  metricsv1.Figure_POINT, Value: number("860"), Unit: &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"},
		Lower: bound("5", true),
	}
	must.Equal(t, write(t, show.Fields(figure), 0), ""+
		"name                  figures/x\n"+
		"dimensions[FLOW]      TOTAL\n"+
		"dimensions[REF_AREA]  US\n"+
		"timePeriod            2022, printed as “last year”\n"+
		"valueKind             POINT\n"+
		"value                 860\n"+
		"lower                 5, inclusive\n"+
		"unit                  USD (ISO4217)\n")
}
