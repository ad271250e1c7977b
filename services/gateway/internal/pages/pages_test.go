package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// every is every page that the example has.
var every = []string{
	"/", "/documents", "/documents/note", "/statements", "/statements/quote", "/entities", "/entities/speaker", "/metrics", "/metrics/trade",
	"/figures", "/figures/total", "/figures/hedged", "/figures/bare", "/search", "/search?q=wall", "/search?q=billion", "/documents/note/cite", "/statements/quote/cite", "/figures/total/cite", "/nowhere",
}

func TestEveryPageIsWellFormedAndSafe(t *testing.T) {
	h := explorer(t, example())
	for _, target := range every {
		a := get(t, h, target)
		if target != "/nowhere" {
			must.Equal(t, a.code, http.StatusOK)
		}
		must.Equal(t, a.header.Get("Content-Type"), "text/html; charset=utf-8")
		csp := a.header.Get("Content-Security-Policy")
		must.False(t, strings.Contains(csp, "unsafe"), "%s", csp)
		must.Contains(t, csp, "default-src 'none'")
		checkDocument(t, target, a)
	}
}

// checkDocument fails for markup that the content security policy would refuse,
// for ids that are not unique and for links within the page that lead nowhere.
func checkDocument(t *testing.T, target string, a answer) {
	t.Helper()
	checkNesting(t, target, a.body)
	ids, fragments := map[string]bool{}, []string{}
	walk(a.root, func(n *html.Node) {
		if n.Data == "script" {
			must.True(t, n.FirstChild == nil, "%s: an inline script", target)
		}
		must.True(t, n.Data != "style", "%s: an inline style sheet", target)
		for _, attr := range n.Attr {
			must.False(t, strings.HasPrefix(attr.Key, "on") || attr.Key == "style", "%s: attribute %s", target, attr.Key)
			switch {
			case attr.Key == "id":
				must.False(t, ids[attr.Val], "%s: id %q twice", target, attr.Val)
				ids[attr.Val] = true
			case attr.Key == "href" && strings.HasPrefix(attr.Val, "#"):
				fragments = append(fragments, attr.Val[1:])
			case attr.Key == "href" || attr.Key == "src":
				must.False(t, strings.Contains(attr.Val, "ZgotmplZ") || strings.HasPrefix(attr.Val, "javascript:"), "%s: %s", target, attr.Val)
			}
		}
	})
	for _, id := range fragments {
		must.True(t, ids[id], "%s: #%s leads nowhere", target, id)
	}
}

// checkNesting fails unless every element that needs an end has one, in order.
func checkNesting(t *testing.T, target, body string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "input": true, "br": true}
	var open []string
	z := html.NewTokenizer(strings.NewReader(body))
	for {
		switch z.Next() {
		case html.ErrorToken:
			must.Equal(t, len(open), 0)
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); !void[string(name)] {
				open = append(open, string(name))
			}
		case html.EndTagToken:
			name, _ := z.TagName()
			must.True(t, len(open) > 0 && open[len(open)-1] == string(name), "%s: </%s> closes %v", target, name, open)
			open = open[:len(open)-1]
		default:
		}
	}
}

func walk(n *html.Node, visit func(*html.Node)) {
	if n.Type == html.ElementNode {
		visit(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		walk(c, visit)
	}
}

// textOf is what a reader would copy from an element.
func textOf(n *html.Node) string {
	var b strings.Builder
	var collect func(*html.Node)
	collect = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			collect(c)
		}
	}
	collect(n)
	return b.String()
}

func byID(root *html.Node, id string) *html.Node {
	var found *html.Node
	walk(root, func(n *html.Node) {
		for _, attr := range n.Attr {
			if attr.Key == "id" && attr.Val == id {
				found = n
			}
		}
	})
	return found
}

func TestHomeShowsWhatIsThereWhenAServiceIsDown(t *testing.T) {
	r := example()
	r.metricsErr = status.Error(codes.Unavailable, "connection refused")
	a := get(t, explorer(t, r), "/")
	must.Equal(t, a.code, http.StatusOK)
	must.Contains(t, a.body, "A note")
	must.Contains(t, a.body, "Metrics cannot be read at the moment")

	r = example()
	r.err = status.Error(codes.Unavailable, "connection refused")
	a = get(t, explorer(t, r), "/")
	must.Contains(t, a.body, "Documents cannot be read at the moment")
	must.Contains(t, a.body, "Trade between")
	must.Contains(t, a.body, "1 series")
}

// TestATimeThatCannotBeReadIsNoOutage: the first page refuses it, as every other does.
func TestATimeThatCannotBeReadIsNoOutage(t *testing.T) {
	r := example()
	r.err = errs.ToStatus(errs.Invalid("read_time", "READ_TIME_NOT_SETTLED", "is not yet certain")).Err()
	r.editorialErr = r.err
	a := get(t, explorer(t, r), "/?read_time=2036-11-27T03:04:05Z")
	must.Equal(t, a.code, http.StatusBadRequest)
	must.Contains(t, a.body, "READ_TIME_NOT_SETTLED")
	must.False(t, strings.Contains(a.body, "as it stood"), "it is of no time")
}

// TestAnEmptyRecordSaysHowToBegin, and one that cannot be read is not called empty.
func TestAnEmptyRecordSaysHowToBegin(t *testing.T) {
	const begin = "onrecord serve --examples"
	shows(t, get(t, explorer(t, &record{}), "/").root, "Nothing is on record yet", begin)
	then := get(t, explorer(t, &record{}), "/?read_time=2026-11-27T03:04:05Z")
	shows(t, then.root, "Nothing was on record then")
	must.False(t, strings.Contains(then.body, begin), "the present may have more")
	must.False(t, strings.Contains(get(t, explorer(t, example()), "/").body, begin))
	down := status.Error(codes.Unavailable, "connection refused")
	a := get(t, explorer(t, &record{err: down, metricsErr: down}), "/")
	must.Contains(t, a.body, "Documents cannot be read at the moment")
	must.False(t, strings.Contains(a.body, begin))
}

// TestAnErrorSaysWhatToDo: each fault once, and where to go from here.
func TestAnErrorSaysWhatToDo(t *testing.T) {
	h := explorer(t, example())
	a := get(t, h, "/documents/note?sort=1&page=2")
	must.Equal(t, strings.Count(textOf(byID(a.root, "main")), "sort: is not a parameter"), 1)
	shows(t, a.root, "page: is not a parameter", "Some of what was asked does not fit")
	shows(t, get(t, h, "/documents/nothing").root, "The address may be mistyped.")
}

func TestErrorsAreSaidWithTheRightStatus(t *testing.T) {
	retraction := &typev1.Correction{
		Kind: typev1.Correction_RETRACTION, Subject: "figures/total", Reason: "misread <the> table", Caller: "editor", PreviousRevision: "3",
		RecordTime: timestamppb.New(recorded),
	}
	for _, c := range []struct {
		err  error
		code int
		says string
	}{
		{errs.New(errs.NotFound, "RETRACTED", "figures/total is retracted").Detail(retraction), http.StatusGone, "misread &lt;the&gt; table"},
		{errs.New(errs.NotFound, "NOT_FOUND", "no such figure"), http.StatusNotFound, "no such figure"},
		{errs.Invalid("filter", "INVALID_FILTER", "is malformed"), http.StatusBadRequest, "is malformed"},
		{status.Error(codes.Unavailable, "dial tcp 10.0.0.1: refused"), http.StatusServiceUnavailable, "Not available"},
		{errs.New(errs.PermissionDenied, "", "no"), http.StatusForbidden, "Not for you"},
		{errs.New(errs.ResourceExhausted, "", "slower"), http.StatusTooManyRequests, "slower"},
		{errs.New(errs.Internal, "", "secret cause"), http.StatusInternalServerError, "internal error, id "},
	} {
		r := example()
		r.metricsErr = c.err
		a := get(t, explorer(t, r), "/figures/total")
		must.Equal(t, a.code, c.code)
		must.Contains(t, a.body, c.says)
		must.Equal(t, a.header.Get("Cache-Control"), "no-store")
		must.False(t, strings.Contains(a.body, "secret cause") || strings.Contains(a.body, "10.0.0.1"))
		checkDocument(t, "error", a)
	}
}

func TestRetractedPageSaysWhereItIsKept(t *testing.T) {
	r := example()
	r.err = errs.New(errs.NotFound, "RETRACTED", "retracted").Detail(&typev1.Correction{
		Subject: "statements/quote", Reason: "wrong speaker", RecordTime: timestamppb.New(recorded),
	})
	a := get(t, explorer(t, r), "/statements/quote")
	must.Equal(t, a.code, http.StatusGone)
	must.Contains(t, a.body, `href="/v1/statements/quote?show_deleted=true"`)
	must.Contains(t, a.body, `<a href="/statements/quote?read_time=2026-11-27T03%3A04%3A05.6789Z">as it stood before</a>`)
}

// TestAKilledPageLeadsNotToWhatItSaid: its publisher demands that it be used no more.
func TestAKilledPageLeadsNotToWhatItSaid(t *testing.T) {
	r := example()
	r.err = errs.New(errs.NotFound, "RETRACTED", "retracted").Detail(&typev1.Correction{
		Kind: typev1.Correction_KILL, Subject: "statements/quote", Reason: "it is false", RecordTime: timestamppb.New(recorded),
	})
	a := get(t, explorer(t, r), "/statements/quote")
	must.Equal(t, a.code, http.StatusGone)
	checkDocument(t, "error", a)
	must.Contains(t, a.body, "Its publisher demands that it be used no more.")
	must.False(t, strings.Contains(a.body, "not lost") || strings.Contains(a.body, "show_deleted") || strings.Contains(a.body, "read_time=2026"), a.body)
}

func TestWhatAPageDoesNotKnowIsRefused(t *testing.T) {
	h := explorer(t, example())
	for target, says := range map[string]string{
		"/?page=2":                              "is not a parameter of this page; it has read_time",
		"/search?q=a&q=b":                       "is given 2 times",
		"/figures?metric=Not+An+Id":             "is not an id",
		"/figures?value_kind=POINTS":            "is not one of POINT",
		"/metrics/trade?frequency=Y":            "is not one of A, S, Q",
		"/metrics/trade?dimensions=US":          "is not a parameter",
		"/documents/note?dimensions%5BX%5D=1":   "is not a parameter",
		"/entities/speaker?show_deleted=true":   "is not a parameter",
		"/documents?%zz":                        "malformed",
		"/statements?speaker=x;document=y":      "malformed",
		"/documents/note?version=1&version=1&a": "is not a parameter of this page; it has version",
	} {
		a := get(t, h, target)
		must.True(t, a.code == http.StatusBadRequest, "%s: %d", target, a.code)
		must.True(t, strings.Contains(a.body, says), "%s: %s", target, textOf(byID(a.root, "main")))
	}
	for _, target := range []string{"/documents/UPPER", "/documents/..%2f", "/figures/a/b", "/static/style.css", "/static/../layout.html", "/favicon.ico"} {
		a := get(t, h, target)
		must.True(t, a.code == http.StatusNotFound || a.code == http.StatusTemporaryRedirect || a.code == http.StatusMovedPermanently, "%s: %d", target, a.code)
	}
	a := do(t, h, http.MethodPost, "/documents")
	must.Equal(t, a.code, http.StatusMethodNotAllowed)
	must.Equal(t, a.header.Get("Allow"), "GET, HEAD")
	a = do(t, h, http.MethodHead, "/documents")
	must.Equal(t, a.code, http.StatusOK)
	must.Equal(t, a.body, "")
}

func TestStaticFilesAreKeptForEver(t *testing.T) {
	h := explorer(t, example())
	home := get(t, h, "/")
	n := 0
	walk(home.root, func(node *html.Node) {
		for _, attr := range node.Attr {
			if (attr.Key == "href" || attr.Key == "src") && strings.HasPrefix(attr.Val, "/static/") {
				n++
				a := get(t, h, attr.Val)
				must.Equal(t, a.code, http.StatusOK)
				must.Contains(t, a.header.Get("Cache-Control"), "immutable")
				must.NotEqual(t, a.body, "")
			}
		}
	})
	must.Equal(t, n, 4)
}

func TestListsFilterAndPage(t *testing.T) {
	r := example()
	r.next = "token+/="
	h := explorer(t, r)
	a := get(t, h, "/figures?metric=trade&value_kind=POINT&document=note")
	must.Equal(t, r.filter, `metric = "metrics/trade" AND document = "documents/note" AND value_kind = "POINT"`)
	must.Contains(t, a.body, `<option value="trade" selected>`)
	must.Contains(t, a.body, "page_token=token%2B%2F%3D")
	get(t, h, "/entities/speaker?period=2023-11")
	must.Equal(t, r.brief.GetName()+" "+r.brief.GetPeriod(), "entities/speaker 2023-11")
	a = get(t, h, "/documents?page_token=abc")
	must.Equal(t, r.token, "abc")
	must.Contains(t, a.body, "First page")
	get(t, h, "/statements?speaker=speaker&document=note")
	must.Equal(t, r.filter, `speaker = "entities/speaker" AND document = "documents/note"`)
}

func TestHostileTextIsHarmless(t *testing.T) {
	const evil = "</bdi></title></script><script>alert(1)</script>\u202egnp.exe\"'><img src=x onerror=y>"
	r := example()
	for _, d := range r.documents {
		d.Headline, d.Publisher, d.Byline, d.Uri, d.License, d.UsageTerms = evil, evil, evil, "javascript:alert(1)", evil, evil
	}
	for _, e := range r.entities {
		e.DisplayName, e.Description, e.Aliases, e.Identifiers = evil, evil, []string{evil}, map[string]string{"wikidata": evil}
	}
	for _, m := range r.metrics {
		m.DisplayName, m.Description, m.Coverage, m.MeasuredProperty = evil, evil, evil, evil
	}
	for _, s := range r.statements {
		s.Text, s.Comment, s.Speakers[0].Role, s.Speakers[0].AttributionText = evil, evil, evil, evil
		s.StatementTime = &typev1.TimePeriod{Edtf: evil, Printed: &typev1.TimePeriod_Printed{Text: evil}}
		s.Contents[0].Exact, s.Contents[0].Prefix, s.Contents[0].Suffix = evil, evil, evil
	}
	for _, f := range r.figures {
		f.CountedObject, f.Comment, f.ReadingRule = evil, evil, evil
		f.Origin = &metricsv1.Origin{Producer: evil, Title: evil, Uri: "data:text/html,x", License: evil}
	}
	r.read.DocumentVersion.Text = evil + r.read.GetDocumentVersion().GetText()
	h := explorer(t, r)
	for _, target := range every {
		a := get(t, h, target)
		checkDocument(t, target, a)
		walk(a.root, func(n *html.Node) { must.True(t, n.Data != "img", "%s: an image", target) })
		must.False(t, strings.Contains(a.body, "<script>alert"), "%s", target)
	}
	a := get(t, h, "/documents/note")
	must.True(t, strings.HasPrefix(textOf(byID(a.root, "text")), evil))
	must.Contains(t, a.body, `<bdi class="ctl" title="U+202E">`)
}

func TestSearchShowsTheFormAndTheResults(t *testing.T) {
	r := example()
	h := explorer(t, r)
	must.Contains(t, get(t, h, "/search").body, "finds the phrase")
	a := get(t, h, "/search?q=wall")
	must.Contains(t, a.body, `value="wall"`)
	must.Contains(t, a.body, `href="/statements/quote"`)
	must.Contains(t, a.body, "/v1/facts:search?query=wall")
	must.Contains(t, get(t, h, "/search?q=nothing").body, "No statement or figure matches")
	r.err = errs.Invalid("query", "INVALID_QUERY", "a phrase is not closed")
	a = get(t, h, "/search?q=%22x") // the form stays as it was filled in
	must.Equal(t, a.code, http.StatusBadRequest)
	checkDocument(t, "search", a)
	must.Contains(t, textOf(byID(a.root, "main")), "This cannot be looked for: query: a phrase is not closed")
	must.Equal(t, strings.Count(a.body, `value="&#34;x"`), 2)
	r.err = errs.Invalid("page_token", "INVALID_PAGE_TOKEN", "is of another list") // not of the form
	a = get(t, h, "/search?q=x&page_token=y")
	must.Equal(t, a.code, http.StatusBadRequest)
	checkDocument(t, "error", a)
	must.Contains(t, textOf(byID(a.root, "main")), "That cannot be answered")
}

func TestStatementTypesHaveWords(t *testing.T) {
	r := example()
	for n := range statementsv1.Statement_StatementType_name {
		r.statements[0].StatementType = statementsv1.Statement_StatementType(n)
		must.Equal(t, get(t, explorer(t, r), "/statements/quote").code, http.StatusOK)
	}
}
