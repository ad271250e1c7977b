package changes

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// Ingest is metrics and figures: a metric that is not on record is created, one that is must be the same.
type Ingest struct {
	Set
	// ETags are the states that the caller expects, by name of metric; none is no expectation.
	ETags map[string]string
}

// expected refuses a metric in another state than the caller expects. One that is not on record has no state.
func (i Ingest) expected(present domain.Metric, found bool, name string) error {
	etag := i.ETags[name]
	if etag != "" && !found {
		return errs.New(errs.Aborted, "ETAG_MISMATCH", "%s is not on record, so it has no etag", name).About(domain.MetricType, name)
	}
	return present.CheckETag(etag, domain.MetricType, name)
}

// Plan is what is left to do of an ingest: all that publishing it needs, and Uses.
type Plan struct {
	Payload
	// Uses are the names on record that the ingest refers to.
	Uses []string
}

// Resolve compares an ingest with the record. path is the field of the metrics in the request.
//
// Errors: ABORTED ETAG_MISMATCH; FAILED_PRECONDITION METRIC_DIFFERS with every field at fault; a *RetractedError for a metric that was
// retracted.
func Resolve(w store.Writer, path string, ingest Ingest) (Plan, error) {
	plan := Plan{Payload: Payload{Set: Set{Figures: ingest.Figures}}}
	created := map[string]bool{}
	onRecord, err := w.MetricsByID(metricIDs(Set{Metrics: ingest.Metrics}), store.Newest)
	if err != nil {
		return Plan{}, err
	}
	for i, metric := range ingest.Metrics {
		plan.Metrics = append(plan.Metrics, metric.Name())
		present, found := onRecord[metric.ID]
		if err := ingest.expected(present, found, metric.Name()); err != nil {
			return Plan{}, err
		}
		switch {
		case !found:
			plan.Set.Metrics = append(plan.Set.Metrics, metric)
			created[metric.Name()] = true
		case present.Retracted():
			return Plan{}, &RetractedError{Metric: present}
		default:
			if err := differences(errs.Index(path, i), present, metric); err != nil {
				return Plan{}, err
			}
		}
	}
	plan.uses(created)
	return plan, nil
}

// RetractedError is a metric of an ingest that was retracted: its name is not given again. What is told of it is the caller's to say.
type RetractedError struct{ Metric domain.Metric }

// Error names the metric.
func (e *RetractedError) Error() string { return e.Metric.Name() + " was retracted" }

// differences refuses a definition that is not that of the record.
func differences(path string, present, metric domain.Metric) error {
	found := present.Differences(metric)
	if len(found) == 0 {
		return nil
	}
	fields := make([]string, len(found))
	for i, difference := range found {
		fields[i] = difference.Field
	}
	differs := errs.New(errs.FailedPrecondition, "METRIC_DIFFERS", "%s is on record with another %s", metric.Name(), strings.Join(fields, ", ")).
		About(domain.MetricType, metric.Name())
	for _, d := range found {
		_ = differs.Field(errs.JoinPath(path, d.Field), fmt.Sprintf("on record is %s, the request has %s", d.Own, d.Other))
	}
	return differs
}

// uses lists the metrics, the figures that others are computed from, and the documents, that are on record and must stay as they are until
// the ingest is published.
func (p *Plan) uses(created map[string]bool) {
	names := slices.Clone(p.Metrics)
	for _, metric := range p.Set.Metrics {
		if metric.ReplacedBy != "" {
			names = append(names, domain.MetricName.Format(metric.ReplacedBy))
		}
	}
	for _, figure := range p.Set.Figures {
		names = append(names, domain.MetricName.Format(figure.Metric))
		created[figure.Name()] = true
		if document := domain.DocumentOf(figure.DocumentVersion); document != "" {
			names = append(names, domain.DocumentName.Format(document)) // its words are staged with it
		}
		for _, id := range figure.Derivation.IDs() {
			names = append(names, domain.FigureName.Format(id))
		}
	}
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		if !created[name] {
			p.Uses = append(p.Uses, name)
		}
	}
}
