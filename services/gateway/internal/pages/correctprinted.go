package pages

import (
	"encoding/json"
	"fmt"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// printedGroup are the fields of what the source prints: they are corrected together with
// the number, which must be what they say.
func printedGroup(f *metricsv1.Figure) fieldGroup {
	r := f.GetReported()
	group := fieldGroup{
		Title: "What the source prints",
		Note: "Number and words must agree, and the words are compared with the text of the document. If the number was misread, put right all of it: value above, " +
			"number and words here. If it stands elsewhere in the text, its place changes too; if the publisher changed the text, the version that prints it.",
		Fields: []correctField{
			{Path: "reported.value.value", Label: "Number", Value: r.GetValue().GetValue(), Kind: "text", Help: "A decimal, without unit and multiplier."},
			{Path: "reported.numberText", Label: "Number as printed", Value: r.GetNumberText(), Kind: "text"},
			{Path: "reported.text", Label: "Whole expression", Value: r.GetText(), Kind: "text"},
			{Path: "reported.unitSymbol", Label: "Unit as printed", Value: r.GetUnitSymbol(), Kind: "text"},
			{Path: "reported.multiplierText", Label: "Multiplier as printed", Value: r.GetMultiplierText(), Kind: "text", Help: "Such as billion."},
			{Path: "documentVersion", Label: "Printed in", Value: f.GetDocumentVersion(), Kind: "text", Help: "documents/{document}/versions/{version}"},
		},
	}
	for i, span := range r.GetSpans() {
		at, role := fmt.Sprintf("reported.spans.%d.", i), words.EnumWords(span.GetRole().String())
		group.Fields = append(group.Fields,
			correctField{Path: at + "exact", Label: "Words of the " + role, Value: span.GetExact(), Kind: "text"},
			correctField{Path: at + "start", Label: "Start of the " + role, Value: words.Itoa(span.GetStart()), Kind: "place", Help: "In code points from the beginning of the text."},
			correctField{Path: at + "end", Label: "End of the " + role, Value: words.Itoa(span.GetEnd()), Kind: "place"})
	}
	return group
}

// figureExample is a correction by hand that the figure takes as it is: of its value where
// no text says what that must be.
func figureExample(f *metricsv1.Figure) string {
	if f.GetValueKind() != metricsv1.Figure_POINT || f.GetReported() != nil || f.GetDerivation() != nil {
		return `{"kind": "CLARIFICATION", "reason": "What is counted was not clear.", "figure": {"comment": "Ships of more than 300 tons."}}`
	}
	value := "6"
	if f.GetValue().GetValue() == value {
		value = "9"
	}
	return `{"kind": "ERROR", "reason": "One digit was misread.", "figure": {"value": {"value": "` + value + `"}}}`
}

// printedExample is the body of a correction that says all that is on record of a number
// that a text prints; what is wrong in it is to be put right.
func printedExample(f *metricsv1.Figure) string {
	type number struct {
		Value string `json:"value"`
	}
	type span struct {
		Start int32  `json:"start"`
		End   int32  `json:"end"`
		Exact string `json:"exact,omitempty"`
		Role  string `json:"role"`
	}
	type reported struct {
		Text       string  `json:"text,omitempty"`
		NumberText string  `json:"numberText,omitempty"`
		Value      *number `json:"value,omitempty"`
		Spans      []span  `json:"spans,omitempty"`
	}
	type figure struct {
		Value    *number  `json:"value,omitempty"`
		Reported reported `json:"reported"`
	}
	r := f.GetReported()
	shown := figure{Reported: reported{Text: r.GetText(), NumberText: r.GetNumberText()}}
	if r.GetValue() != nil {
		shown.Reported.Value = &number{r.GetValue().GetValue()}
	}
	if f.GetValue() != nil {
		shown.Value = &number{f.GetValue().GetValue()}
	}
	for _, s := range r.GetSpans() {
		shown.Reported.Spans = append(shown.Reported.Spans, span{s.GetStart(), s.GetEnd(), s.GetExact(), s.GetRole().String()})
	}
	body, err := json.MarshalIndent(map[string]any{"kind": "ERROR", "reason": "Another number of the text is meant.", "figure": shown}, "", "  ")
	if err != nil {
		return "" // strings and numbers always are JSON
	}
	return string(body)
}
