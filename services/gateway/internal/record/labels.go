package record

import (
	"context"
	"slices"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/labels"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// labelled says what entities and metrics are called.
func labelled(languageCode string, entities []*statementsv1.Entity, metrics []*metricsv1.Metric) map[string]*gatewayv1.Label {
	languages := labels.Languages(languageCode)
	found := make(map[string]*gatewayv1.Label, len(entities)+len(metrics))
	for _, entity := range entities {
		found[entity.GetName()] = labels.OfEntity(languages, entity)
	}
	for _, metric := range metrics {
		found[metric.GetName()] = &gatewayv1.Label{Text: metric.GetDisplayName()}
	}
	return found
}

// references are entities and metrics, each in the order of the names that they were asked
// for by; nil where there is none.
type references struct {
	entities []*statementsv1.Entity
	metrics  []*metricsv1.Metric
}

// known are those that are there.
func (r references) known() ([]*statementsv1.Entity, []*metricsv1.Metric) {
	return slices.DeleteFunc(r.entities, func(e *statementsv1.Entity) bool { return e == nil }),
		slices.DeleteFunc(r.metrics, func(m *metricsv1.Metric) bool { return m == nil })
}

// readReferences reads entities and metrics by name as they stand at the time of the
// joined view, also those that were retracted. Those of a service that does not answer
// are missing.
func (s *Service) readReferences(ctx context.Context, j *joined, entityNames, metricNames []string) (found references, err error) {
	found.entities, found.metrics, err = both(ctx, j, func(ctx context.Context) ([]*statementsv1.Entity, error) {
		return readAll(ctx, entityNames, func(ctx context.Context, name string) (*statementsv1.Entity, error) {
			entity, err := s.entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name, ReadTime: j.at, ShowDeleted: true})
			return entity, exceptGone(err)
		})
	}, func(ctx context.Context) ([]*metricsv1.Metric, error) {
		return readAll(ctx, metricNames, func(ctx context.Context, name string) (*metricsv1.Metric, error) {
			metric, err := s.metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: name, ReadTime: j.at, ShowDeleted: true})
			return metric, exceptGone(err)
		})
	})
	return found, err
}

// exceptGone forgives that something is not there: what was erased is still named where it
// was said, and a figure may name a claimant that the statements service never had.
func exceptGone(err error) error {
	if errs.Is(err, errs.NotFound) {
		return nil
	}
	return err
}

// labelsOf says what entities and metrics are called that are known by name only.
func (s *Service) labelsOf(ctx context.Context, j *joined, languageCode string, entityNames, metricNames []string) (map[string]*gatewayv1.Label, error) {
	found, err := s.readReferences(ctx, j, entityNames, metricNames)
	if err != nil {
		return nil, err
	}
	entities, metrics := found.known()
	return labelled(languageCode, entities, metrics), nil
}
