package show

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// A quantity is what figures and observations have in common.
type quantity interface {
	GetValue() *decimal.Decimal
	GetValues() []*decimal.Decimal
	GetLower() *metricsv1.Bound
	GetUpper() *metricsv1.Bound
}

// Quantity writes a value with its bounds, never a midpoint: "860000000000",
// "[20000, 100000)", "> 296000000000", "≤ 5", "1, 2", or why there is none.
func Quantity(q quantity, missing metricsv1.Figure_MissingReason) string {
	lower, upper := q.GetLower(), q.GetUpper()
	switch {
	case q.GetValue() != nil:
		return q.GetValue().GetValue()
	case len(q.GetValues()) > 0:
		texts := make([]string, len(q.GetValues()))
		for i, value := range q.GetValues() {
			texts[i] = value.GetValue()
		}
		return strings.Join(texts, ", ")
	case lower != nil && upper != nil:
		opening, closing := "(", ")"
		if lower.GetInclusive() {
			opening = "["
		}
		if upper.GetInclusive() {
			closing = "]"
		}
		return opening + lower.GetValue().GetValue() + ", " + upper.GetValue().GetValue() + closing
	case lower != nil:
		return end(lower, ">", "≥")
	case upper != nil:
		return end(upper, "<", "≤")
	default:
		return words(missing.String())
	}
}

func end(bound *metricsv1.Bound, exclusive, inclusive string) string {
	if bound.GetInclusive() {
		exclusive = inclusive
	}
	return exclusive + " " + bound.GetValue().GetValue()
}

// Hedge writes an approximator, "" where no hedge is printed.
func Hedge(approximator metricsv1.Figure_Approximator) string {
	switch approximator {
	case metricsv1.Figure_NONE, metricsv1.Figure_APPROXIMATOR_UNSPECIFIED:
		return ""
	default:
		return words(approximator.String())
	}
}

// Period writes a time as its source has it: in EDTF, or why there is none.
func Period(period *typev1.TimePeriod) string {
	switch {
	case period == nil:
		return ""
	case period.GetEdtf() != "":
		return period.GetEdtf()
	default:
		return words(period.GetMissingReason().String())
	}
}

// Dimensions writes a series key, in the order of its ids: "FLOW=TOTAL
// REF_AREA=US".
func Dimensions(dimensions map[string]string) string {
	keys := slices.Sorted(maps.Keys(dimensions))
	for i, key := range keys {
		keys[i] = key + "=" + dimensions[key]
	}
	return strings.Join(keys, " ")
}

// hashShown is how much of a hash a person gets to see; JSON has all of it.
const hashShown = 12

// Span writes where a passage stands, its words or their hash, and whether they
// were verified.
func Span(span *typev1.TextSpan) string {
	text := fmt.Sprintf("[%d, %d)", span.GetStart(), span.GetEnd())
	if exact := span.GetExact(); exact != "" {
		text += " “" + exact + "”"
	} else if hash := span.GetExactSha256(); hash != "" {
		text += " words withheld, SHA-256 " + hash[:min(len(hash), hashShown)] + "…"
	}
	if state := span.GetAnchorState(); state != typev1.TextSpan_ANCHOR_STATE_UNSPECIFIED {
		text += ", " + words(state.String())
	}
	if role := span.GetRole(); role != typev1.TextSpan_ROLE_UNSPECIFIED {
		text = words(role.String()) + " " + text
	}
	return text
}

// Time writes an instant in RFC 3339, UTC.
func Time(at *timestamppb.Timestamp) string {
	if at == nil {
		return ""
	}
	return at.AsTime().Format(time.RFC3339Nano)
}

// words writes an enum value in small letters.
func words(value string) string { return strings.ToLower(strings.ReplaceAll(value, "_", " ")) }
