package transfer

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
)

// MetricOnRecord is a metric as it is on record. One that is not there, and that
// definition says more of than its name, is put there.
func MetricOnRecord(ctx context.Context, server Server, definition *metricsv1.Metric) (*metricsv1.Metric, error) {
	name := definition.GetName()
	text, err := server.Call(ctx, http.MethodGet, name, nil, nil)
	refused, is := errors.AsType[*client.Error](err)
	if is && strings.HasSuffix(refused.Reason, notFoundSuffix) && definition.GetDisplayName() != "" {
		body, wrong := written(definition, func(m *metricsv1.Metric) { m.Name = "" })
		if wrong != nil {
			return nil, wrong
		}
		text, err = server.Call(ctx, http.MethodPost, "metrics", url.Values{"metric_id": {idOf(name)}}, body)
		if refused, is = errors.AsType[*client.Error](err); is && strings.HasSuffix(refused.Reason, existsSuffix) {
			text, err = server.Call(ctx, http.MethodGet, name, nil, nil) // somebody was faster
		}
	}
	if err != nil {
		return nil, err
	}
	metric := &metricsv1.Metric{}
	return metric, unmarshal(text, metric)
}
