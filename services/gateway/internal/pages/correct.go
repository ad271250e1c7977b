package pages

import (
	"net/http"
	"slices"
	"strconv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// correctView is the form with which an editor corrects a statement or a figure. A script
// sends it to the API; without the script the page says how to do it by hand.
type correctView struct {
	// Name is the resource, Body the field of the request that holds it.
	Name, Body string
	// Shown is what it says now, for people.
	Shown  string
	Back   string
	ETag   string
	API    string
	Kinds  []choice
	Groups []fieldGroup
	// Example is the body of a request made by hand, Printed that of a figure that a text
	// prints, as it is on record.
	Example, Printed string
}

// fieldGroup are fields that belong together. Note is said above them.
type fieldGroup struct {
	Title  string
	Fields []correctField
	Note   string
}

// correctField is one value that may be put right. Path is where it stands in the
// resource: parts separated by dots, of a list a number.
type correctField struct {
	Path, Label, Value, Help string
	// Kind is "text", "long", "number", "place" or "choice".
	Kind    string
	Options []choice
}

// correctionKindsToMake are those that the form can make: what is withdrawn is deleted.
var correctionKindsToMake = []typev1.Correction_Kind{typev1.Correction_ERROR, typev1.Correction_UPDATE, typev1.Correction_CLARIFICATION}

func newCorrectView(name, body, shown, etag, example string) *correctView {
	v := &correctView{Name: name, Body: body, Shown: shown, Back: pagePath(name), ETag: etag, API: apiPath(name), Example: example}
	for _, kind := range correctionKindsToMake {
		v.Kinds = append(v.Kinds, choice{Value: kind.String(), Text: correctionKinds[kind][0] + ": " + correctionKinds[kind][1]})
	}
	return v
}

func (v *correctView) page() *page {
	section := v.Body + "s"
	return &page{
		Template: "correct", Title: "Correct a " + v.Body, Section: section, API: v.API, Data: v, Name: v.Name,
		Styles: []string{"measure.css"}, Scripts: []string{"correct.js"},
	}
}

// correctFigure is the form of a figure.
func (e *explorer) correctFigure(r *http.Request) (*page, error) {
	_, name, err := readNamed(r, "figures")
	if err != nil {
		return nil, err
	}
	f, err := e.Figures.GetFigure(r.Context(), &metricsv1.GetFigureRequest{Name: name})
	if err != nil {
		return nil, err
	}
	known := e.resolve(r.Context(), f.GetMetric())
	v := newCorrectView(name, "figure", known.of(f.GetMetric())+", "+words.PeriodOf(f.GetTimePeriod())+": "+words.Figure(f), f.GetEtag(),
		figureExample(f))
	v.Groups = []fieldGroup{
		{Title: "The number", Fields: []correctField{
			chosen("valueKind", "What it is", f.GetValueKind().String(), kindChoices(f.GetValueKind().String())),
			{Path: "value.value", Label: "Value", Value: f.GetValue().GetValue(), Kind: "text", Help: "A decimal without thousands separators, in the unit and power of ten below."},
			{Path: "lower.value.value", Label: "Lower bound", Value: f.GetLower().GetValue().GetValue(), Kind: "text"},
			{Path: "upper.value.value", Label: "Upper bound", Value: f.GetUpper().GetValue().GetValue(), Kind: "text"},
			chosen("approximator", "Hedge", f.GetApproximator().String(), enumChoices(f.GetApproximator(), metricsv1.Figure_Approximator_name)),
			{Path: "unit.code", Label: "Unit", Value: f.GetUnit().GetCode(), Kind: "text", Help: "A currency of ISO 4217 or a UCUM code."},
			{Path: "unitMult", Label: "Power of ten", Value: words.Itoa(f.GetUnitMult()), Kind: "number", Help: "6 of a number in millions."},
			{Path: "countedObject", Label: "What is counted", Value: f.GetCountedObject(), Kind: "text"},
		}},
		{Title: "What it is about", Fields: []correctField{
			{Path: "timePeriod.edtf", Label: "Period", Value: f.GetTimePeriod().GetEdtf(), Kind: "text", Help: "EDTF, such as 2022, 2022-05 or 2010/2015; empty if the source states none."},
		}},
		{Title: "Where it is from", Fields: []correctField{
			{Path: "releaseTime.edtf", Label: "Put out", Value: f.GetReleaseTime().GetEdtf(), Kind: "text", Help: "EDTF."},
			{Path: "attributedProducer", Label: "Attributed to", Value: f.GetAttributedProducer(), Kind: "text"},
			{Path: "comment", Label: "Editor’s note", Value: f.GetComment(), Kind: "long"},
		}},
	}
	for _, id := range words.DimensionOrder(f.GetDimensions()) {
		v.Groups[1].Fields = append(v.Groups[1].Fields, correctField{Path: "dimensions." + id, Label: words.Dimension(id), Value: f.GetDimensions()[id], Kind: "text"})
	}
	if words.Prints(f.GetReported()) || f.GetReported().GetValue() != nil {
		v.Groups = slices.Insert(v.Groups, 1, printedGroup(f))
		v.Printed = printedExample(f)
	}
	return v.page(), nil
}

// correctStatement is the form of a statement.
func (e *explorer) correctStatement(r *http.Request) (*page, error) {
	_, name, err := readNamed(r, "statements")
	if err != nil {
		return nil, err
	}
	s, err := e.Statements.GetStatement(r.Context(), &statementsv1.GetStatementRequest{Name: name})
	if err != nil {
		return nil, err
	}
	v := newCorrectView(name, "statement", s.GetText(), s.GetEtag(),
		`{"kind": "CLARIFICATION", "reason": "Where it was said was not clear.", "statement": {"comment": "Said on the steps of the town hall."}}`)
	for i, speaker := range s.GetSpeakers() {
		at, title := "speakers."+strconv.Itoa(i)+".", "Speaker"
		if len(s.GetSpeakers()) > 1 {
			title += " " + strconv.Itoa(i+1)
		}
		v.Groups = append(v.Groups, fieldGroup{Title: title, Fields: []correctField{
			{Path: at + "entity", Label: "Who", Value: speaker.GetEntity(), Kind: "text", Help: "entities/{entity}; empty if the text names nobody."},
			{Path: at + "attributionText", Label: "As printed", Value: speaker.GetAttributionText(), Kind: "text"},
			{Path: at + "role", Label: "Role at the time", Value: speaker.GetRole(), Kind: "text"},
			{Path: at + "affiliation", Label: "Speaking for", Value: speaker.GetAffiliation(), Kind: "text", Help: "entities/{entity}"},
		}})
	}
	v.Groups = append(v.Groups, fieldGroup{Title: "What was said", Fields: []correctField{
		chosen("statementType", "How it is given", s.GetStatementType().String(), statementTypeChoices(s.GetStatementType())),
		{Path: "statementTime.edtf", Label: "When it was said", Value: s.GetStatementTime().GetEdtf(), Kind: "text", Help: "EDTF, such as 2023-11-17; empty if the source states none."},
		{Path: "languageCode", Label: "Language", Value: s.GetLanguageCode(), Kind: "text", Help: "BCP 47, such as en."},
		{Path: "comment", Label: "Editor’s note", Value: s.GetComment(), Kind: "long"},
	}})
	return v.page(), nil
}

func chosen(path, label, value string, options []choice) correctField {
	return correctField{Path: path, Label: label, Value: value, Kind: "choice", Options: options}
}

func statementTypeChoices(selected statementsv1.Statement_StatementType) []choice {
	var out []choice
	for n := statementsv1.Statement_DIRECT; n <= statementsv1.Statement_WRITTEN; n++ {
		out = append(out, choice{Value: n.String(), Text: statementTypes[n].Words, Selected: n == selected})
	}
	return out
}

// enumChoices are the values of an enum in the order of their numbers.
func enumChoices[E ~int32](selected E, names map[int32]string) []choice {
	var out []choice
	for n := int32(1); names[n] != ""; n++ {
		out = append(out, choice{Value: names[n], Text: words.EnumWords(names[n]), Selected: E(n) == selected})
	}
	return out
}
