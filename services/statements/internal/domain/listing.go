package domain

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
)

// statementTypes and entityTypes are the short names of the proto enums.
var (
	statementTypes = []string{Direct, "INDIRECT", "MIXED", "FREE_INDIRECT", "THOUGHT", "WRITTEN"}
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
	),
}

// StatementFields are what ListStatements and SearchStatements filter by, and
// ListStatements orders by.
var StatementFields = listquery.Schema{
	ID: "name", DefaultOrder: newestFirst,
	Fields: append(times(),
		name("document", ParseDocument),
		listquery.Field{Name: "document_version", Kind: listquery.String, Ops: nameOps, Normalize: func(text string) (string, error) {
			_, _, err := ParseVersion(text)
			return text, err
		}},
		listquery.Field{Name: "statement_type", Kind: listquery.Enum, Enum: statementTypes},
		listquery.Field{Name: "language_code", Kind: listquery.String},
		names("speaker"), names("affiliation"), names("audience"),
		listquery.Field{Name: "role", Kind: listquery.StringList, Ops: hasOps},
		name("event", ParseEntity), name("location", ParseEntity), name("parent_statement", ParseStatement),
		listquery.Field{Name: "statement_time", Kind: listquery.Period, Sortable: true},
	),
}

// RefFields are the fields of StatementFields that are references.
var RefFields = map[string]RefKind{
	"document": RefDocument, "document_version": RefVersion, "speaker": RefSpeaker, "affiliation": RefAffiliation,
	"audience": RefAudience, "event": RefEvent, "location": RefLocation, "parent_statement": RefParent, "role": RefRole,
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

// names is a field that holds names of entities.
func names(field string) listquery.Field {
	return listquery.Field{Name: field, Kind: listquery.StringList, Ops: hasOps, Normalize: wellFormed(ParseEntity)}
}

// wellFormed refuses a text that can be nothing's name: it would match nothing,
// which reads as "there is none".
func wellFormed(parse func(string) (string, error)) func(string) (string, error) {
	return func(text string) (string, error) {
		_, err := parse(text)
		return text, err
	}
}
