package jsonld

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// ucumPrefix begins the codes of UCUM: schema.org takes those without a prefix for UN/CEFACT's.
const ucumPrefix = "UCUM:"

// figure is an Observation. Its numbers are the normalised ones; the hedge and everything
// else that there are no terms for is in the rest, which is the whole figure. Of a CHANGE
// the numbers are there alone: a reader who knows no CHANGE would take them for a level.
func figure(f *metricsv1.Figure) (*Node, proto.Message) {
	node := &Node{
		Type: Observation, ID: f.GetName(), AdditionalType: Prefix + f.GetValueKind().String(), Served: otherServed(f),
		Measured: Measured{
			VariableMeasured: ref(f.GetMetric()), TimePeriod: f.GetTimePeriod().GetEdtf(), UnitText: unitText(f),
			Reported: f.GetReported().GetText(), DocumentVersion: ref(f.GetDocumentVersion()),
		},
	}
	if f.GetNormalized().GetUnit().GetSystem() == metricsv1.Unit_UCUM {
		node.UnitCode = ucumPrefix + f.GetNormalized().GetUnit().GetCode()
	}
	if edtf := f.GetTimePeriod().GetEdtf(); Date(f.GetTimePeriod()) == edtf {
		node.ObservationDate = edtf
	}
	if f.GetValueKind() != metricsv1.Figure_CHANGE {
		n := f.GetNormalized()
		node.Value = number(n.GetValue().GetValue())
		node.MinValue, node.MinInclusive = bound(n.GetLower())
		node.MaxValue, node.MaxInclusive = bound(n.GetUpper())
	}
	if strings.HasPrefix(f.GetClaimant(), "entities/") || strings.HasPrefix(f.GetClaimant(), "statements/") {
		node.Claimant = ref(f.GetClaimant())
	}
	if f.GetOrigin().GetProducer() != "" {
		node.Producer = &Ref{Type: Organization, Name: f.GetOrigin().GetProducer()}
	}
	for _, id := range slices.Sorted(maps.Keys(f.GetDimensions())) {
		node.Dimensions = append(node.Dimensions, property(id, f.GetDimensions()[id]))
	}
	node.Target = targets(f.GetDocumentVersion(), contents(f))
	return node, proto.CloneOf(f)
}

// contents are the passages that print the figure whole; all of its passages if none is
// marked so.
func contents(f *metricsv1.Figure) []*typev1.TextSpan {
	var out []*typev1.TextSpan
	for _, span := range f.GetReported().GetSpans() {
		if span.GetRole() == typev1.TextSpan_CONTENT {
			out = append(out, span)
		}
	}
	if out == nil {
		return f.GetReported().GetSpans()
	}
	return out
}

// bound is an end of a range and whether it belongs to it, nothing if it has none.
func bound(b *metricsv1.Bound) (value string, inclusive *bool) {
	if value = number(b.GetValue().GetValue()); value == "" {
		return "", nil
	}
	inclusive = new(bool)
	*inclusive = b.GetInclusive()
	return value, inclusive
}

// number is a decimal as xsd:decimal has it, which knows no exponent; "" of one that has
// one.
func number(text string) string {
	if strings.ContainsAny(text, "eE") {
		return ""
	}
	return text
}

func unitText(f *metricsv1.Figure) string {
	return cmp.Or(f.GetCountedObject(), f.GetNormalized().GetUnit().GetCode())
}

// metric is a StatisticalVariable.
func metric(m *metricsv1.Metric) (*Node, proto.Message) {
	return &Node{
		Type: Variable, ID: m.GetName(), Name: m.GetDisplayName(), AlternateName: m.GetAliases(), Description: m.GetDescription(), Served: otherServed(m),
	}, proto.CloneOf(m)
}
