package pages

import (
	"maps"
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
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

// claimView is what a source says of a figure beside others. Outcome is what the
// series says of it, where that was asked; Against are figures that say otherwise.
type claimView struct {
	Kind, Scope, Words     string
	Outcome, Class, Reason string
	Against                []*link
}

// inputView is a figure that another was computed from.
type inputView struct {
	Variable, Revision string
	Figure             *link
}

// derivationView is how a figure was computed from others.
type derivationView struct {
	Formula, Rounding string
	Inputs            []inputView
	Inexact           bool
}

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
	Printed     string
	Hidden      bool
	Hedge       string
	HedgeWords  string
	ReadingRule string
	Digits      string
	Dimensions  []dimension
	Period      period
	Frequency   string
	Alternates  []alternateView
	Claims      []claimView
	Passages    []passage
	StatedIn    []*link
	InQuote     bool
	Series      *link
	Document    *link
	Version     string
	InText      *link
	Origin      *metricsv1.Origin
	OriginLink  *link
	// Published and Accessed are those of the origin.
	Published period
	Accessed  *moment
	// Attributed is whose data the source says it is, Claimant who says so.
	Attributed string
	Claimant   *link
	Released   period
	Statuses   []string
	Conf       string
	Decimals   string
	// Rounded is what the printed form may have been rounded from.
	Rounded       string
	Attributes    []dimension
	Base          period
	Derivation    *derivationView
	Stale         bool
	Restricted    *restriction
	Comment       string
	Recorded      *moment
	Revision, UID string
	Offset        string
	// Unverified says that nobody has compared the words with the text.
	Unverified bool
	// Context says that the characters around the passages are shown: the text is
	// not beside the card.
	Context bool
	// Found is the text of a search's result with the words that were looked for.
	Found []run
	// Certainty is how far the number can be relied on to be what the source says.
	Certainty string
	// Corrected are its corrections, where a page shows them on the card.
	Corrected correctionList
}

func newFigureView(f *metricsv1.Figure, known names) *figureView {
	v := &figureView{
		Name: f.GetName(), ID: idOf(f.GetName()), Anchor: anchor(f.GetName()), Href: pagePath(f.GetName()), API: apiPath(f.GetName()),
		Metric: known.to(f.GetMetric()), Kind: valueKind(f.GetValueKind()), Value: words.Figure(f), Printed: words.Printed(f.GetReported(), f.GetUnit()),
		Hedge: words.Approximators[f.GetApproximator()], HedgeWords: hedge(f.GetReported()), ReadingRule: f.GetReadingRule(),
		Digits: digits(f.GetSignificantDigits()), Dimensions: dimensions(f.GetMetric(), f.GetDimensions(), known), Period: newPeriod(f.GetTimePeriod()),
		Frequency: words.Frequencies[f.GetFrequency()], Inexact: f.GetNormalized().GetInexact(), Origin: f.GetOrigin(),
		OriginLink: external(f.GetOrigin().GetUri()), Comment: f.GetComment(), Recorded: newMoment(f.GetCreateTime()),
		Revision: f.GetRevisionId(), UID: f.GetUid(), Context: true, Claimant: known.to(f.GetClaimant()),
		Series: &link{Href: seriesPath(f.GetMetric(), f.GetDimensions(), f.GetFrequency()), Text: "its series"},
	}
	if base := f.GetNormalized(); base != nil && base.GetUnit().GetCode() != f.GetUnit().GetCode() {
		v.Normalized = words.Normalized(f)
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
		v.Claims = append(v.Claims, newClaim(c))
	}
	if !words.Prints(f.GetReported()) {
		v.Digits = ""
	}
	v.addSDMX(f)
	v.Certainty = figureCertainty(f, v.Unverified)
	v.addDerivation(f.GetDerivation(), known)
	return v
}

// newClaim says a claim in words: "the highest since 2008".
func newClaim(c *metricsv1.ComparisonClaim) claimView {
	v := claimView{Kind: claimKinds[c.GetKind()], Scope: c.GetScope(), Words: c.GetSpan().GetExact()}
	switch c.GetKind() {
	case metricsv1.ComparisonClaim_HIGHEST_SINCE, metricsv1.ComparisonClaim_LOWEST_SINCE:
		v.Kind += words.PeriodOf(c.GetSince())
	case metricsv1.ComparisonClaim_MULTIPLE_OF:
		v.Kind = words.Number(c.GetFactor()) + " times the figure of " + words.PeriodOf(c.GetBasePeriod())
	default:
	}
	return v
}

// addSDMX adds what the source says of the number beside it.
func (v *figureView) addSDMX(f *metricsv1.Figure) {
	for _, code := range f.GetObsStatus() {
		if said := words.Status(code); said != "" {
			v.Statuses = append(v.Statuses, said+" ("+code+")")
		}
	}
	v.Restricted = figureRestriction(f)
	v.Conf, v.Stale, v.Attributed = f.GetConfStatus(), f.GetStale(), f.GetAttributedProducer()
	v.Released, v.Base = newPeriod(f.GetReleaseTime()), newPeriod(f.GetBasePeriod())
	v.Published, v.Accessed = newPeriod(f.GetOrigin().GetPublishTime()), newMoment(f.GetOrigin().GetAccessTime())
	if f.Decimals != nil {
		v.Decimals = words.Itoa(f.GetDecimals())
	}
	if r := f.GetRoundingInterval(); r != nil {
		v.Rounded = rounded(r) + " " + words.Unit(f.GetNormalized().GetUnit(), f.GetCountedObject())
	}
	for _, id := range slices.Sorted(maps.Keys(f.GetAttributes())) {
		v.Attributes = append(v.Attributes, dimension{Name: words.Dimension(id), ID: id, Value: f.GetAttributes()[id]})
	}
}

// rounded words an interval of rounding: halves are rounded away from zero, so that which end belongs to it goes by the sign.
func rounded(r *metricsv1.RoundingInterval) string {
	low, high := r.GetLow().GetValue(), r.GetHigh().GetValue()
	negative := strings.HasPrefix(low, "-")
	switch {
	case negative && high != "0" && !strings.HasPrefix(high, "-"): // of zero
		return "more than " + words.Number(r.GetLow()) + " and less than " + words.Number(r.GetHigh())
	case negative:
		return "more than " + words.Number(r.GetLow()) + " and at most " + words.Number(r.GetHigh())
	default:
		return "at least " + words.Number(r.GetLow()) + " and less than " + words.Number(r.GetHigh())
	}
}

func (v *figureView) addDerivation(d *metricsv1.Derivation, known names) {
	if d == nil {
		return
	}
	v.Derivation = &derivationView{Formula: d.GetFormula(), Inexact: d.GetInexact()}
	if d.RoundingDecimals != nil {
		v.Derivation.Rounding = words.Itoa(d.GetRoundingDecimals())
	}
	for _, in := range d.GetInputs() {
		v.Derivation.Inputs = append(v.Derivation.Inputs, inputView{in.GetVariable(), in.GetRevisionId(), known.to(in.GetFigure())})
	}
}

func newAlternate(a *metricsv1.Alternate) alternateView {
	v := alternateView{
		Printed: words.Printed(a.GetReported(), a.GetUnit()),
		Value:   strings.TrimSpace(words.Scaled(a.GetValue(), a.GetUnitMult()) + " " + words.Unit(a.GetUnit(), "")),
	}
	if r := a.GetArticleRate(); r != nil {
		v.From, v.To, v.Rate, v.Low, v.High = r.GetFrom(), r.GetTo(), fraction(r.GetRate()), fraction(r.GetLow()), fraction(r.GetHigh())
	}
	return v
}

// fraction is an exact fraction with its decimal beside it: 9/7 ≈ 1.2857.
func fraction(f *metricsv1.Fraction) string {
	text := words.Number(f.GetNumerator()) + "/" + words.Number(f.GetDenominator())
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
		return words.Itoa(s.GetMax())
	}
	return words.Itoa(s.GetMin()) + " to " + words.Itoa(s.GetMax())
}

// dimensions are the parts of a series key.
func dimensions(metric string, key map[string]string, known names) []dimension {
	places := placeWords{metric, known}
	out := make([]dimension, 0, len(key))
	for _, id := range words.DimensionOrder(key) {
		out = append(out, dimension{Name: words.Dimension(id), ID: id, Value: places.word(id, key[id])})
	}
	return out
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
