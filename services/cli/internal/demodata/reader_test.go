package demodata_test

import (
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/demodata"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// at is where words stand in a text, in code points, under two names.
func at(t *testing.T, text, words, start, end string) map[string]any {
	t.Helper()
	before, _, found := strings.Cut(text, words)
	must.True(t, found, "%q is not in the text", words)
	from := len([]rune(before))
	return map[string]any{start: from, end: from + len([]rune(words)), "text": words}
}

// folder has both corpora, with sentences of ours.
func folder(t *testing.T) string { return folderOf(t, english(t)) }

// folderOf has documents in English, and one in German.
func folderOf(t *testing.T, english ...any) string {
	t.Helper()
	dir := t.TempDir()
	pack := func(name string, documents ...any) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		must.OK(t, os.MkdirAll(filepath.Dir(path), 0o700))
		file := must.Get(os.Create(path))(t)
		defer file.Close()
		packed := gzip.NewWriter(file)
		for _, document := range documents {
			must.OK(t, json.NewEncoder(packed).Encode(document))
		}
		must.OK(t, packed.Close())
	}
	pack("quotes/gum/gum-quotes.jsonl.gz", english...)
	pack("quotes/german-wikinews/de-wikinews-quotes.jsonl.gz", german(t))
	return dir
}

func english(t *testing.T) map[string]any {
	const text = "How deep is it?\n\nAs deep as a ship. 😀\n\nBen Port told me that “it silts up”. “We dredge,” he said. I think so. He denied that it leaks."
	part := func(words string) map[string]any { return at(t, text, words, "start", "end") }
	spoken := func(words, speaker string) map[string]any {
		sentence := part(words)
		sentence["speaker"] = speaker
		return sentence
	}
	source := func(words string) map[string]any {
		mention := part(words)
		mention["entity"], mention["etype"], mention["canonical"], mention["canonical_kind"] = "1", "person", "Ben Port", "named"
		mention["wikipedia"], mention["aliases"] = "Ben_Port", []string{"Ben Port", "the harbour master"}
		return mention
	}
	named := part("Ben Port")
	named["chain"] = "1"
	quoted := part("“We dredge,”")
	quoted["attribution"] = "GUM_x-a2"
	return map[string]any{
		"doc": "GUM_x", "title": "The harbour", "url": "https://example.org/harbour", "date": "2024-05-03", "text": text, "entities": []any{named}, "direct_quotes": []any{quoted},
		"sentences": []any{spoken("How deep is it?", "Wikinews"), spoken("As deep as a ship. 😀", "BenPort")},
		"attributions": []any{
			map[string]any{"id": "GUM_x-a1", "polarity": "positive", "content": []any{part("that “it silts up”.")}, "cue": part("told"), "source": source("Ben Port"), "has_quote_marks": true, "reported": true},
			map[string]any{"id": "GUM_x-a2", "polarity": "positive", "content": []any{part("“We dredge,”")}, "cue": part("said"), "source": source("he"), "has_quote_marks": true, "reported": true},
			map[string]any{"id": "GUM_x-a3", "polarity": "positive", "content": []any{part("so")}, "source": source("I"), "reported": false},
			map[string]any{"id": "GUM_x-a4", "polarity": "negative", "content": []any{part("that it leaks")}, "reported": true},
			map[string]any{"id": "GUM_x-a5", "polarity": "positive", "content": []any{map[string]any{"start": 5, "end": 12, "text": "it silts"}}, "source": source("he"), "reported": true},
		},
	}
}

func german(t *testing.T) map[string]any {
	const text = "Der Hafenmeister sagte, man habe gehört: „Die Gebühren“, so der Rat, „bleiben“. Das sei gut."
	spans := func(words ...string) map[string]any {
		all := []any{}
		for _, one := range words {
			all = append(all, at(t, text, one, "charBegin", "charEnd"))
		}
		return map[string]any{"text": strings.Join(words, " "), "spans": all}
	}
	return map[string]any{
		"documentName": "7 - Die Gebühren (2024-05-04)", "originalText": text,
		"annotations": []any{
			map[string]any{"id": 0, "type": "Direct", "medium": "Speech", "isNested": true, "quote": spans("„Die Gebühren“", "„bleiben“"), "speaker": spans("der Rat"), "cue": spans("so")},
			map[string]any{"id": 1, "type": "Indirect", "medium": "Speech", "quote": spans("man habe gehört: „Die Gebühren“, so der Rat, „bleiben“"), "speaker": spans("Der Hafenmeister"), "cue": spans("sagte")},
			map[string]any{"id": 3, "type": "Reported", "quote": map[string]any{"text": "gut", "spans": []any{map[string]any{"charBegin": 900, "charEnd": 903}}}, "speaker": spans("der Rat")},
			map[string]any{"id": 4, "type": "Reported", "quote": spans("gut"), "speaker": map[string]any{"text": "der Rat", "spans": []any{map[string]any{"charBegin": 0, "charEnd": 7}}}},
			map[string]any{"id": 5, "type": "Reported", "quote": map[string]any{"text": "many", "spans": []any{}}, "speaker": spans("der Rat")},
			map[string]any{"id": 2, "type": "FreeIndirect", "medium": "Speech", "quote": spans("Das sei gut"), "speaker": map[string]any{"text": "", "spans": []any{}}},
		},
	}
}

// TestCorpora: what the annotations say is what the statements say, and every
// span has its words.
func TestCorpora(t *testing.T) {
	reader := must.Get(demodata.Open(folder(t)))(t)
	texts := map[string][]rune{}
	var got []string
	for line := 1; ; line++ {
		row, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if refused, ok := errors.AsType[*interchange.RowError](err); ok {
			must.Equal(t, refused.Line, line)
			got = append(got, refused.Reason)
			continue
		}
		must.OK(t, err)
		for _, message := range row.Messages {
			switch message := message.(type) {
			case *statementsv1.DocumentVersion:
				texts[message.GetName()] = []rune(message.GetText())
			case *statementsv1.Statement:
				got = append(got, told(t, texts[message.GetDocumentVersion()], message))
				continue
			}
			got = append(got, interchange.NameOf(message))
		}
	}
	must.Equal(t, got, []string{
		"entities/wp-ben-port", "entities/wp-wikinews", "documents/gum-x", "documents/gum-x/versions/1",
		"gum-x-t1 DIRECT [How deep is it?] by entities/wp-wikinews", "gum-x-t2 DIRECT [As deep as a ship. 😀] by entities/wp-ben-port",
		"gum-x-a1 MIXED [that “it silts up”.] by entities/wp-ben-port from [Ben Port] with told",
		"gum-x-a2 DIRECT [We dredge,] by entities/wp-ben-port from [he Ben Port] with said", "NOT_REPORTED", "NEGATED", "DISPLACED",
		"documents/de-wikinews-7", "documents/de-wikinews-7/versions/1",
		"de-wikinews-7-q1 MIXED [man habe gehört: „Die Gebühren“, so der Rat, „bleiben“] by Der Hafenmeister from [Der Hafenmeister] with sagte",
		"de-wikinews-7-q0 DIRECT [Die Gebühren bleiben] by der Rat from [der Rat] with so in statements/de-wikinews-7-q1", "NO_SPEAKER", "DISPLACED", "DISPLACED", "NO_WORDS",
	})
}

// TestSpeakersOfAnotherScript: who has an article under another name is another entity, whatever
// of the names an id can have.
func TestSpeakersOfAnotherScript(t *testing.T) {
	document := english(t)
	attributions, is := document["attributions"].([]any)
	must.True(t, is)
	titles := []string{"Жанна", "Иван", "%D0%98%D0%B2%D0%B0%D0%BD", "Zoë_Port", "Zo_Port"}
	for i, title := range titles {
		said := maps.Clone(attributions[0].(map[string]any))  //nolint:forcetypeassert // as english has it
		source := maps.Clone(said["source"].(map[string]any)) //nolint:forcetypeassert // as english has it
		source["wikipedia"] = title
		said["source"], said["id"] = source, fmt.Sprintf("GUM_x-b%d", i)
		attributions = append(attributions, said)
	}
	document["attributions"] = attributions
	reader := must.Get(demodata.Open(folderOf(t, document)))(t)
	named := map[string]string{}
	for row, err := reader.Read(); !errors.Is(err, io.EOF); row, err = reader.Read() {
		for _, message := range row.Messages {
			if entity, is := message.(*statementsv1.Entity); is {
				named[entity.GetDisplayName()] = entity.GetName()
			}
		}
	}
	must.Equal(t, len(slices.Compact(slices.Sorted(maps.Values(named)))), 6) // with those who are there before
	must.Equal(t, len(named), 6)
	must.Equal(t, named["Zo Port"], "entities/wp-zo-port")
	document["doc"] = "Порт"
	reader = must.Get(demodata.Open(folderOf(t, document)))(t)
	for row, err := reader.Read(); !errors.Is(err, io.EOF); row, err = reader.Read() {
		for _, message := range row.Messages {
			must.True(t, !strings.Contains(interchange.NameOf(message), "/-"), "%s begins with no letter", interchange.NameOf(message))
		}
	}
}

// told is a statement in one line. The words of its spans are those of the text.
func told(t *testing.T, text []rune, s *statementsv1.Statement) string {
	t.Helper()
	words := func(spans ...*typev1.TextSpan) string {
		var all []string
		for _, span := range spans {
			must.Equal(t, string(text[span.GetStart():span.GetEnd()]), span.GetExact())
			all = append(all, span.GetExact())
		}
		return strings.Join(all, " ")
	}
	speaker := s.GetSpeakers()[0]
	by := speaker.GetEntity()
	if by == "" {
		by = speaker.GetAttributionText()
	}
	line := fmt.Sprintf("%s %s [%s] by %s", strings.TrimPrefix(s.GetName(), "statements/"), s.GetStatementType(), words(s.GetContents()...), by)
	if len(s.GetSourceMentions()) > 0 {
		line += " from [" + words(s.GetSourceMentions()...) + "]"
	}
	if s.GetCue() != nil {
		line += " with " + words(s.GetCue())
	}
	if s.GetParentStatement() != "" {
		line += " in " + s.GetParentStatement()
	}
	return line
}
