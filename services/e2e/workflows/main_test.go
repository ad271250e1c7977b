package workflows_test

import (
	"encoding/json"
	"net/url"
	"os"
	"strings"
	"testing"

	"google.golang.org/grpc"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
)

func TestMain(m *testing.M) { os.Exit(stack.Main(m, func(testing.TB) {})) }

// desk is a running server with the record of the harbour on it.
type desk struct {
	*client.API

	conn *grpc.ClientConn
	// texts are those of the versions, by name.
	texts map[string]string
}

// onEngines runs a walk on both engines, each with a record of its own.
func onEngines(t *testing.T, walk func(t *testing.T, d *desk)) {
	for engine, args := range map[string]func(t *testing.T) []string{
		"SQLite":     func(*testing.T) []string { return nil },
		"PostgreSQL": func(t *testing.T) []string { return []string{"--database=" + pgtest.Database(t)} },
	} {
		t.Run(engine, func(t *testing.T) {
			server := stack.StartAllInOne(t, t.TempDir(), args(t)...)
			d := &desk{API: client.New(server.HTTP), conn: client.Dial(t, server.GRPC), texts: map[string]string{}}
			d.fill(t)
			walk(t, d)
		})
	}
}

// The record: a newspaper, an agency that prints the same words a day later, a
// paper in another language, and an old report whose speaker was mistaken.
const (
	gazette = "“No ship will wait longer than a day,” said the harbour master, Inés Vidal. “We keep what we promise.”\n\n" +
		"Officials of the port said that she had promised the shipping companies a new quay by autumn, and that the work on it was well under way.\n"
	wire    = "LONDON, 2 March. “No ship will wait longer than a day”, Inés Vidal was quoted as saying.\n"
	diario  = "«Ningún barco esperará más de un día», dijo la capitana del puerto, Inés Vidal.\n"
	archive = "The harbour master, Vidal, said in 2015: “The tolls stay.” Vidal added: “The dredging begins in May.”\n"
)

func (d *desk) fill(t *testing.T) {
	for _, entity := range []string{
		`{"entityType":"ORGANIZATION","displayName":"Port authority"}`,
		`{"entityType":"PERSON","displayName":"Inés Vidal","aliases":["I. Vidal"],"memberships":[{"organization":"entities/port-authority","role":"Harbour master","startDate":"2020-01-01","endDate":"2024-06-30"},{"role":"Minister of transport","startDate":"2024-07-01"}]}`,
		`{"entityType":"PERSON","displayName":"Ignacio Vidal","memberships":[{"organization":"entities/port-authority","role":"Harbour master","startDate":"2010-01-01","endDate":"2019-12-31"}]}`,
		`{"entityType":"GROUP","displayName":"Waiting times"}`,
	} {
		id := strings.NewReplacer(" ", "-", "é", "e").Replace(strings.ToLower(field(t, entity, "displayName")))
		d.Post(t, "/v1/entities?entity_id="+id, entity).OK(t)
	}
	for _, document := range [][4]string{
		{"gazette", "en", "2024-03-01", gazette}, {"wire", "en", "2024-03-02", wire}, {"diario", "es", "2024-03-01", diario}, {"archive", "en", "2015-04-10", archive},
	} {
		d.Post(t, "/v1/documents", map[string]any{
			"documentId": document[0], "document": map[string]any{"headline": "Of the harbour", "publisher": document[0], "languageCode": document[1]},
			"initialVersion": map[string]any{"text": document[3], "publishTime": map[string]any{"edtf": document[2]}},
		}).OK(t)
		d.texts["documents/"+document[0]+"/versions/1"] = document[3]
	}
	const ines = "entities/ines-vidal"
	d.state(t, "waits", "gazette", statementsv1.Statement_DIRECT, "2024-02-29", ines, "No ship will wait longer than a day,")
	d.state(t, "promise", "gazette", statementsv1.Statement_DIRECT, "2024-02-29", ines, "We keep what we promise.")
	d.state(t, "quay", "gazette", statementsv1.Statement_INDIRECT, "2024-02", "", "she had promised the shipping companies a new quay by autumn")
	d.state(t, "waits-wire", "wire", statementsv1.Statement_DIRECT, "2024-02-29", ines, "No ship will wait longer than a day")
	d.state(t, "waits-es", "diario", statementsv1.Statement_DIRECT, "2024-02-29", ines, "Ningún barco esperará más de un día")
	d.state(t, "tolls", "archive", statementsv1.Statement_DIRECT, "2015", ines, "The tolls stay.")
	d.state(t, "dredging", "archive", statementsv1.Statement_DIRECT, "2015", ines, "The dredging begins in May.")
}

func field(t *testing.T, object, name string) string {
	t.Helper()
	var all map[string]any
	must.OK(t, json.Unmarshal([]byte(object), &all))
	text, ok := all[name].(string)
	must.True(t, ok, "no %s", name)
	return text
}

// state puts a statement on record.
func (d *desk) state(t *testing.T, id, document string, kind statementsv1.Statement_StatementType, when, speaker, words string) {
	t.Helper()
	version := "documents/" + document + "/versions/1"
	statement := &statementsv1.Statement{
		DocumentVersion: version, StatementType: kind, StatementTime: &typev1.TimePeriod{Edtf: when},
		Contents: []*typev1.TextSpan{fixture.Span(t, d.texts[version], words)}, Speakers: []*statementsv1.Speaker{{Entity: speaker}},
		Topics: []string{"entities/waiting-times"},
	}
	if speaker == "" {
		statement.Speakers = []*statementsv1.Speaker{{AttributionText: "Officials of the port", SourceType: statementsv1.Speaker_UNNAMED_GROUP}}
	}
	d.Post(t, "/v1/statements?statement_id="+id, statement).OK(t)
}

// get reads a statement.
func (d *desk) get(t *testing.T, id, query string) *statementsv1.Statement {
	t.Helper()
	return client.Read(t, d.API, "/v1/statements/"+id+query, &statementsv1.Statement{})
}

// list answers the ids of the statements that match, by name.
func (d *desk) list(t *testing.T, filter string) []string {
	t.Helper()
	page := client.Read(t, d.API, "/v1/statements?order_by=name&filter="+url.QueryEscape(filter), &statementsv1.ListStatementsResponse{})
	return ids(page.GetStatements())
}

func ids(statements []*statementsv1.Statement) []string {
	all := []string{}
	for _, statement := range statements {
		all = append(all, strings.TrimPrefix(statement.GetName(), "statements/"))
	}
	return all
}

// now is a time at which nothing more can be recorded, as a parameter.
func (d *desk) now(t *testing.T) string {
	t.Helper()
	settled := d.Get(t, "/v1/documents?page_size=1").OK(t).Header.Get("Onrecord-Settled-Time")
	must.True(t, settled != "", "the answer does not say until when the record is settled")
	return "read_time=" + url.QueryEscape(settled)
}
