package pages_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/zap"
	"golang.org/x/net/html"
	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/pages"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// getIn asks for a page in languages.
func getIn(t *testing.T, h http.Handler, target, languages string) answer {
	t.Helper()
	w := httptest.NewRecorder()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
	r.Header.Set("Accept-Language", languages)
	h.ServeHTTP(w, r)
	root, err := html.Parse(strings.NewReader(w.Body.String()))
	must.OK(t, err)
	return answer{code: w.Code, header: w.Header(), body: w.Body.String(), root: root}
}

func TestPagesShowThePast(t *testing.T) {
	const then = "2026-11-27T03:04:05.678901Z"
	r := example()
	h := explorer(t, r)
	for _, target := range []string{"/documents/note", "/statements/quote", "/entities/speaker"} {
		a := get(t, h, target+"?read_time="+then)
		must.Equal(t, a.code, http.StatusOK)
		must.Contains(t, textOf(byID(a.root, "main")), "The record as it stood on 27 November 2026, 03:04:05 UTC.")
		must.Contains(t, a.body, `<a href="`+target+`" rel="latest-version">As it stands now</a>`)
		must.False(t, strings.Contains(a.body, "Correct this"), "%s: the past cannot be corrected", target)
		checkDocument(t, target, a)
	}
	must.Equal(t, r.asOf.AsTime(), recorded.Truncate(1000))
	must.Contains(t, get(t, h, "/documents/note?version=1&read_time="+then).body, `href="/documents/note?version=1" rel="latest-version">As it stands now`)
	for _, malformed := range []string{"yesterday", "2026-11-27", "2026-11-27T03:04:05"} {
		a := get(t, h, "/statements/quote?read_time="+malformed)
		must.Equal(t, a.code, http.StatusBadRequest)
		must.Contains(t, a.body, "is not a time of RFC 3339")
	}
	must.Equal(t, get(t, h, "/statements/quote/correct?read_time="+then).code, http.StatusBadRequest)

	// What was not on record then is said to be a thing of that time.
	a := get(t, h, "/statements/newer?read_time="+then)
	must.Equal(t, a.code, http.StatusNotFound)
	must.Contains(t, a.body, `<a href="/statements/newer" rel="latest-version">As it stands now</a>`)
}

func TestCitationOfEveryResource(t *testing.T) {
	r := example()
	h := explorer(t, r)
	for target, kind := range map[string]string{"/documents/note": "document", "/statements/quote": "statement", "/figures/total": "figure"} {
		a := get(t, h, target)
		must.Contains(t, a.body, `href="`+target+`/cite" data-cite>Cite</a>`)
		must.Contains(t, a.body, `href="/v1`+target+`:evidence"`)
		a = get(t, h, target+"/cite")
		must.Equal(t, textOf(byID(a.root, "cite-text")), r.citation)
		must.Equal(t, textOf(byID(a.root, "cite-permalink")), "https://record.example"+target+"?read_time=2026-11-27T03:04:05.678901Z")
		must.Contains(t, textOf(byID(a.root, "cite-csl")), `"title": "The Speaker, “trade needs no wall”`)
		must.Contains(t, textOf(byID(a.root, "main")), "The "+kind)
		// Without a script nothing is there that does nothing.
		walk(byID(a.root, "citation"), func(n *html.Node) {
			must.True(t, n.Data != "button" || hasAttr(n, "hidden"), "a button without a script")
		})
		a = get(t, h, target+"/cite?read_time=2026-01-02T03:04:05Z")
		must.Equal(t, r.cited.GetReadTime().AsTime().Year(), 2026)
		must.Contains(t, a.body, ":evidence?read_time=2026-01-02T03%3A04%3A05Z")
	}
	for target, kind := range map[string]string{"/entities/speaker": "entity", "/metrics/trade": "metric"} {
		a := get(t, h, target)
		must.Contains(t, a.body, `href="`+target+`/cite" data-cite>Cite</a>`)
		a = get(t, h, target+"/cite")
		must.Contains(t, textOf(byID(a.root, "main")), "The "+kind)
		must.False(t, strings.Contains(a.body, ":evidence"), "evidence is packed of facts")
	}
	must.Equal(t, get(t, h, "/places/country-mx/cite").code, http.StatusNotFound)
	must.Equal(t, get(t, h, "/documents/UPPER/cite").code, http.StatusNotFound)
}

func hasAttr(n *html.Node, key string) bool {
	for _, attr := range n.Attr {
		if attr.Key == key {
			return true
		}
	}
	return false
}

func TestNamesComeInTheReadersLanguage(t *testing.T) {
	r := example()
	r.entities[0].Names = []*statementsv1.EntityName{{Text: "El Orador", LanguageCode: "es"}, {Text: "Der Redner", LanguageCode: "de"}}
	r.labels = map[string]*gatewayv1.Label{"entities/speaker": {Text: "El Orador", LanguageCode: "es"}}
	h := explorer(t, r)
	for _, target := range []string{"/statements/quote", "/entities/speaker", "/statements", "/documents/note", "/"} {
		a := getIn(t, h, target, "es-MX,es;q=0.9,de;q=0.5")
		must.Contains(t, textOf(byID(a.root, "main")), "El Orador")
		must.Contains(t, a.header.Get("Vary"), "Accept-Language")
	}
	must.Equal(t, r.brief.GetLanguageCode(), "es-MX,es,de")
	must.Contains(t, textOf(byID(getIn(t, h, "/statements/quote", "fr;q=0.9, de").root, "main")), "Der Redner")
	for _, none := range []string{"", "*", "de;q=0", ";;;", strings.Repeat("x", 10_000)} {
		must.Contains(t, textOf(byID(getIn(t, h, "/statements/quote", none).root, "main")), "The Speaker")
	}
}

func TestWhatAServiceDoesNotAnswerIsSaidToBeMissing(t *testing.T) {
	r := example()
	r.unavailable = []*gatewayv1.Unavailable{{Service: "metrics", Reason: "SERVICE_UNAVAILABLE"}}
	r.read.Unavailable = r.unavailable
	h := explorer(t, r)
	for _, target := range []string{"/documents/note", "/entities/speaker", "/search?q=wall"} {
		must.Contains(t, textOf(byID(get(t, h, target).root, "main")), "Figures cannot be read at the moment: they are missing here.")
	}
}

// TestCorrectionsThatAServiceDoesNotAnswerAreSaidToBeMissing, wherever those that the other
// one has would pass for all.
func TestCorrectionsThatAServiceDoesNotAnswerAreSaidToBeMissing(t *testing.T) {
	r := example()
	r.corrections = []*typev1.Correction{{Name: "corrections/c", Subject: "documents/note", Document: "documents/note", Kind: typev1.Correction_ERROR, Reason: "a misprint"}}
	h := explorer(t, r)
	pages := []string{"/", "/corrections", "/documents/note", "/figures/total"}
	for _, target := range pages {
		must.False(t, strings.Contains(textOf(byID(get(t, h, target).root, "main")), "missing here"))
	}
	r.unavailable = []*gatewayv1.Unavailable{{Service: "metrics", Reason: "SERVICE_UNAVAILABLE"}}
	for _, target := range pages {
		main := textOf(byID(get(t, h, target).root, "main"))
		must.Contains(t, main, "missing here")
		must.False(t, strings.Contains(main, "Nothing has been corrected yet"))
		must.Contains(t, main, "a misprint") // what is known is shown
	}
	r.corrections = nil
	must.False(t, strings.Contains(textOf(byID(get(t, h, "/").root, "main")), "Nothing has been corrected yet"))
}

// TestALinkOfThePastLeadsToThePast: what is followed, asked, cited or kept from a page that
// shows the past is of its time, as far as there are such pages; one link leads to the present.
func TestALinkOfThePastLeadsToThePast(t *testing.T) {
	const then = "read_time=2026-11-27T03%3A04%3A05.678901Z"
	r := example()
	h := explorer(t, r)
	for _, target := range []string{
		"/documents/note", "/statements/quote", "/entities/speaker", "/figures/total", "/metrics/trade",
		"/", "/documents", "/statements", "/figures", "/metrics", "/entities", "/corrections", "/search",
	} {
		a := get(t, h, target+"?read_time=2026-11-27T03:04:05.678901Z")
		must.Equal(t, a.code, http.StatusOK)
		checkDocument(t, target, a)
		led, inThePast := 0, regexp.MustCompile(`^/($|(documents|statements|entities|metrics|figures|corrections|search|v1)\b)`)
		walk(a.root, func(n *html.Node) {
			of := attributesOf(n)
			if href := of["href"]; of["rel"] != "latest-version" && inThePast.MatchString(href) && !strings.Contains(href, "/revisions/") {
				led++
				must.Contains(t, href, then)
				must.Equal(t, strings.Count(href, "read_time"), 1)
			}
		})
		must.True(t, led >= 7, "%s has %d links", target, led)
		walk(a.root, func(n *html.Node) {
			if n.Data != "form" {
				return
			}
			given := 0
			walk(n, func(field *html.Node) {
				if of := attributesOf(field); of["name"] == "read_time" {
					given++
					must.Equal(t, of["value"], "2026-11-27T03:04:05.678901Z")
				}
			})
			must.Equal(t, given, 1)
		})
	}
	a := get(t, h, "/metrics/trade?read_time=2026-11-27T03:04:05.678901Z")
	must.Contains(t, a.body, "format=csv&amp;frequency=A&amp;"+then)
	must.False(t, strings.Contains(get(t, h, "/metrics/trade").body, "read_time"))
	must.Contains(t, textOf(get(t, h, "/statements?read_time=2026-11-27T03:04:05.678901Z").root), "This page as data: /v1/statements?read_time=2026-11-27T03:04:05.678901Z")

	// An id may be what a page is called.
	r.entities[0].Name, r.statements[0].Speakers[0].Entity = "entities/correct", "entities/correct"
	must.Contains(t, get(t, h, "/statements/quote?read_time=2026-11-27T03:04:05.678901Z").body, `href="/entities/correct?`+then+`"`)
}

// notes is a connection to services that have the example on record, that notes what it is asked.
type notes struct {
	grpc.ClientConnInterface
	record *record
	mu     sync.Mutex
	asked  []proto.Message
}

func (n *notes) Invoke(_ context.Context, _ string, args, reply any, _ ...grpc.CallOption) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.asked = append(n.asked, args.(proto.Message))
	r := n.record
	for _, answer := range []proto.Message{
		&statementsv1.ListDocumentsResponse{Documents: r.documents}, &statementsv1.ListStatementsResponse{Statements: r.statements},
		&statementsv1.ListEntitiesResponse{Entities: r.entities}, &metricsv1.ListMetricsResponse{Metrics: r.metrics},
		&metricsv1.ListFiguresResponse{Figures: r.figures}, &metricsv1.ListSeriesResponse{Series: r.series}, r.query, r.read,
		&gatewayv1.ListCorrectionsResponse{Corrections: r.corrections}, r.documents[0], r.statements[0], r.entities[0], r.metrics[0], r.figures[0],
		&gatewayv1.SearchFactsResponse{Results: []*gatewayv1.SearchFactsResponse_Result{
			{Fact: &gatewayv1.SearchFactsResponse_Result_Statement{Statement: r.statements[0]}},
			{Fact: &gatewayv1.SearchFactsResponse_Result_Figure{Figure: r.figures[0]}},
		}},
		&statementsv1.SearchStatementsResponse{Results: []*statementsv1.SearchStatementsResponse_Result{{Statement: r.statements[0]}}},
		&metricsv1.SearchFiguresResponse{Results: []*metricsv1.SearchFiguresResponse_Result{{Figure: r.figures[0]}}},
		&gatewayv1.BriefEntityResponse{Entity: r.entities[0], Entries: []*gatewayv1.BriefEntityResponse_Entry{{Statement: r.statements[0], Figures: r.figures}}},
	} {
		if answer.ProtoReflect().Descriptor() == reply.(proto.Message).ProtoReflect().Descriptor() {
			proto.Merge(reply.(proto.Message), answer)
		}
	}
	return nil
}

// TestAPageOfThePastAsksForThePast, with every request that can be made of a time.
func TestAPageOfThePastAsksForThePast(t *testing.T) {
	r := example()
	r.figures[0].ComparisonClaims = []*metricsv1.ComparisonClaim{{Kind: metricsv1.ComparisonClaim_HIGHEST_SINCE, Since: year(2008)}}
	r.corrections = []*typev1.Correction{{Name: "corrections/c", Subject: "figures/total", Document: "documents/note", Kind: typev1.Correction_ERROR, Reason: "a misprint"}}
	for target, least := range map[string]int{
		"/?": 8, "/search?q=wall": 4, "/search?q=wall&in=statements": 3, "/search?q=wall&in=figures": 3, "/documents?": 1, "/statements?speaker=somebody": 3,
		"/figures?": 3, "/metrics?": 2, "/entities?": 1, "/corrections?": 2, "/entities/speaker?": 2, "/documents/note?": 2, "/statements/quote?": 3,
		"/figures/total?": 6, "/metrics/trade?": 5,
	} {
		conn := &notes{record: r}
		h := must.Get(pages.New(conn, conn, conn, zap.NewNop()))(t)
		must.Equal(t, get(t, h, target+"&read_time=2026-11-27T03:04:05Z").code, http.StatusOK)
		must.True(t, len(conn.asked) >= least, "%s asks %d times", target, len(conn.asked))
		for _, request := range conn.asked {
			m := request.ProtoReflect()
			field := m.Descriptor().Fields().ByName("read_time")
			must.True(t, field == nil || m.Has(field), "%s: %s is of the present", target, m.Descriptor().Name())
		}
	}
}

// TestWhatIsRefusedStaysInThePast, unless the time itself is refused.
func TestWhatIsRefusedStaysInThePast(t *testing.T) {
	r := example()
	h := explorer(t, r)
	const then = "&read_time=2026-11-27T03:04:05Z"
	for _, target := range []string{"/search?q=wall&order=zzz", "/figures?metric=Bad+Id", "/statements?speaker=Bad+Id", "/nowhere?"} {
		a := get(t, h, target+then)
		must.True(t, a.code >= 400, "%s: %d", target, a.code)
		must.Contains(t, a.body, "The record as it stood on")
		must.Contains(t, a.body, `href="/documents?read_time=2026-11-27T03%3A04%3A05Z"`)
	}
	r.editorialErr = errs.ToStatus(errs.Invalid("read_time", "READ_TIME_NOT_SETTLED", "is after the settled time")).Err()
	for _, target := range []string{"/search", "/", "/nowhere", "/documents"} {
		for _, never := range []string{"9999-01-01T00:00:00Z", "0000-01-01T00:00:00Z", time.Now().UTC().Format(time.RFC3339)} {
			a := get(t, h, target+"?read_time="+never)
			must.Equal(t, a.code, http.StatusBadRequest)
			must.False(t, strings.Contains(a.body, "The record as it stood"))
			must.Contains(t, a.body, `href="/documents"`)
		}
	}
}

// TestAnEmptyPageOfThePastSpeaksOfThen, and one of the present of now.
func TestAnEmptyPageOfThePastSpeaksOfThen(t *testing.T) {
	h := explorer(t, &record{metrics: example().metrics})
	for _, target := range []string{"/", "/documents", "/statements", "/entities", "/figures", "/corrections", "/metrics/trade"} {
		now, then := get(t, h, target).body, get(t, h, target+"?read_time=2020-01-01T00:00:00Z").body
		must.Contains(t, now, "is on record yet.")
		must.False(t, strings.Contains(now, "then."))
		must.Contains(t, then, "was on record then.")
		must.False(t, strings.Contains(then, " yet."))
	}
	must.Contains(t, get(t, explorer(t, &record{}), "/metrics?read_time=2020-01-01T00:00:00Z").body, "No metric was on record then.")
}

func attributesOf(n *html.Node) map[string]string {
	out := map[string]string{}
	for _, a := range n.Attr {
		out[a.Key] = a.Val
	}
	return out
}
