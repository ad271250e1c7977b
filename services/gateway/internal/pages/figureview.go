package pages

import (
	"cmp"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	exact "github.com/onrecord/onrecord/services/platform/decimal"
)

// dimension is one part of a series key.
type dimension struct{ Name, ID, Value string }

// alternateView is the same amount in another unit, as the source prints it.
type alternateView struct {
	Printed, Value string
	// Rate is the rate that the source asserts by printing both amounts, Low and
	// High what it may be if both are rounded.
	From, To, Rate, Low, High string
}

// claimView is what a source says of a figure beside others.
type claimView struct{ Kind, Scope, Words string }

// figureView is a figure for people.
type figureView struct {
	Name, ID, Anchor, Href, API string
	Metric                      *link
	Kind                        term
	// Value is exact and multiplied out, in the unit of the figure; Normalized the
	// same in the base unit, where that is another.
	Value, Normalized string
	Inexact           bool
	// Printed is the figure as its source prints it; Hidden says that the source
	// prints it in words that are withheld.
	Printed       string
	Hidden        bool
	Hedge         string
	HedgeWords    string
	ReadingRule   string
	Digits        string
	Dimensions    []dimension
	Period        period
	Frequency     string
	Alternates    []alternateView
	Claims        []claimView
	Passages      []passage
	StatedIn      []*link
	InQuote       bool
	Series        *link
	Document      *link
	Version       string
	InText        *link
	Origin        *metricsv1.Origin
	OriginLink    *link
	Comment       string
	Recorded      *moment
	Revision, UID string
	Offset        string
	// Unverified says that nobody has compared the words with the text.
	Unverified bool
	// Context says that the characters around the passages are shown: the text is
	// not beside the card.
	Context bool
}

func newFigureView(f *metricsv1.Figure, known names) *figureView {
	v := &figureView{
		Name: f.GetName(), ID: idOf(f.GetName()), Anchor: anchor(f.GetName()), Href: pagePath(f.GetName()), API: apiPath(f.GetName()),
		Metric: known.to(f.GetMetric()), Kind: valueKind(f.GetValueKind()), Value: figureWords(f), Printed: printed(f.GetReported(), f.GetUnit()),
		Hedge: approximators[f.GetApproximator()], HedgeWords: hedge(f.GetReported()), ReadingRule: f.GetReadingRule(),
		Digits: digits(f.GetSignificantDigits()), Dimensions: dimensions(f.GetDimensions()), Period: newPeriod(f.GetTimePeriod()),
		Frequency: frequencies[f.GetFrequency()], Inexact: f.GetNormalized().GetInexact(), Origin: f.GetOrigin(),
		OriginLink: external(f.GetOrigin().GetUri()), Comment: f.GetComment(), Recorded: newMoment(f.GetCreateTime()),
		Revision: f.GetRevisionId(), UID: f.GetUid(), Context: true,
		Series: &link{Href: seriesPath(f.GetMetric(), f.GetDimensions(), f.GetFrequency()), Text: "its series"},
	}
	if base := f.GetNormalized(); base != nil && base.GetUnit().GetCode() != f.GetUnit().GetCode() {
		v.Normalized = normalizedWords(f.GetValueKind(), base, f.GetCountedObject())
	}
	if version := f.GetDocumentVersion(); version != "" {
		v.Document = &link{Href: pagePath(documentOf(version)), Text: known.of(documentOf(version))}
		v.Version = idOf(version)
		v.InText = &link{Href: pagePath(version) + "#" + v.Anchor, Text: "in its document"}
	}
	v.Hidden = hidden(v.Printed, f.GetReported())
	for _, span := range f.GetReported().GetSpans() {
		p := newPassage(span, false)
		p.Role = strings.ToLower(span.GetRole().String())
		v.Passages = append(v.Passages, p)
	}
	if len(v.Passages) > 0 {
		v.Offset = v.Passages[0].Start
		v.Unverified = unverified(v.Passages)
	}
	for _, a := range f.GetAlternates() {
		v.Alternates = append(v.Alternates, newAlternate(a))
	}
	for _, c := range f.GetComparisonClaims() {
		v.Claims = append(v.Claims, claimView{Kind: claimKinds[c.GetKind()], Scope: c.GetScope(), Words: c.GetSpan().GetExact()})
	}
	return v
}

func newAlternate(a *metricsv1.Alternate) alternateView {
	v := alternateView{
		Printed: printed(a.GetReported(), a.GetUnit()),
		Value:   strings.TrimSpace(scaled(a.GetValue(), a.GetUnitMult()) + " " + unitWords(a.GetUnit(), "")),
	}
	if r := a.GetArticleRate(); r != nil {
		v.From, v.To, v.Rate, v.Low, v.High = r.GetFrom(), r.GetTo(), fraction(r.GetRate()), fraction(r.GetLow()), fraction(r.GetHigh())
	}
	return v
}

// fraction is an exact fraction with its decimal beside it: 9/7 ≈ 1.2857.
func fraction(f *metricsv1.Fraction) string {
	text := number(f.GetNumerator()) + "/" + number(f.GetDenominator())
	n, err := exact.Parse(f.GetNumerator().GetValue())
	if err != nil {
		return text
	}
	d, err := exact.Parse(f.GetDenominator().GetValue())
	if err != nil {
		return text
	}
	q, _, err := n.Quo(d)
	if err != nil {
		return text
	}
	short, inexact, err := q.Quantize(4)
	switch {
	case err != nil:
		return text
	case inexact:
		return text + " ≈ " + short.String()
	}
	return text + " = " + q.String()
}

// digits says how many digits of the printed number count.
func digits(s *metricsv1.SignificantDigits) string {
	switch {
	case s.GetMax() == 0:
		return ""
	case s.GetMin() == s.GetMax():
		return itoa(s.GetMax())
	}
	return itoa(s.GetMin()) + " to " + itoa(s.GetMax())
}

// dimensions are the parts of a series key: the area, the area that it is seen
// with, then the others by name.
func dimensions(m map[string]string) []dimension {
	out := make([]dimension, 0, len(m))
	for id, value := range m {
		out = append(out, dimension{Name: dimensionWords(id), ID: id, Value: value})
	}
	slices.SortFunc(out, func(a, b dimension) int {
		return cmp.Or(cmp.Compare(dimensionRank(a.ID), dimensionRank(b.ID)), strings.Compare(a.ID, b.ID))
	})
	return out
}

func dimensionRank(id string) int {
	switch id {
	case "REF_AREA":
		return 0
	case "COUNTERPART_AREA":
		return 1
	}
	return 2
}

// dimensionWords makes an SDMX concept readable.
func dimensionWords(id string) string {
	if id == "REF_AREA" {
		return "Reference area"
	}
	words := strings.ToLower(strings.ReplaceAll(id, "_", " "))
	return strings.ToUpper(words[:min(1, len(words))]) + words[min(1, len(words)):]
}

// hidden reports whether a figure stands in a text in words that are not on
// record.
func hidden(printed string, r *metricsv1.Reported) bool {
	return printed == "" && len(r.GetSpans()) > 0
}

// hedge is the hedge as printed, where its words are on record.
func hedge(r *metricsv1.Reported) string {
	for _, span := range r.GetSpans() {
		if span.GetRole() == typev1.TextSpan_HEDGE {
			return span.GetExact()
		}
	}
	return ""
}
