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

// figure is an Observation. Its numbers are the normalised ones; whether an end belongs
// to a range, the hedge and everything else that schema.org has no words for is in the
// rest, which is the whole figure. Of a CHANGE the numbers are there alone: a reader who
// knows no CHANGE would take them for a level.
func figure(f *metricsv1.Figure) (*Node, *metricsv1.Figure) {
	node := &Node{
		Type: Observation, ID: f.GetName(), AdditionalType: Prefix + f.GetValueKind().String(), Text: f.GetReported().GetText(), IsPartOf: ref(f.GetDocumentVersion()),
		Served: served(f),
		Measured: Measured{
			VariableMeasured: ref(f.GetMetric()), ObservationDate: f.GetTimePeriod().GetEdtf(), UnitText: unitText(f),
		},
	}
	if f.GetNormalized().GetUnit().GetSystem() == metricsv1.Unit_UCUM {
		node.UnitCode = f.GetNormalized().GetUnit().GetCode()
	}
	if f.GetValueKind() != metricsv1.Figure_CHANGE {
		n := f.GetNormalized()
		node.Value, node.MinValue, node.MaxValue = number(n.GetValue().GetValue()), number(n.GetLower().GetValue().GetValue()), number(n.GetUpper().GetValue().GetValue())
	}
	if strings.HasPrefix(f.GetClaimant(), "entities/") || strings.HasPrefix(f.GetClaimant(), "statements/") {
		node.Author = refs(f.GetClaimant())
	}
	if f.GetOrigin().GetProducer() != "" {
		node.Publisher = &Ref{Type: Organization, Name: f.GetOrigin().GetProducer()}
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
func metric(m *metricsv1.Metric) (*Node, *metricsv1.Metric) {
	return &Node{
		Type: Variable, ID: m.GetName(), Name: m.GetDisplayName(), AlternateName: m.GetAliases(), Description: m.GetDescription(), Served: served(m),
	}, proto.CloneOf(m)
}
