package record

import (
	"cmp"
	"slices"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// placed is a fact with the passages that are its content.
type placed struct {
	fact  *gatewayv1.Fact
	name  string
	spans []*typev1.TextSpan
	// start and end enclose all passages; length is the sum of theirs.
	start, end, length int32
}

// inTextOrder joins the statements and figures of a version: each in its place in the text, the
// outer before the inner, and each knowing the others that hold it or that it
// holds. Figures without a place stand at the end, by name.
func inTextOrder(version string, statements []*statementsv1.Statement, figures []*metricsv1.Figure) []*gatewayv1.Fact {
	outer := make([]*placed, 0, len(statements))
	for _, s := range statements {
		for _, fact := range printings(version, s) {
			outer = append(outer, place(fact, s.GetName(), Here(fact).GetContents()))
		}
	}
	inner := make([]*placed, 0, len(figures))
	for _, f := range figures {
		fact := &gatewayv1.Fact{Fact: &gatewayv1.Fact_Figure{Figure: f}}
		inner = append(inner, place(fact, f.GetName(), contentOf(f)))
	}
	slices.SortFunc(outer, byPlace)
	slices.SortFunc(inner, byPlace)
	nest(outer, inner)

	all := slices.Concat(outer, inner)
	slices.SortStableFunc(all, byPlace) // stable: of equal places the statement comes first
	facts := make([]*gatewayv1.Fact, len(all))
	for i, p := range all {
		facts[i] = p.fact
	}
	return facts
}

func place(fact *gatewayv1.Fact, name string, spans []*typev1.TextSpan) *placed {
	p := &placed{fact: fact, name: name, spans: spans}
	for i, span := range spans {
		if i == 0 || span.GetStart() < p.start {
			p.start = span.GetStart()
		}
		p.end = max(p.end, span.GetEnd())
		p.length += span.GetEnd() - span.GetStart()
	}
	if len(spans) > 0 {
		fact.Start = &p.start
	}
	return p
}

// contentOf returns the passages that are a figure's content: those with that
// role; where there are none, all that it is printed in; where there are none,
// those of what is claimed of it.
func contentOf(f *metricsv1.Figure) []*typev1.TextSpan {
	printed := f.GetReported().GetSpans()
	var content []*typev1.TextSpan
	for _, span := range printed {
		if span.GetRole() == typev1.TextSpan_CONTENT {
			content = append(content, span)
		}
	}
	if len(content) > 0 {
		return content
	}
	if len(printed) > 0 {
		return printed
	}
	for _, claim := range f.GetComparisonClaims() {
		if claim.GetSpan() != nil {
			content = append(content, claim.GetSpan())
		}
	}
	return content
}

// byPlace orders by start, then the longer first, then by name.
func byPlace(a, b *placed) int {
	if unplaced := cmp.Compare(boolInt(len(a.spans) == 0), boolInt(len(b.spans) == 0)); unplaced != 0 {
		return unplaced
	}
	return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end),
		cmp.Compare(boolInt(a.fact.GetFigure() != nil), boolInt(b.fact.GetFigure() != nil)), cmp.Compare(a.name, b.name))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// nest links every figure with the statements that hold it. Both are sorted by
// place, so the search for a figure's statements ends at its start.
func nest(statements, figures []*placed) {
	for _, figure := range figures {
		if len(figure.spans) == 0 {
			continue
		}
		var holders []*placed
		for _, statement := range statements {
			if statement.start > figure.start {
				break
			}
			if statement.end >= figure.end && statement.holds(figure) {
				if !slices.ContainsFunc(holders, statement.sameAs) {
					holders = append(holders, statement)
				}
				statement.fact.Figures = append(statement.fact.Figures, figure.name)
			}
		}
		slices.SortStableFunc(holders, innermostFirst)
		for _, holder := range holders {
			figure.fact.StatedIn = append(figure.fact.StatedIn, holder.name)
		}
	}
}

// sameAs reports whether both are one statement, which is printed twice.
func (p *placed) sameAs(other *placed) bool { return p.name == other.name }

// holds reports whether every passage of the other lies in one of p's.
func (p *placed) holds(other *placed) bool {
	for _, span := range other.spans {
		inside := slices.ContainsFunc(p.spans, func(passage *typev1.TextSpan) bool {
			return passage.GetStart() <= span.GetStart() && span.GetEnd() <= passage.GetEnd()
		})
		if !inside {
			return false
		}
	}
	return true
}

// innermostFirst orders statements that hold one figure: the shorter is the
// inner one; of equal length the one that is reported in the other.
func innermostFirst(a, b *placed) int {
	if byLength := cmp.Compare(a.length, b.length); byLength != 0 {
		return byLength
	}
	switch {
	case a.fact.GetStatement().GetParentStatement() == b.name:
		return -1
	case b.fact.GetStatement().GetParentStatement() == a.name:
		return 1
	}
	return cmp.Compare(a.name, b.name)
}
