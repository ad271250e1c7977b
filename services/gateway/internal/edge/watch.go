package edge

import (
	"context"
	"maps"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// Requests are the counts of HTTP requests. Their labels have closed sets of
// values: the route, not the path, and the class of the code.
type Requests struct {
	total    *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	refused  *telemetry.Refusals

	mu    sync.RWMutex
	known map[labels]instruments
}

// labels say what kind of request one was.
type labels struct {
	method, route string
	class         int // of the code
}

// instruments are the counts of one kind. They are looked up once: finding them by
// their labels costs more than counting.
type instruments struct {
	total   prometheus.Counter
	seconds prometheus.Observer
}

// NewRequests registers the counts.
func NewRequests(registry prometheus.Registerer) *Requests {
	r := &Requests{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: "onrecord", Subsystem: "http", Name: "requests_total",
			Help: "Answered HTTP requests by method, route and class of code.",
		}, []string{"method", "route", "code"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: "onrecord", Subsystem: "http", Name: "request_seconds",
			Help:    "Duration of answered HTTP requests.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: "onrecord", Subsystem: "http", Name: "requests_in_flight",
			Help: "Requests that are being answered now, open streams among them.",
		}),
		refused: telemetry.NewRefusals(registry, "http", "Requests that were not let in, by the reason."),
		known:   make(map[labels]instruments),
	}
	registry.MustRegister(r.total, r.seconds, r.inFlight)
	return r
}

func (r *Requests) of(l labels) instruments {
	r.mu.RLock()
	found, ok := r.known[l]
	r.mu.RUnlock()
	if ok {
		return found
	}
	found = instruments{r.total.WithLabelValues(l.method, l.route, strconv.Itoa(l.class)+"xx"), r.seconds.WithLabelValues(l.route)}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.known[l] = found
	return found
}

type passageKey struct{}

// passage is what the edge knows of one request while it passes: its context, and its
// writer, which has the header of the answer and notes the code.
type passage struct {
	http.ResponseWriter
	auth.Known
	header   http.Header
	head     *[]byte // where fields were put that are ready to be sent; nil if none were
	code     int
	failed   httperror.Note // of the error that it was answered with
	begun    bool
	route    string
	requests *Requests
	keeping

	// id and length are values of headers.
	id, length [1]string
}

// Value implements context.Context.
func (p *passage) Value(key any) any {
	switch key.(type) {
	case passageKey:
		return p
	case httperror.NoteKey:
		return &p.failed
	}
	return p.Known.Value(key)
}

// setLength says how many bytes the body has.
func (p *passage) setLength(header http.Header, bytes int) {
	p.length[0] = strconv.Itoa(bytes)
	header["Content-Length"] = p.length[:]
}

func passageOf(ctx context.Context) *passage {
	if p, ok := ctx.(*passage); ok {
		return p
	}
	p, _ := ctx.Value(passageKey{}).(*passage)
	return p
}

// SetRoute says which route a request took, for log and telemetry: a fixed
// text such as a path template, never one that the client chose.
func SetRoute(ctx context.Context, route string) {
	if p := passageOf(ctx); p != nil {
		p.route = route
	}
}

// Refused counts a request that a handler does not let in.
func Refused(ctx context.Context, err error) {
	if p := passageOf(ctx); p != nil {
		p.requests.refuse(err)
	}
}

// Header implements http.ResponseWriter.
func (p *passage) Header() http.Header { return p.header }

// WriteHeader implements http.ResponseWriter.
func (p *passage) WriteHeader(code int) {
	switch {
	case p.begun:
		return
	case interim(code):
		out := p.ResponseWriter.Header()
		maps.Copy(out, p.header)
		p.ResponseWriter.WriteHeader(code)
		clear(out) // the answer has a header of its own
		return
	}
	p.begun, p.code = true, code
	p.sendHeader()
	p.ResponseWriter.WriteHeader(code)
}

// interim reports whether a code is of an answer before the answer (RFC 9110, section 15.2).
func interim(code int) bool {
	return code < http.StatusOK && code != http.StatusSwitchingProtocols
}

// Write implements http.ResponseWriter.
func (p *passage) Write(data []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return p.ResponseWriter.Write(data)
}

// FlushError is what http.ResponseController flushes by.
func (p *passage) FlushError() error {
	p.WriteHeader(http.StatusOK)
	return http.NewResponseController(p.ResponseWriter).Flush()
}

// Unwrap lets http.ResponseController reach the connection.
func (p *passage) Unwrap() http.ResponseWriter { return p.ResponseWriter }

// watch gives a request its id, logs and counts. No path, query or body is logged:
// they hold content.
func watch(next http.Handler, options Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		id := requestID(r.Header)
		method := knownMethod(r.Method)
		ctx, span := telemetry.StartRequest(options.tracerOf(r.URL.Path), r, method)
		p := &passage{
			ResponseWriter: w, Known: auth.Under(ctx, id), route: "other", requests: options.Requests, id: [1]string{id},
		}
		p.header, _ = usedHeaders.Get().(http.Header)
		p.header[RequestIDHeader], p.header[noSniffHeader] = p.id[:], noSniff
		options.Requests.began()
		next.ServeHTTP(p, r.WithContext(p))
		p.WriteHeader(http.StatusOK) // if nothing was written
		clear(p.header)
		usedHeaders.Put(p.header)
		duration := time.Since(start)
		span.EndRequest(method, p.route, id, p.code)
		if options.Requests != nil {
			options.Requests.inFlight.Dec()
			counts := options.Requests.of(labels{method, p.route, p.code / 100})
			counts.total.Inc()
			counts.seconds.Observe(duration.Seconds())
		}
		if entry := options.Log.Check(levelOf(method, p.code), "request"); entry != nil {
			entry.Write(zap.String("method", method), zap.String("route", p.route), zap.Int("code", p.code), zap.Inline(why(p.failed)),
				zap.Duration("duration", duration), zap.String("request_id", id), refusedFrom(r, p.code), telemetry.TraceField(ctx))
		}
	})
}

// why are the fields of the error that a request was answered with.
type why httperror.Note

// MarshalLogObject implements zapcore.ObjectMarshaler.
func (w why) MarshalLogObject(fields zapcore.ObjectEncoder) error {
	for _, field := range [...][2]string{{"reason", w.Reason}, {"service", w.Service}, {errs.ErrorIDKey, w.ErrorID}} {
		if field[1] != "" {
			fields.AddString(field[0], field[1])
		}
	}
	return nil
}

// refusedFrom is the address that a request came from which was refused, here or by a
// service, to whose audit the gateway is who calls.
func refusedFrom(r *http.Request, code int) zap.Field {
	if code != http.StatusUnauthorized && code != http.StatusForbidden {
		return zap.Skip()
	}
	return zap.String("remote", auth.HostOf(r.RemoteAddr))
}

// tracerOf is the tracer of requests for a path.
func (o Options) tracerOf(path string) trace.Tracer {
	if o.Untraced != nil && o.Untraced(path) {
		return nil
	}
	return o.Tracer
}

// began counts a request in.
func (r *Requests) began() {
	if r != nil {
		r.inFlight.Inc()
	}
}

// refuse counts a request that was not let in.
func (r *Requests) refuse(err error) {
	if r != nil {
		r.refused.Count(err)
	}
}

// knownMethod closes the set of methods: a client may send any.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPatch, http.MethodDelete, http.MethodOptions, http.MethodPut:
		return method
	}
	return "other"
}

// levelOf follows the levels of gRPC calls: reads that succeed are debug,
// because there are very many.
func levelOf(method string, code int) zapcore.Level {
	switch {
	case code == http.StatusServiceUnavailable || code == http.StatusGatewayTimeout:
		return zapcore.WarnLevel
	case code >= http.StatusInternalServerError:
		return zapcore.ErrorLevel
	case code >= http.StatusBadRequest:
		return zapcore.InfoLevel
	case method == http.MethodPost || method == http.MethodPatch || method == http.MethodDelete:
		return zapcore.InfoLevel
	default:
		return zapcore.DebugLevel
	}
}
