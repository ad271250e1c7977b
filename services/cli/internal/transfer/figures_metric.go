package transfer

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/uuid"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
)

// MetricOnRecord is a metric as it is on record. One that is not there, and that
// definition says more of than its name, is put there. It is an error if the one on
// record means something else than what definition says.
func MetricOnRecord(ctx context.Context, server Server, definition *metricsv1.Metric) (*metricsv1.Metric, error) {
	name := definition.GetName()
	text, err := server.Call(ctx, http.MethodGet, name, nil, nil)
	refused, is := errors.AsType[*client.Error](err)
	if is && strings.HasSuffix(refused.Reason, notFoundSuffix) && definition.GetDisplayName() != "" {
		body, wrong := written(definition, func(m *metricsv1.Metric) { m.Name = "" })
		if wrong != nil {
			return nil, wrong
		}
		text, err = server.Call(ctx, http.MethodPost, "metrics", url.Values{"metric_id": {idOf(name)}, "request_id": {uuid.NewString()}}, body)
		if refused, is = errors.AsType[*client.Error](err); is && strings.HasSuffix(refused.Reason, existsSuffix) {
			text, err = server.Call(ctx, http.MethodGet, name, nil, nil) // somebody was faster
		}
	}
	if err != nil {
		return nil, err
	}
	metric := &metricsv1.Metric{}
	if err := unmarshal(text, metric); err != nil {
		return nil, err
	}
	if field := otherThan(definition, metric); field != "" {
		return nil, fmt.Errorf("METRIC_DIFFERS: %s is on record with another %s than the mapping defines: mend one of the two, or leave the definition out of the mapping", name, field)
	}
	return metric, nil
}

// otherThan is the first field in which a metric on record means something else than
// a definition, "" if it means the same. How it is called and described, and codes
// that were added, do not matter.
func otherThan(definition, metric *metricsv1.Metric) string {
	shape := func(m *metricsv1.Metric) *metricsv1.Metric {
		out := &metricsv1.Metric{
			StatType: m.GetStatType(), TemporalKind: m.GetTemporalKind(), DefaultUnit: m.GetDefaultUnit(), SymmetricDimensions: m.GetSymmetricDimensions(),
		}
		for _, one := range m.GetDimensions() {
			out.Dimensions = append(out.GetDimensions(), &metricsv1.Dimension{Id: one.GetId(), Required: one.GetRequired(), Role: one.GetRole(), CodeList: one.GetCodeList()})
		}
		return out
	}
	return strings.TrimPrefix(unlike(shape(definition).ProtoReflect(), shape(metric).ProtoReflect()), ".")
}
