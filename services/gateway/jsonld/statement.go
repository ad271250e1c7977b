package jsonld

import (
	"slices"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/protoinput"
)

// StatementInput is what a writer says in a statement, each thing once: without what
// follows from the words of a span, and with the merge, which an import repeats.
func StatementInput(statement *statementsv1.Statement) *statementsv1.Statement {
	input := protoinput.Of(statement)
	input.RedirectTo = statement.GetRedirectTo()
	spans := slices.Concat(input.GetContents(), input.GetSourceMentions())
	if input.GetCue() != nil {
		spans = append(spans, input.GetCue())
	}
	for _, span := range spans {
		span.Role = typev1.TextSpan_ROLE_UNSPECIFIED // that of the field
		if span.GetExact() != "" {
			span.ExactSha256 = ""
		}
	}
	return input
}

// NoTime says that a source states no time, and nothing else.
func NoTime(period *typev1.TimePeriod) bool {
	return proto.Equal(period, &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED})
}

// statement takes a quotation for a Quotation and what is retold for a Claim.
func statement(s *statementsv1.Statement) (*Node, proto.Message) {
	rest := StatementInput(s)
	node := &Node{
		Type: Claim, ID: rest.GetName(), AdditionalType: Prefix + rest.GetStatementType().String(), Text: rest.GetText(), InLanguage: rest.GetLanguageCode(),
		About: refs(rest.GetTopics()...), DateCreated: Date(rest.GetStatementTime()),
	}
	switch rest.GetStatementType() {
	case statementsv1.Statement_DIRECT, statementsv1.Statement_WRITTEN:
		node.Type, node.SpokenByCharacter = Quotation, speakers(rest.GetSpeakers())
	default:
		node.Author = speakers(rest.GetSpeakers())
	}
	node.Attribution = attributions(rest.GetSpeakers())
	source := rest.GetDocumentVersion()
	node.IsPartOf, node.LocationCreated = ref(source), ref(rest.GetLocation())
	node.Target, node.SourceMentions = targets(source, rest.GetContents()), targets(source, rest.GetSourceMentions())
	if rest.GetCue() != nil {
		cue := target(source, rest.GetCue())
		node.Cue = &cue
	}
	rest.Name, rest.StatementType, rest.Text, rest.LanguageCode, rest.Topics, rest.DocumentVersion, rest.Location = "", 0, "", "", nil, "", ""
	rest.Contents, rest.SourceMentions, rest.Cue = nil, nil, nil
	if isDate(rest.GetStatementTime()) || NoTime(rest.GetStatementTime()) {
		rest.StatementTime = nil
	}
	if !slices.ContainsFunc(rest.GetSpeakers(), moreThanNamed) {
		rest.Speakers = nil
	}
	return node, rest
}

// printings are where the words of a statement are printed. schema.org has appearances
// of a Claim alone.
func (n *Node) printings(s *statementsv1.Statement) {
	firstIn, printedIn := ref(s.GetFirstAppearance()), Several[Ref](nil)
	if len(s.GetAppearances()) > 0 {
		printedIn = refs(s.GetDocumentVersion())
	}
	for _, appearance := range s.GetAppearances() {
		printedIn = append(printedIn, Ref{ID: appearance.GetDocumentVersion()})
	}
	if n.Type == Claim {
		n.FirstAppearance, n.Appearance = firstIn, printedIn
	} else {
		n.FirstPrintedIn, n.PrintedIn = firstIn, printedIn
	}
}

// sourceTypes are the types of schema.org by how a document names its source.
var sourceTypes = map[statementsv1.Speaker_SourceType]string{
	statementsv1.Speaker_NAMED_INDIVIDUAL: Person, statementsv1.Speaker_UNNAMED_INDIVIDUAL: Person,
	statementsv1.Speaker_NAMED_GROUP: Organization, statementsv1.Speaker_UNNAMED_GROUP: Organization,
}

// speakers are the speakers: an entity by its IRI, and by the words that the document
// has for it whoever is no entity.
func speakers(all []*statementsv1.Speaker) (out Several[Ref]) {
	for _, speaker := range all {
		if speaker.GetEntity() != "" {
			out = append(out, Ref{ID: speaker.GetEntity()})
			continue
		}
		out = append(out, Ref{Type: sourceTypes[speaker.GetSourceType()], Name: speaker.GetAttributionText()})
	}
	return out
}

// attributions are the words that the document has for those speakers that are entities:
// of this quotation, and no names of theirs.
func attributions(all []*statementsv1.Speaker) (out Several[Attribution]) {
	for _, speaker := range all {
		if speaker.GetEntity() != "" && speaker.GetAttributionText() != "" {
			out = append(out, Attribution{Speaker: ref(speaker.GetEntity()), Text: speaker.GetAttributionText()})
		}
	}
	return out
}

// introduce says of the speakers that are entities what these are and are called.
func (n *Node) introduce(entities map[string]*statementsv1.Entity) {
	for _, speakers := range []Several[Ref]{n.SpokenByCharacter, n.Author} {
		for i, speaker := range speakers {
			if known := entities[speaker.ID]; known != nil {
				speakers[i].Type, speakers[i].Name = EntityTypes()[known.GetEntityType()], known.GetDisplayName()
			}
		}
	}
}

// moreThanNamed says that a speaker is more than an entity alone, or words alone.
func moreThanNamed(speaker *statementsv1.Speaker) bool {
	return !proto.Equal(speaker, &statementsv1.Speaker{Entity: speaker.GetEntity()}) &&
		!proto.Equal(speaker, &statementsv1.Speaker{AttributionText: speaker.GetAttributionText()})
}

func targets(source string, spans []*typev1.TextSpan) (out Several[Target]) {
	for _, span := range spans {
		out = append(out, target(source, span))
	}
	return out
}

func target(source string, span *typev1.TextSpan) Target {
	start, end := span.GetStart(), span.GetEnd()
	out := Target{Type: "SpecificResource", Source: source, Selector: Several[Selector]{{Type: "TextPositionSelector", Start: &start, End: &end}}}
	if span.GetExact() == "" {
		out.SHA256 = span.GetExactSha256()
		return out
	}
	out.Selector = append(out.Selector, Selector{Type: "TextQuoteSelector", Exact: span.GetExact(), Prefix: span.GetPrefix(), Suffix: span.GetSuffix()})
	return out
}
