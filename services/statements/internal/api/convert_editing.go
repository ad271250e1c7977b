package api

import (
	"maps"
	"slices"
	"strconv"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func linksFromProto(links []*statementsv1.StatementLink) (out []domain.Link) {
	for _, link := range links {
		out = append(out, domain.Link{Type: enumName(link.GetType()), Statement: link.GetStatement()})
	}
	return out
}

func linksToProto(links []domain.Link) (out []*statementsv1.StatementLink) {
	for _, link := range links {
		out = append(out, &statementsv1.StatementLink{
			Type: enumValue[statementsv1.StatementLink_Type](statementsv1.StatementLink_Type_value, link.Type), Statement: link.Statement,
		})
	}
	return out
}

func referencesFromProto(references []*statementsv1.Reference) (out []domain.Reference) {
	for _, r := range references {
		out = append(out, domain.Reference{Version: r.GetDocumentVersion(), URI: r.GetUri(), Comment: r.GetComment()})
	}
	return out
}

func referencesToProto(references []domain.Reference) (out []*statementsv1.Reference) {
	for _, r := range references {
		out = append(out, &statementsv1.Reference{DocumentVersion: r.Version, Uri: r.URI, Comment: r.Comment})
	}
	return out
}

// qualifiersFromProto reads qualifiers, in the order of their keys. path is their
// field.
func qualifiersFromProto(values map[string]*statementsv1.QualifierValue, path string, faults *errs.Violations) (out []domain.Qualifier) {
	for _, key := range slices.Sorted(maps.Keys(values)) {
		q := domain.Qualifier{Key: key}
		switch value := values[key].GetValue().(type) {
		case *statementsv1.QualifierValue_Text:
			q.Kind, q.Value = domain.QualifierText, value.Text
		case *statementsv1.QualifierValue_Entity:
			q.Kind, q.Value = domain.QualifierEntity, value.Entity
		case *statementsv1.QualifierValue_Number:
			q.Kind = domain.QualifierNumber
			q.Value = decimalFromProto(value.Number, path+"["+strconv.Quote(key)+"].number", faults)
		case *statementsv1.QualifierValue_Edtf:
			q.Kind, q.Value = domain.QualifierEDTF, value.Edtf
		}
		out = append(out, q)
	}
	return out
}

func qualifiersToProto(qualifiers []domain.Qualifier) map[string]*statementsv1.QualifierValue {
	if len(qualifiers) == 0 {
		return nil
	}
	out := make(map[string]*statementsv1.QualifierValue, len(qualifiers))
	for _, q := range qualifiers {
		value := &statementsv1.QualifierValue{}
		switch q.Kind {
		case domain.QualifierText:
			value.Value = &statementsv1.QualifierValue_Text{Text: q.Value}
		case domain.QualifierEntity:
			value.Value = &statementsv1.QualifierValue_Entity{Entity: q.Value}
		case domain.QualifierNumber:
			value.Value = &statementsv1.QualifierValue_Number{Number: decimalToProto(q.Value)}
		case domain.QualifierEDTF:
			value.Value = &statementsv1.QualifierValue_Edtf{Edtf: q.Value}
		}
		out[q.Key] = value
	}
	return out
}

// extractionFromProto reads how a statement was found, whose field is path; nil if
// nobody said.
func extractionFromProto(x *statementsv1.Extraction, path string, faults *errs.Violations) *domain.Extraction {
	if x == nil {
		return nil
	}
	out := &domain.Extraction{
		Method: enumName(x.GetMethod()), Tool: x.GetTool(), ToolVersion: x.GetToolVersion(), Annotator: x.GetAnnotator(),
		ReviewState: enumName(x.GetReviewState()),
	}
	if out.ReviewState == domain.Unreviewed {
		out.ReviewState = ""
	}
	out.Confidence = optionalDecimal(x.GetConfidence(), path+".confidence", faults)
	return out
}

func extractionToProto(x *domain.Extraction) *statementsv1.Extraction {
	if x == nil {
		return nil
	}
	return &statementsv1.Extraction{
		Method: enumValue[statementsv1.Extraction_Method](statementsv1.Extraction_Method_value, x.Method),
		Tool:   x.Tool, ToolVersion: x.ToolVersion, Annotator: x.Annotator,
		ReviewState: enumValue[statementsv1.Extraction_ReviewState](statementsv1.Extraction_ReviewState_value, x.ReviewStateName()),
		Confidence:  decimalToProto(x.Confidence),
	}
}
