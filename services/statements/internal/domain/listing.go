package domain

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/listquery"
)

// The short names of the proto enums.
var (
	statementTypes = []string{Direct, "INDIRECT", "MIXED", "FREE_INDIRECT", "THOUGHT", Written}
	valueTypes     = []string{Value, Unknown, None}
	sourceTypes    = []string{"NAMED_INDIVIDUAL", "UNNAMED_INDIVIDUAL", "NAMED_GROUP", "UNNAMED_GROUP", "DOCUMENT", "POLL"}
	ranks          = []string{Preferred, NormalRank, Deprecated}
	methods        = []string{Human, "TOOL", "MODEL"}
	reviewStates   = []string{Unreviewed, "ACCEPTED", "REJECTED"}
	anchorStates   = []string{Anchored, Moved, Changed, Orphaned, Unverified}
	entityTypes    = []string{"PERSON", "ORGANIZATION", "PLACE", "EVENT", "GROUP"}
)

// newestFirst is the order of a list that asks for none.
const newestFirst = "create_time desc"

// hasOps are the operators of a list field: = is the same as : there, any one of
// the elements.
var hasOps = []listquery.Op{listquery.OpHas, listquery.OpEq, listquery.OpSet}

// nameOps are the operators of a field that holds one name.
var nameOps = []listquery.Op{listquery.OpEq, listquery.OpNe, listquery.OpSet}

// DocumentFields are what ListDocuments filters and orders by.
var DocumentFields = listquery.Schema{
	ID: "name", DefaultOrder: newestFirst,
	Fields: append(times(),
		listquery.Field{Name: "uri", Kind: listquery.String},
		listquery.Field{Name: "headline", Kind: listquery.String, Sortable: true},
		listquery.Field{Name: "publisher", Kind: listquery.String},
		listquery.Field{Name: "byline", Kind: listquery.String},
		listquery.Field{Name: "language_code", Kind: listquery.String},
		listquery.Field{Name: "license", Kind: listquery.String},
		listquery.Field{Name: "text_withheld", Kind: listquery.Bool},
		listquery.Field{Name: "restricted", Kind: listquery.Bool},
		listquery.Field{Name: "embargo_end_time", Kind: listquery.Time},
	),
}

// EntityFields are what ListEntities filters and orders by.
var EntityFields = listquery.Schema{
	ID: "name", DefaultOrder: newestFirst,
	Fields: append(times(),
		listquery.Field{Name: "entity_type", Kind: listquery.Enum, Enum: entityTypes},
		listquery.Field{Name: "display_name", Kind: listquery.String, Sortable: true},
		listquery.Field{Name: "aliases", Kind: listquery.StringList, Ops: hasOps},
		listquery.Field{Name: "identifiers", Kind: listquery.StringMap},
		anyOf("memberships.organization", ParseEntity),
	),
}

// StatementFields are what ListStatements and SearchStatements filter by, and
// ListStatements orders by.
var StatementFields = listquery.Schema{
	ID: "name", DefaultOrder: newestFirst,
	Fields: append(times(),
		orNone(anyOf("document", ParseDocument)), orNone(anyOf("document_version", parseVersionName)),
		listquery.Field{Name: "statement_type", Kind: listquery.Enum, Enum: statementTypes},
		listquery.Field{Name: "language_code", Kind: listquery.String},
		listquery.Field{Name: "original_language_code", Kind: listquery.String},
		listquery.Field{Name: "verbatim", Kind: listquery.Bool},
		listquery.Field{Name: "restricted", Kind: listquery.Bool},
		anyOf("speaker", ParseEntity), anyOf("affiliation", ParseEntity), anyOf("audience", ParseEntity), anyOf("topics", ParseEntity),
		listquery.Field{Name: "role", Kind: listquery.StringList, Ops: hasOps},
		anyOf("speakers.value_type", oneOf(valueTypes)), anyOf("speakers.source_type", oneOf(sourceTypes)),
		anyOf("speakers.candidates", ParseEntity),
		name("event", ParseEntity), name("location", ParseEntity), name("parent_statement", ParseStatement),
		anyOf("links.statement", ParseStatement),
		listquery.Field{Name: "rank", Kind: listquery.Enum, Enum: ranks},
		listquery.Field{Name: "extraction.method", Kind: listquery.Enum, Enum: methods},
		listquery.Field{Name: "extraction.tool", Kind: listquery.String},
		listquery.Field{Name: "extraction.confidence", Kind: listquery.Decimal},
		listquery.Field{Name: "extraction.review_state", Kind: listquery.Enum, Enum: reviewStates},
		listquery.Field{Name: "latest_anchor.anchor_state", Kind: listquery.Enum, Enum: anchorStates},
		listquery.Field{Name: "text_key", Kind: listquery.String, Ops: nameOps},
		listquery.Field{Name: "appearance_count", Kind: listquery.Int},
		listquery.Field{Name: "statement_time", Kind: listquery.Period, Sortable: true},
		listquery.Field{Name: "publish_time", Kind: listquery.Period},
		listquery.Field{Name: "access_time", Kind: listquery.Time},
	),
}

// RefFields are the fields of StatementFields that are references.
var RefFields = map[string]RefKind{
	"document": RefDocument, "document_version": RefVersion, "speaker": RefSpeaker, "affiliation": RefAffiliation,
	"audience": RefAudience, "event": RefEvent, "location": RefLocation, "parent_statement": RefParent, "role": RefRole,
	"topics": RefTopic, "links.statement": RefLink, "speakers.candidates": RefCandidate,
	"speakers.source_type": RefSourceType, "speakers.value_type": RefValueType,
}

// GroupFields are the fields that CountStatements counts by.
var GroupFields = []string{
	"statement_type", "language_code", "document", "speaker", "speakers.source_type", "speakers.value_type", "affiliation",
	"audience", "role", "topics", "event", "location", "rank", "extraction.method", "latest_anchor.anchor_state",
}

// AsksRank reports whether a filter of statements compares their rank: it then says
// itself which ranks are wanted, so those of rank DEPRECATED are not hidden.
func AsksRank(filter listquery.Expr) bool {
	asks := false
	listquery.Walk(filter, func(c listquery.Compare) { asks = asks || c.Field == "rank" })
	return asks
}

func times() []listquery.Field {
	return []listquery.Field{
		{Name: "create_time", Kind: listquery.Time, Sortable: true},
		{Name: "update_time", Kind: listquery.Time, Sortable: true},
	}
}

// name is a field that holds the name of one resource.
func name(field string, parse func(string) (string, error)) listquery.Field {
	return listquery.Field{Name: field, Kind: listquery.String, Ops: nameOps, Normalize: wellFormed(parse)}
}

// anyOf is a field that holds several names or values, each of which parse reads.
func anyOf(field string, parse func(string) (string, error)) listquery.Field {
	return listquery.Field{Name: field, Kind: listquery.StringList, Ops: hasOps, Normalize: wellFormed(parse)}
}

// orNone lets a field of several names ask that none of them is the one.
func orNone(field listquery.Field) listquery.Field {
	field.Ops = append(slices.Clone(field.Ops), listquery.OpNe)
	return field
}

func parseVersionName(text string) (string, error) {
	_, _, err := ParseVersion(text)
	return text, err
}

// oneOf reads one of some values.
func oneOf(values []string) func(string) (string, error) {
	return func(text string) (string, error) {
		if !slices.Contains(values, text) {
			return "", fmt.Errorf("%q is none of %s", Shown(text), strings.Join(values, ", "))
		}
		return text, nil
	}
}

// wellFormed refuses a text that can be nothing's name: it would match nothing,
// which reads as "there is none".
func wellFormed(parse func(string) (string, error)) func(string) (string, error) {
	return func(text string) (string, error) {
		_, err := parse(text)
		return text, err
	}
}
