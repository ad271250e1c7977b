package demodata

import (
	"cmp"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// TradeMetric is the metric of the trade by country, and Partner the one whose
// total trade is computed.
const (
	TradeMetric = "metrics/bilateral-goods-trade"
	Partner     = "MX"
)

// millions is the power of ten that the trade is given in.
const millions = 6

// Totals are what the United States and Partner trade in both directions: a figure
// for each year that has both, computed of the two, with the revisions that it was
// computed from. The figures are yearly ones of one source; the totals have ids, by
// figure.
func Totals(imports, exports []*metricsv1.Observation) map[string]*metricsv1.Figure {
	into := map[string]*metricsv1.Observation{}
	for _, one := range imports {
		into[one.GetTimePeriod().GetEdtf()] = one
	}
	totals := map[string]*metricsv1.Figure{}
	for _, one := range exports {
		year := one.GetTimePeriod().GetEdtf()
		other := into[year]
		if one.GetValue() == nil || other.GetValue() == nil {
			continue
		}
		id := "us-" + strings.ToLower(Partner) + "-goods-trade-total-" + year
		totals[id] = &metricsv1.Figure{
			Metric:     TradeMetric,
			Dimensions: map[string]string{"REF_AREA": "US", "COUNTERPART_AREA": Partner, "FLOW": "TOTAL"},
			TimePeriod: &typev1.TimePeriod{Edtf: year},
			Frequency:  metricsv1.Figure_A,
			ValueKind:  metricsv1.Figure_POINT,
			Unit:       &metricsv1.Unit{System: metricsv1.Unit_ISO4217, Code: "USD"},
			UnitMult:   millions,
			Origin:     &metricsv1.Origin{Producer: "onrecord demo-data", Title: "Imports and exports of the US Census Bureau, added up"},
			Derivation: &metricsv1.Derivation{Formula: "imports + exports", Inputs: []*metricsv1.Derivation_Input{
				{Variable: "imports", Figure: other.GetFigure(), RevisionId: cmp.Or(other.GetRevisionId(), "1")},
				{Variable: "exports", Figure: one.GetFigure(), RevisionId: cmp.Or(one.GetRevisionId(), "1")},
			}},
		}
	}
	return totals
}
