package changes

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// CheckReplacement refuses a metric to use in another's stead that is not on record: INVALID_ARGUMENT, reason REFERENCE_NOT_FOUND. known
// are metrics that were read or written before; path is the field of the metric.
func CheckReplacement(r store.MetricReader, metric domain.Metric, known map[string]domain.Metric, path string) error {
	id := metric.ReplacedBy
	if id == "" {
		return nil
	}
	other, found := known[id]
	if !found {
		var err error
		if other, found, err = r.Metric(id, store.Newest); err != nil {
			return err
		}
	}
	var fault string
	switch {
	case !found:
		fault = "is not on record"
	case other.Retracted():
		fault = "was retracted"
	default:
		return nil
	}
	return errs.Invalid(errs.JoinPath(path, "replaced_by"), ReferenceNotFound, "%s %s", domain.MetricName.Format(id), fault)
}
