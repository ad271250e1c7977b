package pages

import (
	"net/http"
	"net/url"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

const (
	// listPage is how many resources a list page shows.
	listPage = 50
	// maxPage is the greatest page that the API gives.
	maxPage = 1000
)

// addressWith is the address of a request with other parameters, from the first page on.
func addressWith(r *http.Request, change func(url.Values)) string {
	q := r.URL.Query()
	q.Del("page_token")
	change(q)
	return withQuery(r.URL.Path, q)
}

// withQuery is a path with parameters.
func withQuery(path string, q url.Values) string { return strings.TrimSuffix(path+"?"+q.Encode(), "?") }

// apiQuery is a REST address with the parameters that are set; one may come twice.
func apiQuery(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Add(pairs[i], pairs[i+1])
		}
	}
	return withQuery(path, q)
}

// listView is a page of a list.
type listView[T any] struct {
	Rows []T
	Next string
	// First is the first page, where this is a later one.
	First string
}

func newList[T any](r *http.Request, rows []T, token string) listView[T] {
	l := listView[T]{Rows: rows}
	if token != "" {
		l.Next = addressWith(r, func(q url.Values) { q.Set("page_token", token) })
	}
	if r.URL.Query().Get("page_token") != "" {
		l.First = addressWith(r, func(url.Values) {})
	}
	return l
}

// beginning is the beginning of a list that stands on a page among other things.
type beginning[T any] struct {
	Rows []T
	// More says that the list goes on; Missing why there is nothing to show, or not all.
	More    bool
	Missing string
}

// Shown reports whether there is anything to say.
func (b beginning[T]) Shown() bool { return len(b.Rows) > 0 || b.Missing != "" }

func (e *explorer) documents(r *http.Request) (*page, error) {
	p, err := readParams(r, "page_token", readTimeParam)
	if err != nil {
		return nil, err
	}
	got, err := e.Documents.ListDocuments(r.Context(), &statementsv1.ListDocumentsRequest{PageSize: listPage, PageToken: p.get("page_token"), ReadTime: readingOf(r.Context()).time})
	if err != nil {
		return nil, err
	}
	list := newList(r, documentRows(got.GetDocuments()), got.GetNextPageToken())
	return &page{Template: "documents", Title: "Documents", Section: "documents", API: "/v1/documents", Data: list}, nil
}

func (e *explorer) metrics(r *http.Request) (*page, error) {
	p, err := readParams(r, "page_token", readTimeParam)
	if err != nil {
		return nil, err
	}
	got, err := e.Metrics.ListMetrics(r.Context(), &metricsv1.ListMetricsRequest{
		PageSize: listPage, PageToken: p.get("page_token"), OrderBy: "display_name", ReadTime: readingOf(r.Context()).time,
	})
	if err != nil {
		return nil, err
	}
	list := newList(r, e.countedMetrics(r.Context(), got.GetMetrics()), got.GetNextPageToken())
	return &page{Template: "metrics", Title: "Metrics", Section: "metrics", API: "/v1/metrics", Data: list}, nil
}

// entityRow is an entity in a list.
type entityRow struct{ Href, Name, Type, Description string }

func (e *explorer) entities(r *http.Request) (*page, error) {
	p, err := readParams(r, "page_token", readTimeParam)
	if err != nil {
		return nil, err
	}
	got, err := e.Entities.ListEntities(r.Context(), &statementsv1.ListEntitiesRequest{
		PageSize: listPage, PageToken: p.get("page_token"), OrderBy: "display_name", ReadTime: readingOf(r.Context()).time,
	})
	if err != nil {
		return nil, err
	}
	rows := make([]entityRow, len(got.GetEntities()))
	for i, en := range got.GetEntities() {
		rows[i] = entityRow{Href: pagePath(en.GetName()), Name: en.GetDisplayName(), Type: entityTypes[en.GetEntityType()], Description: en.GetDescription()}
	}
	list := newList(r, rows, got.GetNextPageToken())
	return &page{Template: "entities", Title: "Entities", Section: "entities", API: "/v1/entities", Data: list}, nil
}
