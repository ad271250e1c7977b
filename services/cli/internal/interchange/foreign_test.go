package interchange_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestSchemaOrgOfOthers: a line that a program wrote which knows schema.org and
// Web Annotation, and nothing of us.
func TestSchemaOrgOfOthers(t *testing.T) {
	const line = `{"@context":"https://schema.org","@type":"Quotation","text":"We will.","inLanguage":"en","spokenByCharacter":{"@type":"Person","@id":"entities/ana","name":"Ana Ríos"},` +
		`"isPartOf":"documents/d/versions/1","dateCreated":"2024-05","about":{"@id":"https://onrecord.dev/entities/tolls"},` +
		`"target":{"source":"documents/d/versions/1","selector":[{"@type":"TextPositionSelector","start":1,"end":9},{"@type":"TextQuoteSelector","exact":"We will.","prefix":"“"}]}}`
	want := &statementsv1.Statement{}
	must.OK(t, protojson.Unmarshal([]byte(`{"documentVersion":"documents/d/versions/1","statementType":"DIRECT","text":"We will.","languageCode":"en",
		"contents":[{"start":1,"end":9,"exact":"We will.","prefix":"“"}],"speakers":[{"entity":"entities/ana","attributionText":"Ana Ríos"}],
		"statementTime":{"edtf":"2024-05"},"topics":["entities/tolls"]}`), want))
	must.Equal(t, read(t, interchange.JSONLD, line), []proto.Message{want})
}

// TestWhatALineOfJSONLDIs: the terms that others read.
func TestWhatALineOfJSONLDIs(t *testing.T) {
	claim := &statementsv1.Statement{
		Name: "statements/s", DocumentVersion: "documents/d/versions/1", StatementType: statementsv1.Statement_INDIRECT, Text: "She would.",
		Contents:      []*typev1.TextSpan{{Start: proto.Int32(0), End: 9, Exact: "she would"}},
		Speakers:      []*statementsv1.Speaker{{Entity: "entities/ana"}},
		StatementTime: &typev1.TimePeriod{Edtf: "2024-05-01"},
	}
	line := write(t, interchange.JSONLD, claim)
	for _, part := range []string{
		`"@type":"Claim"`, `"@id":"statements/s"`, `"author":[{"@id":"entities/ana"}]`, `"dateCreated":"2024-05-01"`,
		`{"@type":"TextPositionSelector","start":0,"end":9}`, `{"@type":"TextQuoteSelector","exact":"she would"}`,
	} {
		must.Contains(t, line, part)
	}
	must.Equal(t, strings.Count(line, "onrecord:record"), 1) // in the context: nothing is left over
}

// TestWhatADocumentCallsSomebodyIsNoName: the attribution is a term of the quotation; and a
// time that is more than a date begins with one.
func TestWhatADocumentCallsSomebodyIsNoName(t *testing.T) {
	statement := &statementsv1.Statement{
		Name: "statements/s", DocumentVersion: "documents/d/versions/1", StatementType: statementsv1.Statement_DIRECT, Text: "We will.", LanguageCode: "en",
		Speakers:      []*statementsv1.Speaker{{Entity: "entities/ana", AttributionText: "Ms Ríos"}, {AttributionText: "an official"}},
		StatementTime: &typev1.TimePeriod{Edtf: "2024-05-01/2024-05-02"},
	}
	line := write(t, interchange.JSONLD, statement)
	must.Contains(t, line, `"spokenByCharacter":[{"@id":"entities/ana"},{"name":"an official"}]`)
	must.Contains(t, line, `"onrecord:attribution":[{"onrecord:speaker":{"@id":"entities/ana"},"onrecord:attributionText":"Ms Ríos"}]`)
	must.Contains(t, line, `"dateCreated":"2024-05-01"`)
	must.Equal(t, read(t, interchange.JSONLD, line), []proto.Message{statement})

	const answer = `{"@type":"Quotation","text":"We will.","onrecord:revision":"1","spokenByCharacter":[{"@type":"Person","@id":"entities/ana","name":"Ana Ríos"}],` +
		`"onrecord:attribution":[{"onrecord:speaker":{"@id":"entities/ana"},"onrecord:attributionText":"Ms Ríos"}]}`
	got, ok := read(t, interchange.JSONLD, answer)[0].(*statementsv1.Statement)
	must.True(t, ok)
	must.Equal(t, got.GetSpeakers(), []*statementsv1.Speaker{{Entity: "entities/ana", AttributionText: "Ms Ríos"}})
}

// TestRowsThatCannotBeRead: each is refused by itself, with its line and reason.
func TestRowsThatCannotBeRead(t *testing.T) {
	const header = "statement,document_version,speakers,roles,content_start,content_end,more,new_entities\r\n"
	for name, tt := range map[string]struct{ format, rows, want string }{
		"no JSON":              {interchange.JSONL, "{\n", "1 MALFORMED_ROW "},
		"two keys":             {interchange.JSONL, "\n" + `{"entity":{},"statement":{}}` + "\n", "2 MALFORMED_ROW "},
		"an unknown key":       {interchange.JSONL, `{"figure":{}}`, "1 UNKNOWN_FIELD figure"},
		"an unknown field":     {interchange.JSONL, `{"entity":{"colour":1}}`, "1 UNKNOWN_FIELD entity.colour"},
		"no enum":              {interchange.JSONL, `{"entity":{"entityType":"FOREST"}}`, "1 MALFORMED_ROW entity.entityType"},
		"null":                 {interchange.JSONL, `{"entity":null}`, "1 MALFORMED_ROW entity"},
		"Latin-1, JSONL":       {interchange.JSONL, `{"entity":{"displayName":"caf` + "\xe9" + `"}}`, "1 MALFORMED_ROW "},
		"Latin-1, JSON-LD":     {interchange.JSONLD, `{"@type":"Person","name":"caf` + "\xe9" + `"}`, "1 MALFORMED_ROW "},
		"Latin-1, CSV":         {interchange.CSV, header + "a,,,caf\xe9,,,,\r\n", "2 MALFORMED_ROW "},
		"no type of ours":      {interchange.JSONLD, `{"@type":"Recipe"}`, "1 MALFORMED_ROW @type"},
		"a graph":              {interchange.JSONLD, `{"@graph":[]}`, "1 UNKNOWN_FIELD @graph"},
		"a foreign term":       {interchange.JSONLD, `{"@type":"Quotation","recipeYield":"2"}`, "1 UNKNOWN_FIELD recipeYield"},
		"a term of another":    {interchange.JSONLD, `{"@type":"Person","articleBody":"x"}`, "1 UNKNOWN_FIELD articleBody"},
		"no selector":          {interchange.JSONLD, `{"@type":"Claim","target":{"selector":{"@type":"XPathSelector"}}}`, "1 MALFORMED_ROW target[0]"},
		"another source":       {interchange.JSONLD, `{"@type":"Claim","isPartOf":"a","target":{"source":"b"}}`, "1 CONTRADICTORY target[0].source"},
		"other speakers":       {interchange.JSONLD, `{"@type":"Claim","author":{"name":"A"},"onrecord:record":{"speakers":[{"attributionText":"B"}]}}`, "1 CONTRADICTORY author"},
		"another time":         {interchange.JSONLD, `{"@type":"Claim","dateCreated":"2024-05","onrecord:record":{"statementTime":{"edtf":"2024-06/2024-07"}}}`, "1 CONTRADICTORY dateCreated"},
		"another attribution":  {interchange.JSONLD, `{"@type":"Claim","author":{"@id":"entities/a"},"onrecord:attribution":{"onrecord:speaker":"entities/b","onrecord:attributionText":"B"}}`, "1 CONTRADICTORY onrecord:attribution"},
		"too few cells":        {interchange.CSV, header + "a,b\r\n", "2 MALFORMED_ROW "},
		"a quote mark":         {interchange.CSV, header + "a\"b,,,,,,,\r\n", "2 MALFORMED_ROW "},
		"no offset":            {interchange.CSV, header + "a,,,,x,,,\r\n", "2 MALFORMED_ROW content_start"},
		"fewer ends":           {interchange.CSV, header + "a,,,,1|2,3,,\r\n", "2 MALFORMED_ROW content_end"},
		"a lonely backslash":   {interchange.CSV, header + `a,,x\y,,,,,` + "\r\n", "2 MALFORMED_ROW speakers"},
		"another name in more": {interchange.CSV, header + `a,,,,,,"{""name"":""b""}",` + "\r\n", "2 CONTRADICTORY more.name"},
		"no array":             {interchange.CSV, header + "a,,,,,,,{}\r\n", "2 MALFORMED_ROW new_entities"},
	} {
		t.Run(name, func(t *testing.T) {
			reader := must.Get(interchange.NewReader(tt.format, strings.NewReader(tt.rows)))(t)
			_, err := reader.Read()
			refused, ok := errors.AsType[*interchange.RowError](err)
			must.True(t, ok, "%v", err)
			must.Equal(t, fmt.Sprint(refused.Line, " ", refused.Reason, " ", refused.Field), tt.want)
			must.True(t, len(refused.Text) > 0, "the row is not shown")
			_, err = reader.Read()
			must.ErrorIs(t, err, io.EOF)
		})
	}
}

// TestLongLine: a line that is too long is not held in memory, and the next is
// read.
func TestLongLine(t *testing.T) {
	const good = `{"entity":{"name":"entities/e"}}`
	long := strings.NewReader(strings.Repeat("x", interchange.MaxRow+1) + "\n" + good)
	reader := must.Get(interchange.NewReader(interchange.JSONL, long))(t)
	_, err := reader.Read()
	refused, ok := errors.AsType[*interchange.RowError](err)
	must.True(t, ok, "%v", err)
	must.Equal(t, refused.Reason, interchange.RowTooLong)
	must.Equal(t, must.Get(reader.Read())(t).Line, 2)
}

// TestCellsOfSeveralValues: a bar joins, and is itself behind a backslash.
func TestCellsOfSeveralValues(t *testing.T) {
	const file = "statement,speakers,attribution_texts,content_start,content_end,content_exact\r\n" +
		`statements/s,entities/a|entities/b,|the \| board \\,0|9,3|12,"a, b|c"` + "\r\n"
	statement, _ := read(t, interchange.CSV, file)[0].(*statementsv1.Statement)
	must.Equal(t, statement.GetSpeakers()[0], &statementsv1.Speaker{Entity: "entities/a"})
	must.Equal(t, statement.GetSpeakers()[1], &statementsv1.Speaker{Entity: "entities/b", AttributionText: `the | board \`})
	must.Equal(t, statement.GetContents()[1], &typev1.TextSpan{Start: proto.Int32(9), End: 12, Exact: "c"})
	must.Equal(t, statement.GetStatementTime().GetMissingReason(), typev1.TimePeriod_NOT_STATED)
}

// TestNoPlaceWithinARow: the line of a row is that of the file and the only one.
func TestNoPlaceWithinARow(t *testing.T) {
	for line, want := range map[string]string{
		`{"statement":{"colour":"red"}}`:    `line 1: statement.colour UNKNOWN_FIELD: unknown field "colour"`,
		`{"statement":{"contents":[{},3]}}`: "line 1: statement MALFORMED_ROW: syntax error: unexpected token 3",
	} {
		_, err := must.Get(interchange.NewReader(interchange.JSONL, strings.NewReader(line)))(t).Read()
		must.Equal(t, err.Error(), want)
	}
}
