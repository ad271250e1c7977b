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
	"github.com/onrecord/onrecord/services/gateway/jsonld"
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
		"a list":               {interchange.JSONL, "[]\n", "1 MALFORMED_ROW "},
		"a number for a name":  {interchange.JSONLD, `{"@type":"Person","name":1}`, "1 MALFORMED_ROW "},
		"two keys":             {interchange.JSONL, "\n" + `{"entity":{},"statement":{}}` + "\n", "2 MALFORMED_ROW "},
		"an unknown key":       {interchange.JSONL, `{"figure":{}}`, "1 UNKNOWN_FIELD figure"},
		"an unknown field":     {interchange.JSONL, `{"entity":{"colour":1}}`, "1 UNKNOWN_FIELD entity.colour"},
		"no enum":              {interchange.JSONL, `{"entity":{"entityType":"FOREST"}}`, "1 MALFORMED_ROW entity.entityType"},
		"null":                 {interchange.JSONL, `{"entity":null}`, "1 MALFORMED_ROW entity"},
		"Latin-1, JSONL":       {interchange.JSONL, `{"entity":{"displayName":"caf` + "\xe9" + `"}}`, "1 MALFORMED_ROW "},
		"Latin-1, JSON-LD":     {interchange.JSONLD, `{"@type":"Person","name":"caf` + "\xe9" + `"}`, "1 MALFORMED_ROW "},
		"Latin-1, CSV":         {interchange.CSV, header + "a,,,caf\xe9,,,,\r\n", "2 MALFORMED_ROW "},
		"a key twice":          {interchange.JSONL, `{"entity":{},"entity":{}}`, "1 MALFORMED_ROW "},
		"a term twice":         {interchange.JSONLD, `{"@type":"Person","name":"a","name":"b"}`, "1 CONTRADICTORY name"},
		"twice, deeper":        {interchange.JSONLD, `{"@type":"Person","identifier":[{"propertyID":"k","value":"1","value":"2"}]}`, "1 CONTRADICTORY identifier.value"},
		"another case":         {interchange.JSONLD, `{"@type":"Person","Name":"a"}`, "1 UNKNOWN_FIELD Name"},
		"two objects":          {interchange.JSONLD, `{"@type":"Person","name":"a"} {"@type":"Person"}`, "1 MALFORMED_ROW "},
		"another vocabulary":   {interchange.JSONLD, `{"@context":{"@vocab":"https://example.org/"},"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"another meaning":      {interchange.JSONLD, `{"@context":["https://schema.org",{"name":"https://example.org/nick"}],"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"another type":         {interchange.JSONLD, `{"@context":["https://schema.org",{"Person":"https://example.org/Ship"}],"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"no type":              {interchange.JSONLD, `{"@context":{"@vocab":"https://schema.org/","Person":null},"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"another type within":  {interchange.JSONLD, `{"@context":["https://schema.org",{"Ship":"https://example.org/Ship"}],"@type":"Claim","author":{"@type":"Ship","name":"a"}}`, "1 MALFORMED_ROW @context"},
		"a context of a type":  {interchange.JSONLD, `{"@context":["https://schema.org",{"Person":{"@id":"https://schema.org/Person","@context":{"name":"https://example.org/nick"}}}],"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"a context of another": {interchange.JSONLD, `{"@context":["https://schema.org",{"Ship":{"@id":"https://example.org/Ship","@context":null}}],"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"an import":            {interchange.JSONLD, `{"@context":{"@version":1.1,"@import":"https://example.org/terms"},"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"a language":           {interchange.JSONLD, `{"@context":["https://schema.org",{"@language":"es"}],"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"of this object alone": {interchange.JSONLD, `{"@context":{"@vocab":"https://schema.org/","@propagate":false},"@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"an unknown context":   {interchange.JSONLD, `{"@context":"https://example.org/terms","@type":"Person","name":"a"}`, "1 MALFORMED_ROW @context"},
		"another rest":         {interchange.JSONLD, `{"@type":"Person","name":"a","onrecord:record":{"displayName":"b"}}`, "1 CONTRADICTORY onrecord:record.displayName"},
		"a rest that is lost":  {interchange.JSONLD, `{"@type":"Article","headline":"a","onrecord:record":{"license":"CC0"}}`, "1 CONTRADICTORY onrecord:record.license"},
		"an author's IRI":      {interchange.JSONLD, `{"@type":"Article","author":{"@id":"entities/a","name":"A"}}`, "1 UNKNOWN_FIELD author.@id"},
		"a publisher's IRI":    {interchange.JSONLD, `{"@type":"Article","publisher":"https://example.org"}`, "1 UNKNOWN_FIELD publisher.@id"},
		"a topic by name":      {interchange.JSONLD, `{"@type":"Claim","about":{"name":"Tolls"}}`, "1 MALFORMED_ROW about"},
		"a name of a place":    {interchange.JSONLD, `{"@type":"Claim","locationCreated":{"@id":"entities/a","name":"A"}}`, "1 UNKNOWN_FIELD locationCreated.name"},
		"two quotes":           {interchange.JSONLD, `{"@type":"Claim","target":{"selector":[{"@type":"TextQuoteSelector","exact":"a"},{"@type":"TextQuoteSelector","exact":"b"}]}}`, "1 MALFORMED_ROW target[0]"},
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
			must.True(t, !strings.Contains(refused.Message, "Go "), "it names types of Go: %s", refused.Message)
			_, err = reader.Read()
			must.ErrorIs(t, err, io.EOF)
		})
	}
}

// TestContextsThatSayTheSame: by its address, written out, of an answer, or of another base.
func TestContextsThatSayTheSame(t *testing.T) {
	for _, context := range []string{
		`"https://schema.org"`, `"http://schema.org/"`, `["https://schema.org","http://www.w3.org/ns/anno.jsonld"]`, `{"@vocab":"http://schema.org/","gs1":"https://gs1.org/voc/"}`,
		`{"@version":1.1,"@protected":true,"@vocab":"https://schema.org","Person":"http://schema.org/Person","name":"https://schema.org/name","Ship":"https://example.org/Ship"}`,
		string(jsonld.Context("https://record.example.org/")), "null",
	} {
		got := read(t, interchange.JSONLD, `{"@context":`+context+`,"@type":"Person","@id":"entities/a","name":"A"}`)
		must.Equal(t, got, []proto.Message{&statementsv1.Entity{Name: "entities/a", EntityType: statementsv1.Entity_PERSON, DisplayName: "A"}})
	}
}

// TestAnIRIOfAnotherRecordIsNoNameHere: also where its end looks like one.
func TestAnIRIOfAnotherRecordIsNoNameHere(t *testing.T) {
	for line, want := range map[string]string{
		`{"@type":"Person","@id":"https://example.org/entities/a"}`:   "want entities/{id}, not https://example.org/entities/a",
		`{"@type":"Person","@id":"documents/a"}`:                      "want entities/{id}, not documents/a",
		`{"@type":"Article","@id":"documents/a/versions/1/x"}`:        "want documents/{id}/versions/{id}, not documents/a/versions/1/x",
		`{"@type":"Article","@id":"documents/a/versions/1"}`:          "",
		`{"@type":"Claim","@id":"https://onrecord.dev/statements/a"}`: "",
		`{"@type":"Claim"}`: "it needs a name",
	} {
		must.Equal(t, interchange.FaultOf(read(t, interchange.JSONLD, line)[0]), want)
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
