package changes

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
)

// CheckReplacement refuses a metric to use in another's stead that is not on record, INVALID_ARGUMENT, reason REFERENCE_NOT_FOUND, or that is
// itself replaced by the other, directly or over more: CONTRADICTORY. known are metrics that were read or written before; path is the field
// of the metric.
func CheckReplacement(r store.MetricReader, metric domain.Metric, known map[string]domain.Metric, path string) error {
	field := errs.JoinPath(path, "replaced_by")
	seen := map[string]bool{}
	for id := metric.ReplacedBy; id != "" && !seen[id]; {
		if id == metric.ID {
			return errs.Invalid(field, "CONTRADICTORY", "%s is replaced by %s itself, directly or over others: a reader would go in a circle",
				domain.MetricName.Format(metric.ReplacedBy), metric.Name())
		}
		other, found := known[id]
		if !found {
			var err error
			if other, found, err = r.Metric(id, store.Newest); err != nil {
				return err
			}
		}
		if len(seen) == 0 {
			if fault := absent(other, found); fault != "" {
				return errs.Invalid(field, ReferenceNotFound, "%s %s", domain.MetricName.Format(id), fault)
			}
		}
		seen[id] = true
		id = other.ReplacedBy
	}
	return nil
}

// absent says why a metric cannot be referred to; "" if it can.
func absent(metric domain.Metric, found bool) string {
	switch {
	case !found:
		return "is not on record"
	case metric.Retracted():
		return "was retracted"
	default:
		return ""
	}
}

// CheckReplacesNone refuses to retract a metric that others are replaced by: FAILED_PRECONDITION, reason METRIC_REPLACES.
func CheckReplacesNone(r store.MetricReader, metric domain.Metric) error {
	filter := listquery.Compare{
		Field: "replaced_by", Kind: listquery.String, Op: listquery.OpEq, Value: listquery.Value{Text: metric.ID},
	}
	found, err := r.Metrics(store.List{At: store.Newest, Filter: filter, Order: listquery.Order{{Field: "name"}}, Limit: 1})
	if err != nil || len(found) == 0 {
		return err
	}
	name := found[0].Name()
	return errs.New(errs.FailedPrecondition, "METRIC_REPLACES", "%s names %s as the metric to use in its stead: change its replaced_by first",
		name, metric.Name()).About(domain.MetricType, name)
}
