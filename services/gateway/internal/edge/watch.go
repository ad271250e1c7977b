package edge

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/onrecord/onrecord/services/platform/caller"
)

// Requests are the counts of HTTP requests. Their labels have closed sets of
// values: the route, not the path, and the class of the code.
type Requests struct {
	total   *prometheus.CounterVec
	seconds *prometheus.HistogramVec
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
	}
	registry.MustRegister(r.total, r.seconds)
	return r
}

type routeKey struct{}

// SetRoute says which route a request took, for log and telemetry: a fixed
// text such as a path template, never one that the client chose.
func SetRoute(ctx context.Context, route string) {
	if slot, ok := ctx.Value(routeKey{}).(*string); ok {
		*slot = route
	}
}

// routeOf is the route that a request took.
func routeOf(ctx context.Context) string {
	if slot, ok := ctx.Value(routeKey{}).(*string); ok {
		return *slot
	}
	return ""
}

// coded notes the code of an answer.
type coded struct {
	http.ResponseWriter
	code int
}

func (c *coded) WriteHeader(code int) {
	c.code = code
	c.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the connection.
func (c *coded) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// watch logs and counts. No path, query or body is logged: they hold content.
func watch(next http.Handler, options Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		route := "other"
		writer := &coded{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(writer, r.WithContext(context.WithValue(r.Context(), routeKey{}, &route)))
		duration := time.Since(start)
		method := knownMethod(r.Method)
		if options.Requests != nil {
			options.Requests.total.WithLabelValues(method, route, strconv.Itoa(writer.code/100)+"xx").Inc()
			options.Requests.seconds.WithLabelValues(route).Observe(duration.Seconds())
		}
		if entry := options.Log.Check(levelOf(method, writer.code), "request"); entry != nil {
			entry.Write(
				zap.String("method", method), zap.String("route", route), zap.Int("code", writer.code),
				zap.Duration("duration", duration), zap.String("request_id", caller.RequestID(r.Context())))
		}
	})
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
