package demodata

import (
	"cmp"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// germanDoc is a document of the German corpus. Only what is used is read.
type germanDoc struct {
	DocumentName string        `json:"documentName"`
	OriginalText string        `json:"originalText"`
	Annotations  []germanQuote `json:"annotations"`
}

// germanQuote is one annotated quotation.
type germanQuote struct {
	ID        int        `json:"id"`
	Type      string     `json:"type"`
	Medium    string     `json:"medium"`
	Quote     germanPart `json:"quote"`
	Speaker   germanPart `json:"speaker"`
	Cue       germanPart `json:"cue"`
	Addressee germanPart `json:"addressee"`
	IsNested  bool       `json:"isNested"`
}

// germanPart is a part of it, which may be discontinuous.
type germanPart struct {
	Text  string `json:"text"`
	Spans []struct {
		Begin int `json:"charBegin"`
		End   int `json:"charEnd"`
	} `json:"spans"`
}

// in says that its words are where it says, if it has any.
func (p germanPart) in(words text) bool {
	all := make([]string, len(p.Spans))
	for i, span := range p.passages() {
		all[i] = words.words(span)
	}
	return len(all) == 0 || strings.Join(all, " ") == p.Text
}

func (p germanPart) passages() []passage {
	all := make([]passage, len(p.Spans))
	for i, span := range p.Spans {
		all[i] = passage{span.Begin, span.End}
	}
	return all
}

// germanName is "11059 - Title (2005-08-20)".
var germanName = regexp.MustCompile(`^(\d+) - (.*?)(?: \((\d{4}-\d{2}-\d{2})\))?$`)

// germanTypes are the types of the corpus. What it calls reported names what was
// said without rendering it, which is retold as well.
var germanTypes = map[string]statementsv1.Statement_StatementType{
	"Direct": statementsv1.Statement_DIRECT, "Indirect": statementsv1.Statement_INDIRECT, "Reported": statementsv1.Statement_INDIRECT,
	"FreeIndirect": statementsv1.Statement_FREE_INDIRECT, "IndirectFreeIndirect": statementsv1.Statement_FREE_INDIRECT,
}

// convertGerman makes rows of a document of the corpus.
func convertGerman(raw json.RawMessage) ([]row, error) {
	var from germanDoc
	if err := json.Unmarshal(raw, &from); err != nil {
		return nil, err
	}
	name := germanName.FindStringSubmatch(from.DocumentName)
	if name == nil {
		return []row{refuse(from.DocumentName, noWords, "the document has no number")}, nil
	}
	id := "de-wikinews-" + name[1]
	document := &statementsv1.Document{
		Name: "documents/" + id, Headline: cmp.Or(name[2], name[1]), Publisher: "Wikinews", LanguageCode: "de", License: "CC-BY-NC-SA-4.0",
		UsageTerms: "Annotations by uhh-lt/german-news-quotation-attribution-2024: not for commercial use, share alike.",
	}
	version := &statementsv1.DocumentVersion{Name: document.GetName() + "/versions/1", Text: from.OriginalText, PublishTime: timeOf(name[3])}
	rows := []row{{messages: []proto.Message{document, version}}}
	// What is reported in another quotation comes after it.
	slices.SortStableFunc(from.Annotations, func(a, b germanQuote) int { return a.length() - b.length() })
	slices.Reverse(from.Annotations)
	words := text(from.OriginalText)
	for i, quote := range from.Annotations {
		rows = append(rows, quote.row(words, version.GetName(), id, from.Annotations[:i]))
	}
	return rows, nil
}

func (q germanQuote) length() int {
	whole := reach(q.Quote.passages())
	return whole.end - whole.start
}

func (q germanQuote) row(words text, version, document string, before []germanQuote) row {
	passages := q.Quote.passages()
	kind, known := germanTypes[q.Type]
	switch {
	case !known:
		return refuse(q, noWords, "there is no such type of quotation")
	case q.Speaker.Text == "":
		return refuse(q, noSpeaker, "the annotation names no speaker")
	case !q.Quote.in(words), !q.Speaker.in(words), !q.Cue.in(words):
		return refuse(q, displaced, notThere)
	case len(passages) > maxSpans:
		return refuse(q, tooManyParts, tooMany)
	}
	if kind == statementsv1.Statement_DIRECT {
		for i := range passages {
			passages[i] = words.unquoted(passages[i])
		}
	} else if kind == statementsv1.Statement_INDIRECT && strings.ContainsAny(q.Quote.Text, "„“»«\"") {
		kind = statementsv1.Statement_MIXED
	}
	switch {
	case kind == statementsv1.Statement_DIRECT && q.Medium == "Writing":
		kind = statementsv1.Statement_WRITTEN
	case q.Medium == "Thought":
		kind = statementsv1.Statement_THOUGHT
	}
	statement := &statementsv1.Statement{
		Name: "statements/" + document + "-q" + strconv.Itoa(q.ID), DocumentVersion: version, StatementType: kind,
		Contents: words.spans(passages), SourceMentions: words.spans(q.Speaker.passages()),
		Speakers: []*statementsv1.Speaker{{AttributionText: clip(q.Speaker.Text)}}, StatementTime: timeOf(""),
		Extraction: extraction(statementsv1.Extraction_HUMAN, "", "uhh-lt/german-news-quotation-attribution-2024"),
	}
	if len(statement.GetContents()) == 0 {
		return refuse(q, noWords, "the annotation has no words")
	}
	if cue := words.spans(q.Cue.passages()); len(cue) > 0 {
		statement.Cue = cue[0]
	}
	if q.Addressee.Text != "" {
		statement.Qualifiers = map[string]*statementsv1.QualifierValue{
			"addressee": {Value: &statementsv1.QualifierValue_Text{Text: clip(q.Addressee.Text)}},
		}
	}
	for _, other := range slices.Backward(before) { // the shortest around it
		if q.IsNested && other.Speaker.Text != "" && other.length() > q.length() && reach(q.Quote.passages()).within(reach(other.Quote.passages())) {
			statement.ParentStatement = "statements/" + document + "-q" + strconv.Itoa(other.ID)
			break
		}
	}
	return row{messages: []proto.Message{statement}}
}
