package formats

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/beside"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// pageSize is how many observations are asked for at once: the service's limit.
	pageSize = 1000
	// maxObservations is how many an answer without page_size has at most.
	maxObservations = 50_000
)

// Query answers queries of metrics in the formats of this package.
type Query struct {
	metrics metricsv1.MetricServiceClient
	figures metricsv1.FigureServiceClient
}

// New reads from the metrics service.
func New(metrics grpc.ClientConnInterface) *Query {
	return &Query{metricsv1.NewMetricServiceClient(metrics), metricsv1.NewFigureServiceClient(metrics)}
}

// Answer is an answer that is ready to be sent.
type Answer struct {
	// Body is complete.
	Body []byte
	// Header has Content-Type and Link.
	Header http.Header
	// Metadata is what the service sent beside its first page.
	Metadata metadata.MD
}

// Do answers one query in any format but JSON. at is the address that was asked for,
// from which the links are made; names are figures to stand beside the lines of an SVG,
// which no other format has. The error is that of the service, or says that the
// answer is too large or cannot be drawn; Metadata is set then too, if the service
// answered.
func (q *Query) Do(ctx context.Context, format Format, request *metricsv1.QueryMetricRequest, names []string, at *url.URL) (Answer, error) {
	answer := Answer{Header: http.Header{}}
	first, err := q.first(ctx, request, &answer.Metadata)
	if err != nil {
		return answer, err
	}
	metric, err := q.metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: request.GetName(), ReadTime: request.GetReadTime(), ShowDeleted: true})
	if err != nil {
		return answer, err
	}
	others, err := beside.Read(ctx, q.figures, q.metrics, names, request.GetReadTime())
	if err != nil {
		return answer, err
	}
	w := newWriter(format, metric, request, others, at)
	next, err := q.pages(ctx, request, first, func(page *metricsv1.QueryMetricResponse) error {
		records(metric, request, page, w.add)
		if w.page == nil {
			return nil
		}
		return w.page(page)
	})
	if err != nil {
		return answer, err
	}
	if answer.Body, err = w.finish(); err != nil {
		return answer, err
	}
	answer.Header.Set("Content-Type", contentTypes[format])
	if format == CSV {
		answer.Header.Add("Link", link(at, "describedby", Parameter, string(CSVW))+`; type="application/csvm+json"`)
	}
	if next != "" {
		answer.Header.Add("Link", link(at, "next", "page_token", next))
	}
	return answer, nil
}

// paged reports whether the request asks for one page. Otherwise the answer has all.
func paged(r *metricsv1.QueryMetricRequest) bool {
	return r.GetPageSize() != 0 || r.GetPageToken() != ""
}

// first asks for the first page.
func (q *Query) first(ctx context.Context, request *metricsv1.QueryMetricRequest, md *metadata.MD) (*metricsv1.QueryMetricResponse, error) {
	if paged(request) {
		return q.metrics.QueryMetric(ctx, request, grpc.Header(md))
	}
	return q.metrics.QueryMetric(ctx, withPage(request, ""), grpc.Header(md))
}

// withPage is a request for a page of the whole answer.
func withPage(r *metricsv1.QueryMetricRequest, token string) *metricsv1.QueryMetricRequest {
	out := proto.CloneOf(r)
	out.PageSize, out.PageToken = pageSize, token
	return out
}

// pages calls use with every page that belongs to the answer, until it returns an
// error, and returns the token of the next one if the request asks for pages.
func (q *Query) pages(
	ctx context.Context, request *metricsv1.QueryMetricRequest, page *metricsv1.QueryMetricResponse, use func(*metricsv1.QueryMetricResponse) error,
) (next string, err error) {
	if err := use(page); err != nil {
		return "", err
	}
	if paged(request) {
		return page.GetNextPageToken(), nil
	}
	for n := count(page); page.GetNextPageToken() != ""; n += count(page) {
		if n >= maxObservations {
			return "", errs.New(errs.FailedPrecondition, "ANSWER_TOO_LARGE",
				"there are more than %d observations: ask for fewer dimensions' values or a period, or for pages with page_size", maxObservations)
		}
		if page, err = q.metrics.QueryMetric(ctx, withPage(request, page.GetNextPageToken())); err != nil {
			return "", err
		}
		if err = use(page); err != nil {
			return "", err
		}
	}
	return "", nil
}

func count(page *metricsv1.QueryMetricResponse) (n int) {
	for _, series := range page.GetSeries() {
		n += len(series.GetObservations())
	}
	return n
}

// link is a Link to the same query with one parameter changed.
func link(at *url.URL, relation, parameter, value string) string {
	query := at.Query()
	query.Set(parameter, value)
	return "<" + at.EscapedPath() + "?" + query.Encode() + `>; rel="` + relation + `"`
}

// writer makes one format.
type writer struct {
	add func(*record)
	// page is called after each page; its error ends the reading.
	page   func(*metricsv1.QueryMetricResponse) error
	finish func() ([]byte, error)
}

func newWriter(format Format, metric *metricsv1.Metric, request *metricsv1.QueryMetricRequest, others []drawing.Other, at *url.URL) writer {
	sure := func(finish func() []byte) func() ([]byte, error) {
		return func() ([]byte, error) { return finish(), nil }
	}
	switch format {
	case CSV:
		t := newCSV(metric)
		return writer{add: t.add, finish: sure(t.finish)}
	case SDMX:
		t := newSDMX(metric, request)
		return writer{add: t.add, finish: sure(t.finish)}
	case SDMXJSON:
		w := newSDMXJSON(metric, request)
		return writer{add: w.add, finish: w.finish}
	case SVG:
		w := newSVG(metric, request, others)
		return writer{add: w.add, page: func(*metricsv1.QueryMetricResponse) error { return w.full() }, finish: w.finish}
	case CSVW:
		query := at.Query()
		query.Set(Parameter, string(CSV))
		w := newCSVW(metric, request, at.EscapedPath()+"?"+query.Encode())
		page := func(page *metricsv1.QueryMetricResponse) error { w.addSources(page); return nil }
		return writer{add: w.add, page: page, finish: w.finish}
	default: // Rows
		w := newRows(metric)
		return writer{add: w.add, finish: sure(w.finish)}
	}
}

// Names are formats for the text of an error.
func Names(of []Format) []string {
	var out []string
	for _, f := range of {
		out = append(out, string(f))
	}
	return slices.Sorted(slices.Values(out))
}
