package badinput_test

import (
	"maps"
	"os"
	"testing"

	"google.golang.org/grpc"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/e2e/client"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// One server for all tests: none may leave anything behind that another sees.
var (
	address string
	api     *client.API
	conn    *grpc.ClientConn
	// grpcAddress and admin are where the server's gRPC and its telemetry are.
	grpcAddress, admin string
)

func TestMain(m *testing.M) {
	os.Exit(stack.Main(m, func(t testing.TB) {
		server := stack.StartAllInOne(t, t.TempDir())
		address, grpcAddress, admin = server.HTTP, server.GRPC, server.Admin
		api, conn = client.New(address), client.Dial(t, server.GRPC)
		putOnRecord(t)
	}))
}

// text is the text of the document on which the figures of the tests stand.
const text = "A record US$860 billion was traded. Congress was asked for US$14 billion (S$18 billion) in October.\n" +
	"The border of nearly 3,000 km was crossed by at least 100 people in between 20 and 30 boats.\n" +
	"Tens of thousands of deaths were counted, and <1 per cent of the parcels, 14,341,937,500 in all.\n"

// The names of what is on record before the first test.
const (
	document = "documents/hedges"
	version  = document + "/versions/1"
	person   = "entities/ana-rios"
)

type object = map[string]any

// putOnRecord writes what the tests build on.
func putOnRecord(t testing.TB) {
	t.Helper()
	api.Post(t, "/v1/documents", object{
		"documentId":     "hedges",
		"document":       object{"headline": "Hedges", "publisher": "Harbour Gazette", "languageCode": "en"},
		"initialVersion": object{"text": text, "publishTime": object{"edtf": "2023-11-18"}},
	}).OK(t)
	api.Post(t, "/v1/entities?entity_id=ana-rios", object{"entityType": "PERSON", "displayName": "Ana Ríos"}).OK(t)
	api.Post(t, "/v1/entities?entity_id=harbour", object{"entityType": "ORGANIZATION", "displayName": "Harbour"}).OK(t)
	api.Post(t, "/v1/entities?entity_id=quay", object{"entityType": "PLACE", "displayName": "Quay"}).OK(t)
	for id, unit := range map[string]object{"amount": currency("USD"), "length": ucum("km"), "number": ucum("1"), "share": ucum("%")} {
		api.Post(t, "/v1/metrics?metric_id="+id, object{
			"displayName": id, "measuredProperty": id, "statType": "VALUE", "defaultUnit": unit,
			"dimensions": []object{{"id": "REF_AREA", "codes": []string{"US", "MX"}}},
		}).OK(t)
	}
}

func currency(code string) object { return object{"system": "ISO4217", "code": code} }
func ucum(code string) object     { return object{"system": "UCUM", "code": code} }
func number(text string) object   { return object{"value": text} }

func bound(text string, inclusive bool) object {
	return object{"value": number(text), "inclusive": inclusive}
}

// span is where words stand in the text, as JSON.
func span(t testing.TB, words, role string) object {
	t.Helper()
	s := fixture.Span(t, text, words)
	return object{"start": s.GetStart(), "end": s.GetEnd(), "exact": words, "role": role}
}

// figure is a figure of a metric whose content are words of the text; fields
// are added to it or replace its own.
func figure(t testing.TB, metric, words string, fields object) object {
	t.Helper()
	f := object{
		"metric": "metrics/" + metric, "documentVersion": version,
		"timePeriod": object{"missingReason": "NOT_STATED"},
		"reported":   object{"text": words, "spans": []object{span(t, words, "CONTENT")}},
	}
	maps.Copy(f, fields)
	return f
}

// data is a figure of a data file: a point of a series.
func data(metric, period string, fields object) object {
	f := object{
		"metric": "metrics/" + metric, "timePeriod": object{"edtf": period}, "frequency": "A",
		"origin": object{"producer": "Harbour Office"},
	}
	maps.Copy(f, fields)
	return f
}

// with is an object with some fields replaced; nil takes one away.
func with(base object, fields object) object {
	changed := maps.Clone(base)
	for name, value := range fields {
		if value == nil {
			delete(changed, name)
			continue
		}
		changed[name] = value
	}
	return changed
}

// taken puts a figure on record, which must succeed, and reads it again: what
// was answered is what is on record.
func taken(t *testing.T, f object) *metricsv1.Figure {
	t.Helper()
	made := &metricsv1.Figure{}
	api.Post(t, "/v1/figures", f).Into(t, made)
	must.Equal(t, client.Read(t, api, "/v1/"+made.GetName(), &metricsv1.Figure{}), made)
	for _, s := range made.GetReported().GetSpans() {
		must.Equal(t, s.GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, fixture.Slice(text, s), s.GetExact())
	}
	return made
}

// lists are all resources on record, with those that were retracted.
var lists = []string{"documents", "entities", "statements", "metrics", "figures"}

// onRecord is everything that the lists show.
func onRecord(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, list := range lists {
		all[list] = string(api.Get(t, "/v1/"+list+"?page_size=1000&show_deleted=true").OK(t).Body)
	}
	return all
}

// unchanged runs f, which must not change what is on record.
func unchanged(t *testing.T, f func()) {
	t.Helper()
	before := onRecord(t)
	f()
	must.Equal(t, onRecord(t), before)
}

// refused sends a request that must be refused as wanted and leave nothing
// behind.
func refused(t *testing.T, r client.Request, want client.Want) (problem client.Problem) {
	t.Helper()
	unchanged(t, func() { problem = api.Do(t, r).Refused(t, want) })
	return problem
}

// refusedFigure is refused of a figure sent over REST.
func refusedFigure(t *testing.T, f object, want client.Want) client.Problem {
	t.Helper()
	return refused(t, client.Request{Method: "POST", Path: "/v1/figures", Body: f}, want)
}
