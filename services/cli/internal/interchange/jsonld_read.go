package interchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/jsonld"
)

// restField is where a line keeps what schema.org has no terms for.
const restField = "onrecord:record"

// ldLine is a line that is read.
type ldLine struct{ jsonld.Node }

// parseJSONLD reads a JSON-LD document in one line. A property that nothing here
// knows is refused: it would be lost.
func parseJSONLD(line []byte) (proto.Message, *RowError) {
	read := &ldLine{}
	if err := jsonld.Strict(line, read); err != nil {
		if field := unknownField.FindStringSubmatch(err.Error()); field != nil {
			hint := "the record has no place for it"
			if field[1] == "@graph" {
				hint = "put one resource a line, for example with jq -c '.[\"@graph\"][]'"
			}
			return nil, &RowError{Reason: UnknownField, Field: field[1], Message: hint}
		}
		return nil, &RowError{Reason: MalformedRow, Message: strings.TrimPrefix(InWords(err).Error(), "json: ")}
	}
	message, err := read.checked(line)
	if refused, ok := errors.AsType[*RowError](err); ok {
		return nil, refused
	}
	if err != nil {
		return nil, &RowError{Reason: MalformedRow, Message: err.Error()}
	}
	return message, nil
}

func malformed(field, format string, args ...any) *RowError {
	return &RowError{Reason: MalformedRow, Field: field, Message: fmt.Sprintf(format, args...)}
}

// checked is the message of a line that says what it says once, and in known terms.
func (l *ldLine) checked(line []byte) (proto.Message, error) {
	if err := checkTerms(line); err != nil {
		return nil, err
	}
	if err := checkContext(l.Context, line); err != nil {
		return nil, err
	}
	message, err := l.message()
	if err != nil || l.Record == nil {
		return message, err
	}
	rest := message.ProtoReflect().New().Interface()
	if err := l.rest(rest); err != nil {
		return nil, err
	}
	return message, contradiction(restField, rest, message, "speakers") // which are compared where they are read
}

func (l *ldLine) message() (proto.Message, error) {
	switch l.Type {
	case jsonld.Quotation, jsonld.Claim:
		return l.statement()
	case jsonld.Article, "NewsArticle", "CreativeWork", "WebPage", "Report":
		if strings.Contains(l.ID, "/versions/") {
			return l.documentVersion()
		}
		return l.document()
	case jsonld.Person, jsonld.Organization, jsonld.Place, jsonld.Event:
		return l.entity()
	default:
		return nil, malformed("@type", "want %s, %s, %s, %s, %s, %s or %s, not %q", jsonld.Quotation, jsonld.Claim, jsonld.Article, jsonld.Person, jsonld.Organization, jsonld.Place, jsonld.Event, l.Type)
	}
}

// rest reads what schema.org has no terms for, with which a resource begins.
func (l *ldLine) rest(into proto.Message) error {
	if l.Record == nil {
		return nil
	}
	if refused := parseMessage(l.Record, into, restField); refused != nil {
		return refused
	}
	return nil
}

// foreign is a property that a resource of this type does not have.
func (l *ldLine) foreign(known jsonld.Node) error {
	known.Context, known.Type, known.ID, known.Record, known.AdditionalType = l.Context, l.Type, l.ID, l.Record, l.AdditionalType
	known.Served = l.Served // what a service adds is no input: an answer can be read in
	all, err := json.Marshal(l.Node)
	if err != nil {
		return err
	}
	taken, err := json.Marshal(known)
	if err != nil {
		return err
	}
	var have, want map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(all, &have), json.Unmarshal(taken, &want)); err != nil {
		return err
	}
	for key := range have {
		if want[key] == nil {
			return &RowError{Reason: UnknownField, Field: key, Message: "the record has no place for it in a " + l.Type}
		}
	}
	return nil
}

// pointers refuses what points to a resource and says more, or says nothing of which one.
func pointers(field string, all ...jsonld.Ref) error {
	for _, one := range all {
		if one.ID == "" {
			return malformed(field, "want the name of a resource in @id")
		}
		if one.Name != "" {
			return &RowError{Reason: UnknownField, Field: field + ".name", Message: "the name is that of the resource, which has a line of its own"}
		}
	}
	return nil
}

// called refuses who is no entity of the record but by a name, and has an IRI: the record
// has no place for it.
func called(field string, all ...jsonld.Ref) error {
	for _, one := range all {
		if one.ID != "" {
			return &RowError{Reason: UnknownField, Field: field + ".@id", Message: "the record has a name for it and no more"}
		}
	}
	return nil
}

func listed(ref *jsonld.Ref) []jsonld.Ref {
	if ref == nil {
		return nil
	}
	return []jsonld.Ref{*ref}
}

func refNames(all []jsonld.Ref) []string {
	var names []string
	for _, one := range all {
		names = append(names, one.Resource())
	}
	return names
}

func nameOf(ref *jsonld.Ref) string {
	if ref == nil {
		return ""
	}
	return ref.Resource()
}

func (l *ldLine) document() (proto.Message, error) {
	document := &statementsv1.Document{}
	if err := errors.Join(l.rest(document), l.foreign(jsonld.Node{
		Headline: l.Headline, Publisher: l.Publisher, URL: l.URL, InLanguage: l.InLanguage, Author: l.Author, License: l.License,
	}), called("publisher", listed(l.Publisher)...), called("author", l.Author...)); err != nil {
		return nil, err
	}
	document.Name, document.Headline, document.Uri = jsonld.Ref{ID: l.ID}.Resource(), l.Headline, l.URL
	document.LanguageCode, document.License = l.InLanguage, l.License
	if l.Publisher != nil {
		document.Publisher = l.Publisher.Name
	}
	for _, author := range l.Author {
		document.Byline = strings.TrimPrefix(document.GetByline()+", "+author.Name, ", ")
	}
	return document, nil
}

func (l *ldLine) documentVersion() (proto.Message, error) {
	version := &statementsv1.DocumentVersion{}
	if err := errors.Join(l.rest(version), l.foreign(jsonld.Node{
		ExampleOfWork: l.ExampleOfWork, Version: l.Version, DatePublished: l.DatePublished, ArticleBody: l.ArticleBody,
	})); err != nil {
		return nil, err
	}
	version.Name, version.Text = jsonld.Ref{ID: l.ID}.Resource(), l.ArticleBody
	published, err := timeOf("datePublished", l.DatePublished, version.GetPublishTime())
	if err != nil {
		return nil, err
	}
	version.PublishTime = published
	document := DocumentOf(version.GetName())
	if l.ExampleOfWork != nil && l.ExampleOfWork.Resource() != document || l.Version != "" && document+"/versions/"+l.Version != version.GetName() {
		return nil, &RowError{Reason: ContradictoryRow, Field: "@id", Message: "it is not version " + l.Version + " of " + nameOf(l.ExampleOfWork)}
	}
	return version, nil
}

func (l *ldLine) entity() (proto.Message, error) {
	entity := &statementsv1.Entity{}
	if err := errors.Join(l.rest(entity), l.foreign(jsonld.Node{
		Name: l.Name, AlternateName: l.AlternateName, Description: l.Description, Identifier: l.Identifier,
	})); err != nil {
		return nil, err
	}
	for kind, name := range jsonld.EntityTypes() {
		if name == l.Type && kind != statementsv1.Entity_GROUP {
			entity.EntityType = kind
		}
	}
	if l.AdditionalType != "" {
		kind, known := statementsv1.Entity_EntityType_value[strings.TrimPrefix(l.AdditionalType, jsonld.Prefix)]
		if !known {
			return nil, malformed("additionalType", "%q is no type of entity", l.AdditionalType)
		}
		entity.EntityType = statementsv1.Entity_EntityType(kind)
	}
	entity.Name, entity.DisplayName, entity.Aliases, entity.Description = jsonld.Ref{ID: l.ID}.Resource(), l.Name, l.AlternateName, l.Description
	for _, identifier := range l.Identifier {
		if entity.Identifiers == nil {
			entity.Identifiers = map[string]string{}
		}
		if other, taken := entity.GetIdentifiers()[identifier.ID]; taken && other != identifier.Value {
			return nil, &RowError{Reason: ContradictoryRow, Field: "identifier", Message: "two values of " + identifier.ID}
		}
		entity.Identifiers[identifier.ID] = identifier.Value
	}
	return entity, nil
}

func (l *ldLine) statement() (proto.Message, error) {
	statement := &statementsv1.Statement{}
	if err := errors.Join(l.rest(statement), l.foreign(jsonld.Node{
		Text: l.Text, InLanguage: l.InLanguage, Author: l.Author, SpokenByCharacter: l.SpokenByCharacter, IsPartOf: l.IsPartOf, About: l.About,
		LocationCreated: l.LocationCreated, DateCreated: l.DateCreated, Target: l.Target, Cue: l.Cue, SourceMentions: l.SourceMentions, Attribution: l.Attribution,
	}), pointers("isPartOf", listed(l.IsPartOf)...), pointers("about", l.About...), pointers("locationCreated", listed(l.LocationCreated)...)); err != nil {
		return nil, err
	}
	statement.Name, statement.Text, statement.LanguageCode = jsonld.Ref{ID: l.ID}.Resource(), l.Text, l.InLanguage
	statement.DocumentVersion, statement.Topics, statement.Location = nameOf(l.IsPartOf), refNames(l.About), nameOf(l.LocationCreated)
	if err := errors.Join(l.statementType(statement), l.speakers(statement), l.spans(statement)); err != nil {
		return nil, err
	}
	said, err := timeOf("dateCreated", l.DateCreated, statement.GetStatementTime())
	if err != nil {
		return nil, err
	}
	if said == nil {
		said = &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
	}
	statement.StatementTime = said
	return statement, nil
}

// timeOf is the time of the rest, which says more, if it is the one that schema.org's
// term begins, and that of the term if the rest has none; nil if neither has one.
func timeOf(field, date string, rest *typev1.TimePeriod) (*typev1.TimePeriod, error) {
	switch {
	case date == "":
		return rest, nil
	case rest == nil:
		return &typev1.TimePeriod{Edtf: date}, nil
	case jsonld.Date(rest) != date:
		return nil, &RowError{Reason: ContradictoryRow, Field: field, Message: "the time in " + restField + " is another"}
	default:
		return rest, nil
	}
}

func (l *ldLine) statementType(statement *statementsv1.Statement) error {
	statement.StatementType = statementsv1.Statement_INDIRECT
	if l.Type == jsonld.Quotation {
		statement.StatementType = statementsv1.Statement_DIRECT
	}
	if l.AdditionalType == "" {
		return nil
	}
	kind, known := statementsv1.Statement_StatementType_value[strings.TrimPrefix(l.AdditionalType, jsonld.Prefix)]
	if !known {
		return malformed("additionalType", "%q is no type of statement", l.AdditionalType)
	}
	statement.StatementType = statementsv1.Statement_StatementType(kind)
	return nil
}

// speakers takes the speakers of the rest, which say more, if they are those
// that schema.org's terms name.
func (l *ldLine) speakers(statement *statementsv1.Statement) error {
	named, field := l.SpokenByCharacter, "spokenByCharacter"
	if len(named) == 0 {
		named, field = l.Author, "author"
	} else if len(l.Author) > 0 {
		return &RowError{Reason: ContradictoryRow, Field: "author", Message: "spokenByCharacter has the speakers already"}
	}
	var speakers []*statementsv1.Speaker
	for _, one := range named {
		speaker := &statementsv1.Speaker{Entity: one.Resource(), AttributionText: one.Name}
		if speaker.GetEntity() != "" && l.Revision != "" {
			speaker.AttributionText = "" // in an answer it is the entity's own name
		}
		speakers = append(speakers, speaker)
	}
	if statement.GetSpeakers() == nil {
		statement.Speakers = speakers
	} else if !slices.EqualFunc(statement.GetSpeakers(), speakers, func(a, b *statementsv1.Speaker) bool {
		return a.GetEntity() == b.GetEntity() && (a.GetEntity() != "" || a.GetAttributionText() == b.GetAttributionText())
	}) {
		return &RowError{Reason: ContradictoryRow, Field: field, Message: "the speakers in " + restField + " are others"}
	}
	return l.attribute(statement.GetSpeakers())
}

// attribute gives the speakers the words that the document has for them, where the rest
// has none. An entity may stand among them twice: words go to who has them already.
func (l *ldLine) attribute(speakers []*statementsv1.Speaker) error {
	given := make(map[*statementsv1.Speaker]bool)
	for _, attribution := range l.Attribution {
		has := func(text string) int {
			return slices.IndexFunc(speakers, func(s *statementsv1.Speaker) bool {
				return !given[s] && s.GetEntity() == nameOf(attribution.Speaker) && s.GetAttributionText() == text
			})
		}
		found := has(attribution.Text)
		if found < 0 {
			found = has("")
		}
		if found < 0 {
			return &RowError{Reason: ContradictoryRow, Field: "onrecord:attribution", Message: "no speaker is called so"}
		}
		given[speakers[found]] = true
		speakers[found].AttributionText = attribution.Text
	}
	return nil
}

func (l *ldLine) spans(statement *statementsv1.Statement) error {
	var err error
	if statement.Contents, err = l.spansOf("target", l.Target); err != nil {
		return err
	}
	if statement.SourceMentions, err = l.spansOf("onrecord:sourceMentions", l.SourceMentions); err != nil {
		return err
	}
	if l.Cue == nil {
		return nil
	}
	cue, err := l.spansOf("onrecord:cue", []jsonld.Target{*l.Cue})
	if err == nil {
		statement.Cue = cue[0]
	}
	return err
}

func (l *ldLine) spansOf(field string, targets []jsonld.Target) ([]*typev1.TextSpan, error) {
	var spans []*typev1.TextSpan
	for i, target := range targets {
		path := fmt.Sprintf("%s[%d]", field, i)
		if target.Source != "" && (jsonld.Ref{ID: target.Source}).Resource() != nameOf(l.IsPartOf) {
			return nil, &RowError{Reason: ContradictoryRow, Field: path + ".source", Message: "it is not what isPartOf names"}
		}
		span := &typev1.TextSpan{ExactSha256: target.SHA256}
		seen := map[string]bool{}
		for _, selector := range target.Selector {
			kind := strings.TrimPrefix(selector.Type, "oa:")
			if seen[kind] {
				return nil, malformed(path, "it has two selectors of type %s", kind)
			}
			seen[kind] = true
			switch kind {
			case "TextPositionSelector":
				if selector.Start == nil || selector.End == nil {
					return nil, malformed(path, "a TextPositionSelector has start and end")
				}
				span.Start, span.End = selector.Start, *selector.End
			case "TextQuoteSelector":
				span.Exact, span.Prefix, span.Suffix = selector.Exact, selector.Prefix, selector.Suffix
			default:
				return nil, malformed(path, "want TextPositionSelector and TextQuoteSelector, not %q", selector.Type)
			}
		}
		spans = append(spans, span)
	}
	return spans, nil
}
