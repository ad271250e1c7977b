package access_test

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/gen/openapi"
	"github.com/onrecord/onrecord/services/e2e/fixture"
	"github.com/onrecord/onrecord/services/e2e/stack"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

const (
	sealedText = `The harbour mistress told the zyzzyva council: "We will quench the quokka levy." Goods worth US$731 billion were moved in 2031.`
	moreText   = sealedText + " The quokka minutes end here."
)

// sealed is a document under embargo, about an entity and a metric that are public.
func sealed(t *testing.T, id string, end time.Time) string {
	t.Helper()
	request := &gatewayv1.IngestDocumentRequest{
		Document: &statementsv1.Document{
			Name: "documents/" + id + "-note", Headline: "Zyzzyva minutes", Publisher: "Sealed Gazette", LanguageCode: "en",
			EmbargoEndTime: timestamppb.New(end),
		},
		Version: &statementsv1.DocumentVersion{Text: sealedText, PublishTime: &typev1.TimePeriod{Edtf: "2031-02-03"}},
		Statements: []*statementsv1.Statement{{
			Name: "statements/" + id + "-words", StatementType: statementsv1.Statement_DIRECT,
			Contents:      []*typev1.TextSpan{fixture.Span(t, sealedText, "We will quench the quokka levy.")},
			Speakers:      []*statementsv1.Speaker{{Entity: "entities/open-rios", Role: "Harbour mistress"}},
			StatementTime: &typev1.TimePeriod{Edtf: "2031-02-02"},
		}},
		Figures: []*metricsv1.Figure{sealedFigure(t, id+"-number")},
	}
	body, err := protojson.Marshal(request)
	must.OK(t, err)
	return string(body)
}

func sealedFigure(t *testing.T, id string) *metricsv1.Figure {
	t.Helper()
	return &metricsv1.Figure{
		Name: "figures/" + id, Metric: "metrics/open-goods", Dimensions: map[string]string{"REF_AREA": "MX"},
		TimePeriod: &typev1.TimePeriod{Edtf: "2031"}, Frequency: metricsv1.Figure_A,
		Reported: &metricsv1.Reported{
			Text: "US$731 billion", NumberText: "731", Value: fixture.Number("731"), UnitSymbol: "US$", MultiplierText: "billion",
			Spans: []*typev1.TextSpan{fixture.Role(fixture.Span(t, sealedText, "US$731 billion"), typev1.TextSpan_CONTENT)},
		},
		ValueKind: metricsv1.Figure_POINT, Value: fixture.Number("731"), Approximator: metricsv1.Figure_NONE, Unit: fixture.USD(), UnitMult: 9,
	}
}

// subjects are what the variables of paths stand for: what is under embargo and what is
// public. Corrections and re-attributions, whose names nobody chooses, are asked for in
// TestJ15NothingThatIsDoneUnderEmbargoIsHeard.
var subjects = map[string][]string{
	"{document}": {"sealed-note", "open"}, "{statement}": {"sealed-words", "open-goods"}, "{figure}": {"sealed-number", "sealed-second", "open-goods"},
	"{entity}": {"open-rios"}, "{metric}": {"open-goods"}, "{place}": {"country-mx"}, "{version}": {"1", "2"}, "{revision}": {"1", "2"},
	"{review}": {"sealed-review", "open-review"}, "{correction}": {"none"}, "{reattribution}": {"none"},
}

// asked are the parameters of a path beside the empty one.
var asked = map[string][]string{
	"/v1/facts:search": {"query=quokka", "query=harbour", "query=731"}, "/v1/statements:search": {"query=quokka", "query=harbour&facets=speaker&facets=document"},
	"/v1/figures:search": {"query=731", "query=billion"}, "/v1/entities:resolve": {"text=Ana"}, "/v1/metrics:resolve": {"text=goods"},
	"/v1/places:resolve": {"text=Mexico"}, "/v1/units:resolve": {"text=km"}, "/v1/units:convert": {"value=1&from=km&to=m"},
	"/v1/figures:batchGet":         {"names=figures/sealed-number", "names=figures/open-goods"},
	"/v1/statements:batchGet":      {"names=statements/sealed-words", "names=statements/open-goods"},
	"/v1/statements:count":         {"group_by=speaker", "group_by=document", "filter=" + url.QueryEscape(`speaker = "entities/open-rios"`)},
	"/v1/figures:count":            {"group_by=metric", "group_by=document", "filter=" + url.QueryEscape(`time_period = "2031"`)},
	"/v1/documents":                {"show_deleted=true", "page_size=1&order_by=create_time desc", "filter=" + url.QueryEscape(`publisher = "Sealed Gazette"`)},
	"/v1/statements":               {"show_deleted=true&show_deprecated=true", "filter=" + url.QueryEscape(`document = "documents/sealed-note"`), "page_size=1"},
	"/v1/figures":                  {"show_deleted=true", "filter=" + url.QueryEscape(`document = "documents/sealed-note"`), "filter=" + url.QueryEscape(`metric = "metrics/open-goods"`)},
	"/v1/corrections":              {"entity=entities/open-rios", "include_propagations=true", "filter=" + url.QueryEscape(`document = "documents/sealed-note"`)},
	"/v1/metrics/open-goods:query": {"vintages=ALL", "period=2031", "format=csv"}, "/v1/metrics/open-goods/vintages": {"page_size=1"},
	"/v1/metrics/open-goods/contested": {"period=2031"},
}

// pagesAsked are pages of the explorer.
var pagesAsked = []string{
	"/", "/documents", "/statements", "/figures", "/metrics", "/entities", "/corrections", "/search?q=quokka", "/search?q=731&in=figures",
	"/documents/sealed-note", "/statements/sealed-words", "/figures/sealed-number", "/figures/sealed-number/cite", "/statements/sealed-words/cite",
	"/entities/open-rios", "/metrics/open-goods", "/documents/open", "/figures/open-goods/compare", "/figures/sealed-number/compare",
}

// readers are the addresses of everything that a reader may ask for: each route of the API
// description, with each of its subjects, and the pages.
func readers(t *testing.T) (addresses []string) {
	t.Helper()
	var document struct {
		Paths map[string]map[string]json.RawMessage
	}
	must.OK(t, json.Unmarshal(openapi.JSON, &document))
	for path, methods := range document.Paths {
		if methods["get"] == nil || path == "/v1/changes" {
			continue
		}
		for _, address := range filled(path) {
			query := ""
			if strings.HasSuffix(path, ":diff") {
				query = "?to=2"
			}
			addresses = append(addresses, address+query)
			for _, parameters := range asked[address] {
				addresses = append(addresses, address+"?"+strings.ReplaceAll(parameters, " ", "%20"))
			}
		}
	}
	must.True(t, len(addresses) > 100, "only %d addresses", len(addresses))
	return slices.Sorted(slices.Values(append(addresses, pagesAsked...)))
}

// filled puts each subject in place of each variable.
func filled(path string) []string {
	for variable, values := range subjects {
		if !strings.Contains(path, variable) {
			continue
		}
		var all []string
		for _, value := range values {
			all = append(all, filled(strings.Replace(path, variable, value, 1))...)
		}
		return all
	}
	return []string{path}
}

var (
	instants = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d(:|%3A)\d\d(:|%3A)\d\d(\.\d+)?Z|\d{1,2} \w+ \d{4}, \d\d:\d\d:\d\d(\.\d+)? UTC|"size": \d+`)
	ids      = regexp.MustCompile(`page_token=[\w-]+|"nextPageToken":"[\w-]+"|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{64}|W/"[0-9a-f]{32}"`)
)

// said is all that an answer says but for the time at which it was given, and what follows
// from that.
func (a answer) said(t *testing.T) string {
	t.Helper()
	body := a.body
	if a.header.Get("Content-Type") == "application/zip" {
		archive, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
		must.OK(t, err)
		body = nil
		for _, file := range archive.File {
			content := must.Get(file.Open())(t)
			body = append(append(body, file.Name...), must.Get(io.ReadAll(content))(t)...)
			must.OK(t, content.Close())
		}
	}
	whole := http.StatusText(a.code) + "\n" + a.header.Get("Link") + "\n" + string(body)
	// A tag is compared where what it stands for says no time.
	if !instants.Match(body) {
		whole = a.header.Get("ETag") + whole
	}
	return ids.ReplaceAllString(instants.ReplaceAllString(whole, "T"), "ID")
}

// heard are the events of the changes from a time on, until there are no more.
func heard(t *testing.T, api *callers, key string, from time.Time) string {
	t.Helper()
	body := changesFrom(t, api, key, from)
	defer func() { must.OK(t, body.Close()) }()
	var all strings.Builder
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() && lines.Text() != "event: heartbeat" {
		if !strings.HasPrefix(lines.Text(), "retry:") {
			all.WriteString(lines.Text() + "\n")
		}
	}
	must.OK(t, lines.Err())
	return all.String()
}

func changesFrom(t *testing.T, api *callers, key string, from time.Time) io.ReadCloser {
	t.Helper()
	return changes(t, api, key, "?start_time="+url.QueryEscape(from.UTC().Format(time.RFC3339Nano)))
}

// changes are those from where a query says on, without one from now on.
func changes(t *testing.T, api *callers, key, query string) io.ReadCloser {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, api.base+"/v1/changes"+query, nil)
	must.OK(t, err)
	if key != "" {
		request.Header.Set("Authorization", "Bearer "+key)
	}
	response, err := api.http.Do(request)
	must.OK(t, err)
	must.Equal(t, response.StatusCode, http.StatusOK)
	return response.Body
}

// done asks for what must work.
func (c *callers) done(t *testing.T, key, method, path, body string) answer {
	t.Helper()
	got := c.ask(t, key, method, path, body)
	if got.code != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, got.code, got.body)
	}
	return got
}

// settled is a time up to which everything is on record.
func (a answer) settled(t *testing.T) time.Time {
	t.Helper()
	return must.Get(time.Parse(time.RFC3339Nano, a.header.Get("Onrecord-Settled-Time")))(t)
}

// TestJ15AnEmbargoLeaksNothing: while a document is under embargo, everything that a reader
// asks for is answered as if it had never been; then it is there.
func TestJ15AnEmbargoLeaksNothing(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--anonymous-role=reader")
	api := over("http://"+server.HTTP, nil)
	open := must.Get(protojson.Marshal(fixture.Record(t, "open", "")))(t)
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(open))
	review := `{"reviewer":"A Desk","textualRating":"Right","publishTime":{"edtf":"2024"}}`
	api.done(t, k.editor, "POST", "/v1/statements/open-goods/reviews?review_id=open-review", review)

	addresses := readers(t)
	before := map[string]string{}
	for _, address := range addresses {
		got := api.ask(t, "", "GET", address, "")
		if got.code != http.StatusOK && got.code != http.StatusNotFound && strings.Contains(address, "?") {
			t.Errorf("GET %s: %d %s", address, got.code, got.body)
		}
		before[address] = got.said(t)
	}
	began := api.ask(t, "", "GET", "/v1/entities", "").settled(t)

	api.done(t, k.editor, "POST", "/v1/documents:ingest", sealed(t, "sealed", time.Now().Add(time.Hour)))
	second := must.Get(protojson.Marshal(sealedFigure(t, "")))(t)
	api.done(t, k.editor, "POST", "/v1/figures?figure_id=sealed-second", withVersion(t, second, "documents/sealed-note/versions/1"))
	api.done(t, k.editor, "POST", "/v1/statements/sealed-words/reviews?review_id=sealed-review", review)
	api.done(t, k.editor, "PATCH", "/v1/statements/sealed-words", `{"rank":"PREFERRED","rankReason":"quokka"}`)
	api.done(t, k.editor, "PATCH", "/v1/figures/sealed-number", `{"obsStatus":["P"]}`)
	early := api.ask(t, k.editor, "PATCH", "/v1/figures/sealed-number", `{"embargoEndTime":"2001-01-01T00:00:00Z"}`)
	must.Equal(t, early.reason(t), "EMBARGOED") // it would name its document
	for path, body := range map[string]string{
		"/v1/figures/open-goods:correct": `{"kind":"ERROR","reason":"r","noticeDocumentVersion":"documents/sealed-note/versions/1","figure":{"value":{"value":"1"}}}`,
		"/v1/figures?figure_id=said":     saidBy(t, second, "statements/sealed-words"),
	} {
		must.Equal(t, api.ask(t, k.editor, "POST", path, body).reason(t), "EMBARGOED")
	}
	off := `{"kind":"ERROR","reason":"r","figure":{"documentVersion":"documents/open/versions/1"}}`
	must.Equal(t, api.ask(t, k.editor, "POST", "/v1/figures/sealed-second:correct", off).reason(t), "EMBARGOED")
	api.done(t, k.editor, "POST", "/v1/documents/sealed-note/versions", `{"text":`+string(must.Get(json.Marshal(moreText))(t))+`,"publishTime":{"edtf":"2031-02-04"}}`)
	during := api.ask(t, "", "GET", "/v1/entities", "").settled(t)
	at := "?read_time=" + url.QueryEscape(during.Format(time.RFC3339Nano))

	var frozen [2]answer
	for round, key := range []string{"", k.reader} {
		for _, address := range addresses {
			got := api.ask(t, key, "GET", address, "")
			if now := got.said(t); now != before[address] {
				t.Errorf("GET %s, under embargo, says\n%s\nand said before it was on record\n%s", address, now, before[address])
			}
		}
		frozen[round] = api.done(t, key, "GET", "/v1/statements"+at, "")
	}
	must.Equal(t, heard(t, api, "", began), heard(t, api, "", during))
	seesRestricted(t, api, k, during)

	api.done(t, k.editor, "PATCH", "/v1/documents/sealed-note?update_mask=embargoEndTime", `{}`)
	for _, address := range []string{
		"/v1/documents/sealed-note", "/v1/documents/sealed-note:read", "/v1/statements/sealed-words", "/v1/figures/sealed-number", "/v1/figures/sealed-second",
		"/v1/statements/sealed-words/reviews/sealed-review", "/v1/facts:search?query=quokka", "/v1/documents/sealed-note:cite", "/documents/sealed-note", "/search?q=quokka",
		"/v1/metrics/open-goods:query", "/v1/documents/sealed-note/versions/2",
	} {
		got := api.done(t, "", "GET", address, "")
		must.True(t, got.said(t) != before[address], "GET %s says after the end what it said before", address)
		must.False(t, strings.Contains(string(got.body), `"restricted":true`), "GET %s, after the end: %s", address, got.body)
	}
	must.Contains(t, heard(t, api, "", during), `"name":"statements/sealed-words"`)
	must.Equal(t, api.ask(t, "", "GET", "/v1/documents/sealed-note"+at, "").code, http.StatusNotFound)
	for round, key := range []string{"", k.reader} {
		must.Equal(t, string(api.done(t, key, "GET", "/v1/statements"+at, "").body), string(frozen[round].body))
	}
	must.Equal(t, api.ask(t, k.editor, "PATCH", "/v1/documents/sealed-note", `{"embargoEndTime":"2099-01-01T00:00:00Z"}`).code, http.StatusBadRequest)
}

// withVersion puts a figure on a document version.
func withVersion(t *testing.T, figure []byte, version string) string {
	t.Helper()
	fields := map[string]any{}
	must.OK(t, json.Unmarshal(figure, &fields))
	fields["documentVersion"] = version
	delete(fields, "name")
	return string(must.Get(json.Marshal(fields))(t))
}

// saidBy is a figure that stands on no document, but in the words of a claimant.
func saidBy(t *testing.T, figure []byte, claimant string) string {
	t.Helper()
	fields := map[string]any{}
	must.OK(t, json.Unmarshal(figure, &fields))
	fields["claimant"], fields["origin"] = claimant, map[string]any{"producer": "A bureau"}
	delete(fields, "name")
	delete(fields, "reported")
	return string(must.Get(json.Marshal(fields))(t))
}

// seesRestricted asks as an editor while the embargo lasts: whose answers no shared cache
// may give to readers, nor the gateway itself.
func seesRestricted(t *testing.T, api *callers, k keys, at time.Time) {
	t.Helper()
	for _, address := range []string{"/v1/documents/sealed-note", "/v1/statements/sealed-words", "/v1/figures/sealed-number", "/v1/figures/sealed-second"} {
		got := api.done(t, k.editor, "GET", address, "")
		must.Contains(t, string(got.body), `"restricted":true`)
		must.Contains(t, got.header.Get("Cache-Control"), "private")
		must.Contains(t, strings.Join(got.header.Values("Vary"), ","), "Authorization")
		asOf := address + "?read_time=" + url.QueryEscape(at.Format(time.RFC3339Nano))
		for range 2 { // the second may come from the gateway's memory
			got = api.done(t, k.admin, "GET", asOf, "")
			must.Contains(t, got.header.Get("Cache-Control"), "private")
			must.Equal(t, api.ask(t, "", "GET", asOf, "").code, http.StatusNotFound)
		}
	}
	must.Contains(t, heard(t, api, k.editor, at.Add(-time.Hour)), `"name":"statements/sealed-words"`)
	page := string(api.done(t, k.editor, "GET", "/documents/sealed-note", "").body)
	must.Contains(t, page, "Under embargo until")
	must.Contains(t, string(api.done(t, k.editor, "GET", "/documents", "").body), "under embargo")
	must.Contains(t, string(api.done(t, k.editor, "GET", "/v1/facts:search?query=quokka", "").body), "statements/sealed-words")
}

// TestJ15AnEmbargoEndsByItself: never early, and readers hear of it.
func TestJ15AnEmbargoEndsByItself(t *testing.T) {
	k := newKeys(t)
	server := stack.StartAllInOne(t, t.TempDir(), "--api-keys="+k.file, "--anonymous-role=reader")
	api := over("http://"+server.HTTP, nil)
	api.done(t, k.editor, "POST", "/v1/documents:ingest", string(must.Get(protojson.Marshal(fixture.Record(t, "open", "")))(t)))
	body := changesFrom(t, api, "", time.Now().Add(-time.Minute))
	defer func() { must.OK(t, body.Close()) }()
	end := time.Now().Add(1500 * time.Millisecond)
	api.done(t, k.editor, "POST", "/v1/documents:ingest", sealed(t, "timed", end))

	missing := map[string]bool{"documents/timed-note": true, "statements/timed-words": true, "figures/timed-number": true}
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, 1<<20)
	for len(missing) > 0 && lines.Scan() {
		data, isData := strings.CutPrefix(lines.Text(), "data: ")
		if !isData {
			continue
		}
		change := &gatewayv1.WatchResponse{}
		must.OK(t, protojson.Unmarshal([]byte(data), change))
		name, recorded := change.GetStatements().GetName(), change.GetStatements().GetRecordTime()
		if change.GetMetrics() != nil {
			name, recorded = change.GetMetrics().GetName(), change.GetMetrics().GetRecordTime()
		}
		if missing[name] {
			must.True(t, !recorded.AsTime().Before(end.Truncate(time.Microsecond)), "%s was public at %s, its embargo ends at %s", name, recorded.AsTime(), end)
			delete(missing, name)
		}
	}
	must.OK(t, lines.Err())
	must.Equal(t, len(missing), 0)
	for _, address := range []string{"/v1/documents/timed-note", "/v1/statements/timed-words", "/v1/figures/timed-number"} {
		api.done(t, "", "GET", address, "")
	}
	becomesConfidential(t, api, k.editor, "figures/timed-number")
}

// becomesConfidential: readers hear that they can read a figure no longer, and nothing of
// it; what they could read as of a time stays so.
func becomesConfidential(t *testing.T, api *callers, editor, figure string) {
	t.Helper()
	from := api.done(t, "", "GET", "/v1/"+figure, "").settled(t)
	api.done(t, editor, "PATCH", "/v1/"+figure, `{"confStatus":"C"}`)
	must.Equal(t, api.ask(t, "", "GET", "/v1/"+figure, "").code, http.StatusNotFound)
	said := heard(t, api, "", from)
	must.Contains(t, said, "event: RESTRICTED\n")
	must.Contains(t, said, `"name":"`+figure+`"`)
	must.False(t, strings.Contains(said, "731"), "a reader hears what is confidential: %s", said)
	must.Contains(t, heard(t, api, editor, from), "731")
	api.done(t, "", "GET", "/v1/"+figure+"?read_time="+url.QueryEscape(from.Format(time.RFC3339Nano)), "")
	api.done(t, editor, "PATCH", "/v1/"+figure, `{"confStatus":"F"}`)
	must.Contains(t, string(api.done(t, "", "GET", "/v1/"+figure, "").body), "731")
}
