package changes

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Plan is what is left to do of an ingest.
type Plan struct {
	Set Set
	// Metrics are the names of all metrics of the ingest, those already on record included.
	Metrics []string
	// Uses are the names on record that the ingest refers to.
	Uses []string
}

// Resolve compares an ingest with the record: its metrics are created if absent and compared if present.
//
// Errors: FAILED_PRECONDITION METRIC_DIFFERS with every field at fault, or RETRACTED for a metric that was retracted. Path is the field of
// the metrics in the request.
func Resolve(w store.Writer, path string, ingest Set) (Plan, error) {
	plan := Plan{Set: Set{Figures: ingest.Figures}}
	created := map[string]bool{}
	for i, metric := range ingest.Metrics {
		plan.Metrics = append(plan.Metrics, metric.Name())
		present, found, err := w.Metric(metric.ID, store.Newest)
		switch {
		case err != nil:
			return Plan{}, err
		case !found:
			plan.Set.Metrics = append(plan.Set.Metrics, metric)
			created[metric.Name()] = true
		case present.Retracted():
			return Plan{}, errs.New(errs.FailedPrecondition, "RETRACTED", "%s was retracted, and its name is not given again", metric.Name()).
				About(domain.MetricType, metric.Name())
		default:
			if err := differences(indexed(path, i), present, metric); err != nil {
				return Plan{}, err
			}
		}
	}
	plan.uses(created)
	return plan, nil
}

// differences refuses a definition that is not that of the record.
func differences(path string, present, metric domain.Metric) error {
	fields := present.Differences(metric)
	if len(fields) == 0 {
		return nil
	}
	differs := errs.New(errs.FailedPrecondition, "METRIC_DIFFERS", "%s is on record with another %s", metric.Name(), strings.Join(fields, ", ")).
		About(domain.MetricType, metric.Name())
	for _, field := range fields {
		_ = differs.Field(errs.JoinPath(path, field), "the record has another value")
	}
	return differs
}

// uses lists the metrics on record that must stay there until the ingest is published.
func (p *Plan) uses(created map[string]bool) {
	names := slices.Clone(p.Metrics)
	for _, figure := range p.Set.Figures {
		names = append(names, domain.MetricName.Format(figure.Metric))
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !created[name] {
			p.Uses = append(p.Uses, name)
		}
	}
}
