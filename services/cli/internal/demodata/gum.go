package demodata

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// gumDoc is a document of GUM with its layers joined. Only what is used is read.
type gumDoc struct {
	Doc          string           `json:"doc"`
	Title        string           `json:"title"`
	URL          string           `json:"url"`
	Date         string           `json:"date"`
	Text         string           `json:"text"`
	Sentences    []gumSentence    `json:"sentences"`
	Attributions []gumAttribution `json:"attributions"`
	Quotes       []gumQuote       `json:"direct_quotes"`
	Entities     []gumMention     `json:"entities"`
}

// gumPart is a passage of the text.
type gumPart struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Text  string `json:"text"`
}

func (p gumPart) passage() passage { return passage{p.Start, p.End} }

// in says that its words are where it says.
func (p gumPart) in(words text) bool { return words.words(p.passage()) == p.Text }

// gumSentence is a sentence; in an interview it has a speaker.
type gumSentence struct {
	gumPart

	Speaker string `json:"speaker"`
}

// gumMention is a mention of an entity, by its chain of coreference.
type gumMention struct {
	gumPart

	Chain string `json:"chain"`
}

// gumQuote is a passage in quotation marks.
type gumQuote struct {
	gumPart

	Attribution string `json:"attribution"`
}

// gumAttribution is an attribution: who, by which words, said what.
type gumAttribution struct {
	ID       string     `json:"id"`
	Polarity string     `json:"polarity"`
	Content  []gumPart  `json:"content"`
	Cue      *gumPart   `json:"cue"`
	Source   *gumSource `json:"source"`
	Quoted   bool       `json:"has_quote_marks"`
	Reported bool       `json:"reported"`
}

// gumSource is who said it.
type gumSource struct {
	gumPart

	Entity        string   `json:"entity"`
	Type          string   `json:"etype"`
	Canonical     string   `json:"canonical"`
	CanonicalKind string   `json:"canonical_kind"`
	Wikipedia     string   `json:"wikipedia"`
	Aliases       []string `json:"aliases"`
}

// convert makes rows of a document: first the turns of an interview, then the
// attributions, which may stand in a turn.
func (n *names) convert(raw json.RawMessage) ([]row, error) {
	var from gumDoc
	if err := json.Unmarshal(raw, &from); err != nil {
		return nil, err
	}
	document := &statementsv1.Document{
		Name: "documents/" + idFrom(from.Doc), Uri: from.URL, Headline: from.Title, Publisher: "Wikinews", LanguageCode: "en", License: "CC-BY-2.5",
		UsageTerms: "Text from Wikinews, CC BY 2.5; annotations by amir-zeldes/gum, CC BY 4.0.",
	}
	version := &statementsv1.DocumentVersion{Name: document.GetName() + "/versions/1", Text: from.Text, PublishTime: timeOf(from.Date)}
	rows := []row{{messages: []proto.Message{document, version}}}
	turns, refused := n.turns(from, version.GetName())
	for _, turn := range turns {
		rows = append(rows, row{messages: []proto.Message{turn}})
	}
	rows = append(rows, refused...)
	for _, attribution := range from.Attributions {
		rows = append(rows, n.attribution(from, attribution, version.GetName(), turns))
	}
	return rows, nil
}

// turns are what the speakers of an interview say, each until another speaks.
// The corpus has the words of a turn, so they are quoted. One of too many parts is refused.
func (n *names) turns(from gumDoc, version string) (all []*statementsv1.Statement, refused []row) {
	words := text(from.Text)
	for i := 0; i < len(from.Sentences); {
		speaker, first := from.Sentences[i].Speaker, i
		var passages []passage
		for ; i < len(from.Sentences) && from.Sentences[i].Speaker == speaker; i++ {
			p := from.Sentences[i].passage()
			if k := len(passages); i > first && !strings.Contains(words.words(passage{passages[k-1].end, p.start}), "\n") {
				passages[k-1].end = p.end // the same paragraph
				continue
			}
			passages = append(passages, p)
		}
		if speaker == "" {
			continue
		}
		if len(passages) > maxSpans {
			refused = append(refused, refuse(from.Sentences[first:i], tooManyParts, tooMany))
			continue
		}
		all = append(all, &statementsv1.Statement{
			Name: "statements/" + idFrom(from.Doc) + "-t" + strconv.Itoa(len(all)+1), DocumentVersion: version, StatementType: statementsv1.Statement_DIRECT,
			Contents: words.spans(passages), StatementTime: timeOf(""),
			Speakers: []*statementsv1.Speaker{{
				Entity: n.speaker(from.Doc, speaker), AttributionText: speaker, ValueType: statementsv1.Speaker_VALUE, SourceType: statementsv1.Speaker_NAMED_INDIVIDUAL,
			}},
			Extraction: extraction(statementsv1.Extraction_HUMAN, "", "amir-zeldes/gum"),
		})
	}
	return all, refused
}

// there says that all words of an attribution are where it says.
func (a gumAttribution) there(words text) bool {
	moved := func(part gumPart) bool { return !part.in(words) }
	return !slices.ContainsFunc(a.Content, moved) && (a.Cue == nil || a.Cue.in(words)) && (a.Source == nil || a.Source.in(words))
}

// attribution is a row of one attribution.
func (n *names) attribution(from gumDoc, a gumAttribution, version string, turns []*statementsv1.Statement) row {
	words := text(from.Text)
	var passages []passage
	for _, part := range a.Content {
		passages = append(passages, words.trim(part.passage()))
	}
	quotes := quotesOf(from, a)
	switch {
	case a.Polarity != "positive":
		return refuse(a, negated, "it says what somebody did not say")
	case len(words.spans(passages)) == 0:
		return refuse(a, noWords, "the annotation has no words")
	case !a.Reported && len(quotes) == 0:
		return refuse(a, notReported, "neither a verb of saying nor quotation marks tell that it was said")
	case a.Source == nil:
		return refuse(a, noSpeaker, "the annotation names no speaker")
	case !a.there(words):
		return refuse(a, displaced, notThere)
	case len(passages) > maxSpans:
		return refuse(a, tooManyParts, tooMany)
	}
	kind := statementsv1.Statement_INDIRECT
	if a.Quoted {
		kind = statementsv1.Statement_MIXED
	}
	if len(quotes) > 0 && !slices.ContainsFunc(passages, func(p passage) bool { return !words.quoted(p) }) {
		kind = statementsv1.Statement_DIRECT
		for i := range passages {
			passages[i] = words.unquoted(words.cut(passages[i], ".,;"))
		}
	}
	statement := &statementsv1.Statement{
		Name: "statements/" + idFrom(a.ID), DocumentVersion: version, StatementType: kind, Contents: words.spans(passages),
		Speakers: []*statementsv1.Speaker{n.speakerOf(from.Doc, a.Source)}, SourceMentions: mentions(from, a.Source, words), StatementTime: timeOf(""),
		Extraction: extraction(statementsv1.Extraction_TOOL, "join of the layers of GUM", "amir-zeldes/gum"),
	}
	if a.Cue != nil {
		statement.Cue = words.span(a.Cue.passage())
	}
	for _, turn := range turns {
		for _, span := range turn.GetContents() {
			if reach(passages).within(passage{int(span.GetStart()), int(span.GetEnd())}) {
				statement.ParentStatement = turn.GetName()
			}
		}
	}
	return row{messages: []proto.Message{statement}}
}

func quotesOf(from gumDoc, a gumAttribution) []passage {
	var all []passage
	for _, quote := range from.Quotes {
		if quote.Attribution == a.ID {
			all = append(all, quote.passage())
		}
	}
	return all
}
