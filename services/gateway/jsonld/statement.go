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
func statement(s *statementsv1.Statement) (*Node, *statementsv1.Statement) {
	rest := StatementInput(s)
	node := &Node{
		Type: Claim, ID: rest.GetName(), AdditionalType: Prefix + rest.GetStatementType().String(), Text: rest.GetText(), InLanguage: rest.GetLanguageCode(),
		About: refs(rest.GetTopics()...), DateCreated: plainDate(rest.GetStatementTime()),
	}
	switch rest.GetStatementType() {
	case statementsv1.Statement_DIRECT, statementsv1.Statement_WRITTEN:
		node.Type, node.SpokenByCharacter = Quotation, speakers(rest.GetSpeakers())
	default:
		node.Author = speakers(rest.GetSpeakers())
	}
	source := rest.GetDocumentVersion()
	node.IsPartOf, node.LocationCreated = ref(source), ref(rest.GetLocation())
	node.Target, node.SourceMentions = targets(source, rest.GetContents()), targets(source, rest.GetSourceMentions())
	if rest.GetCue() != nil {
		cue := target(source, rest.GetCue())
		node.Cue = &cue
	}
	rest.Name, rest.StatementType, rest.Text, rest.LanguageCode, rest.Topics, rest.DocumentVersion, rest.Location = "", 0, "", "", nil, "", ""
	rest.Contents, rest.SourceMentions, rest.Cue = nil, nil, nil
	if node.DateCreated != "" || NoTime(rest.GetStatementTime()) {
		rest.StatementTime = nil
	}
	if !slices.ContainsFunc(rest.GetSpeakers(), moreThanNamed) {
		rest.Speakers = nil
	}
	return node, rest
}

// printings are where the words of a statement are printed.
func (n *Node) printings(s *statementsv1.Statement) {
	n.FirstAppearance = ref(s.GetFirstAppearance())
	if len(s.GetAppearances()) == 0 {
		return
	}
	n.Appearance = refs(s.GetDocumentVersion())
	for _, appearance := range s.GetAppearances() {
		n.Appearance = append(n.Appearance, Ref{ID: appearance.GetDocumentVersion()})
	}
}

// speakers names the speakers: an entity by its IRI, with the words that the document
// has for it.
func speakers(all []*statementsv1.Speaker) (out Several[Ref]) {
	for _, speaker := range all {
		out = append(out, Ref{ID: speaker.GetEntity(), Name: speaker.GetAttributionText()})
	}
	return out
}

// moreThanNamed says that a speaker is more than its name tells.
func moreThanNamed(speaker *statementsv1.Speaker) bool {
	return !proto.Equal(speaker, &statementsv1.Speaker{Entity: speaker.GetEntity(), AttributionText: speaker.GetAttributionText()})
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
