package interchange

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// ldDate is what schema.org takes for a date: EDTF is more.
var ldDate = regexp.MustCompile(`^\d{4}(-\d{2}(-\d{2}(T\d{2}:\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?)?)?$`)

// plainDate is a time that is a date of schema.org and nothing else; "" of any
// other.
func plainDate(period *typev1.TimePeriod) string {
	if period.GetPrinted() != nil || !ldDate.MatchString(period.GetEdtf()) {
		return ""
	}
	return period.GetEdtf()
}

func ldDocument(document *statementsv1.Document) (*ldLine, *statementsv1.Document) {
	rest := Input(document)
	line := &ldLine{
		Type: ldArticle, ID: rest.GetName(), Headline: rest.GetHeadline(), URL: rest.GetUri(), InLanguage: rest.GetLanguageCode(), License: rest.GetLicense(),
	}
	if rest.GetPublisher() != "" {
		line.Publisher = &ldRef{Type: ldOrganization, Name: rest.GetPublisher()}
	}
	if rest.GetByline() != "" {
		line.Author = several[ldRef]{{Name: rest.GetByline()}}
	}
	rest.Name, rest.Headline, rest.Uri, rest.LanguageCode, rest.License, rest.Publisher, rest.Byline = "", "", "", "", "", "", ""
	return line, rest
}

func ldVersion(version *statementsv1.DocumentVersion) (*ldLine, *statementsv1.DocumentVersion) {
	rest := Input(version)
	_, number, _ := strings.Cut(rest.GetName(), "/versions/")
	line := &ldLine{
		Type: ldArticle, ID: rest.GetName(), ExampleOfWork: &ldRef{ID: DocumentOf(rest.GetName())}, Version: number,
		DatePublished: plainDate(rest.GetPublishTime()), ArticleBody: rest.GetText(),
	}
	rest.Name, rest.Text = "", ""
	if line.DatePublished != "" {
		rest.PublishTime = nil
	}
	return line, rest
}

// ldEntityTypes are the types of schema.org; a group has none of its own.
var ldEntityTypes = map[statementsv1.Entity_EntityType]string{
	statementsv1.Entity_PERSON: ldPerson, statementsv1.Entity_ORGANIZATION: ldOrganization, statementsv1.Entity_PLACE: ldPlace,
	statementsv1.Entity_EVENT: ldEvent, statementsv1.Entity_GROUP: ldOrganization,
}

const additional = "onrecord:"

func ldEntity(entity *statementsv1.Entity) (*ldLine, *statementsv1.Entity) {
	rest := entityInput(entity)
	line := &ldLine{
		Type: ldEntityTypes[rest.GetEntityType()], ID: rest.GetName(), Name: rest.GetDisplayName(), AlternateName: rest.GetAliases(), Description: rest.GetDescription(),
	}
	if rest.GetEntityType() == statementsv1.Entity_GROUP {
		line.AdditionalType = additional + rest.GetEntityType().String()
	}
	for _, scheme := range slices.Sorted(maps.Keys(rest.GetIdentifiers())) {
		line.Identifier = append(line.Identifier, ldProperty{Type: "PropertyValue", ID: scheme, Value: rest.GetIdentifiers()[scheme]})
	}
	rest.Name, rest.EntityType, rest.DisplayName, rest.Aliases, rest.Description, rest.Identifiers = "", 0, "", nil, "", nil
	return line, rest
}

// ldStatement takes a quotation for a Quotation and what is retold for a Claim.
func ldStatement(statement *statementsv1.Statement) (*ldLine, *statementsv1.Statement) {
	rest := statementInput(statement)
	line := &ldLine{
		Type: ldClaim, ID: rest.GetName(), AdditionalType: additional + rest.GetStatementType().String(), Text: rest.GetText(), InLanguage: rest.GetLanguageCode(),
		About: refs(rest.GetTopics()...), DateCreated: plainDate(rest.GetStatementTime()),
	}
	speakers := ldSpeakers(rest.GetSpeakers())
	switch rest.GetStatementType() {
	case statementsv1.Statement_DIRECT, statementsv1.Statement_WRITTEN:
		line.Type, line.SpokenByCharacter = ldQuotation, speakers
	default:
		line.Author = speakers
	}
	source := rest.GetDocumentVersion()
	if source != "" {
		line.IsPartOf = &ldRef{ID: source}
	}
	if rest.GetLocation() != "" {
		line.LocationCreated = &ldRef{ID: rest.GetLocation()}
	}
	line.Target, line.SourceMentions = ldTargets(source, rest.GetContents()), ldTargets(source, rest.GetSourceMentions())
	if rest.GetCue() != nil {
		cue := ldTargetOf(source, rest.GetCue())
		line.Cue = &cue
	}
	rest.Name, rest.StatementType, rest.Text, rest.LanguageCode, rest.Topics, rest.DocumentVersion, rest.Location = "", 0, "", "", nil, "", ""
	rest.Contents, rest.SourceMentions, rest.Cue = nil, nil, nil
	if line.DateCreated != "" || noTime(rest.GetStatementTime()) {
		rest.StatementTime = nil
	}
	if !slices.ContainsFunc(rest.GetSpeakers(), moreThanNamed) {
		rest.Speakers = nil
	}
	return line, rest
}

// ldSpeakers names the speakers: an entity by its IRI, with the words that the
// document has for it.
func ldSpeakers(speakers []*statementsv1.Speaker) several[ldRef] {
	var all several[ldRef]
	for _, speaker := range speakers {
		all = append(all, ldRef{ID: speaker.GetEntity(), Name: speaker.GetAttributionText()})
	}
	return all
}

// moreThanNamed says that a speaker is more than ldSpeakers tells.
func moreThanNamed(speaker *statementsv1.Speaker) bool {
	return !proto.Equal(speaker, &statementsv1.Speaker{Entity: speaker.GetEntity(), AttributionText: speaker.GetAttributionText()})
}

func ldTargets(source string, spans []*typev1.TextSpan) several[ldTarget] {
	var all several[ldTarget]
	for _, span := range spans {
		all = append(all, ldTargetOf(source, span))
	}
	return all
}

func ldTargetOf(source string, span *typev1.TextSpan) ldTarget {
	start, end := span.GetStart(), span.GetEnd()
	target := ldTarget{Type: "SpecificResource", Source: source, Selector: several[ldSelector]{{Type: "TextPositionSelector", Start: &start, End: &end}}}
	if span.GetExact() == "" {
		target.SHA256 = span.GetExactSha256()
		return target
	}
	target.Selector = append(target.Selector, ldSelector{Type: "TextQuoteSelector", Exact: span.GetExact(), Prefix: span.GetPrefix(), Suffix: span.GetSuffix()})
	return target
}
