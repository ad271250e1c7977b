package pages

import (
	"maps"
	"slices"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// originalView is what a translated statement was translated from.
type originalView struct{ Text, Language, Translator string }

func newOriginal(s *statementsv1.Statement) *originalView {
	if s.GetOriginalLanguageCode() == "" && s.GetOriginalText() == "" && s.GetTranslator() == "" {
		return nil
	}
	return &originalView{Text: s.GetOriginalText(), Language: s.GetOriginalLanguageCode(), Translator: s.GetTranslator()}
}

// relation is a link of a statement to another.
type relation struct {
	Words string
	To    *link
}

var relationWords = map[statementsv1.StatementLink_Type]string{
	statementsv1.StatementLink_SAME:             "The same words as",
	statementsv1.StatementLink_PARTIAL_OF:       "A part of",
	statementsv1.StatementLink_PARAPHRASE_OF:    "In other words what is said in",
	statementsv1.StatementLink_TRANSLATION_OF:   "A translation of",
	statementsv1.StatementLink_CONTRADICTS:      "Contradicts",
	statementsv1.StatementLink_RETRACTS_EARLIER: "Takes back",
}

func relationsOf(s *statementsv1.Statement, known names) (relations []relation) {
	for _, l := range s.GetLinks() {
		words := relationWords[l.GetType()]
		if words == "" {
			words = "Related to"
		}
		relations = append(relations, relation{Words: words, To: known.to(l.GetStatement())})
	}
	return relations
}

// referenceView is what else supports a statement. To or Web is set; if neither is,
// URI is no web address and no link.
type referenceView struct {
	To, Web      *link
	URI, Comment string
}

func referencesOf(s *statementsv1.Statement, known names) (references []referenceView) {
	for _, r := range s.GetReferences() {
		v := referenceView{Web: external(r.GetUri()), URI: r.GetUri(), Comment: r.GetComment()}
		if version := r.GetDocumentVersion(); version != "" {
			v.To = &link{Href: pagePath(version), Text: known.of(documentOf(version)) + ", version " + idOf(version)}
		}
		references = append(references, v)
	}
	return references
}

// qualifierView is one more thing that is known of a statement.
type qualifierView struct {
	Key, Text string
	// Entity is set instead of Text.
	Entity *link
}

func qualifiersOf(s *statementsv1.Statement, known names) (qualifiers []qualifierView) {
	for _, key := range slices.Sorted(maps.Keys(s.GetQualifiers())) {
		v := qualifierView{Key: key}
		switch value := s.GetQualifiers()[key].GetValue().(type) {
		case *statementsv1.QualifierValue_Text:
			v.Text = value.Text
		case *statementsv1.QualifierValue_Entity:
			v.Entity = known.to(value.Entity)
		case *statementsv1.QualifierValue_Number:
			v.Text = value.Number.GetValue()
		case *statementsv1.QualifierValue_Edtf:
			v.Text = words.Period(value.Edtf)
		}
		qualifiers = append(qualifiers, v)
	}
	return qualifiers
}

// backgroundNames are the resources that the background of a statement names.
func backgroundNames(s *statementsv1.Statement) []string {
	out := append([]string{s.GetParentStatement(), s.GetRedirectTo()}, s.GetTopics()...)
	for _, a := range s.GetAppearances() {
		out = append(out, documentOf(a.GetDocumentVersion()))
	}
	for _, l := range s.GetLinks() {
		out = append(out, l.GetStatement())
	}
	for _, r := range s.GetReferences() {
		out = append(out, documentOf(r.GetDocumentVersion()))
	}
	for _, q := range s.GetQualifiers() {
		out = append(out, q.GetEntity())
	}
	return out
}
