package changes

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
)

// ReferenceNotFound is the reason of a reference to what is not on record.
const ReferenceNotFound = "REFERENCE_NOT_FOUND"

// maxViolations is how many violations are collected before the rest of a batch is left unchecked: an answer is for people to read.
const maxViolations = 100

// Set is what one request puts on record. Resources have their ids and uids; the rest of their Meta is filled by Apply.
type Set struct {
	Metrics []domain.Metric
	Figures []Figure
}

// Figure is a new figure, prepared, with its field in the request.
type Figure struct {
	domain.Figure
	Path string `json:"-"`
}

// Names returns the names of what the set puts on record.
func (s Set) Names() []string {
	var names []string
	for _, metric := range s.Metrics {
		names = append(names, metric.Name())
	}
	for _, figure := range s.Figures {
		names = append(names, figure.Name())
	}
	return names
}

// Apply checks a set against the record and writes it, and returns it as written. caller is who makes the change.
//
// Errors: ALREADY_EXISTS with reason METRIC_EXISTS or FIGURE_EXISTS; ABORTED NAME_STAGED; INVALID_ARGUMENT with every figure at fault:
// REFERENCE_NOT_FOUND for its metric, and what domain.Metric.Admit refuses.
func Apply(w store.Writer, caller string, set Set) (Set, error) {
	if err := w.CheckFree(set.Names()...); err != nil {
		return Set{}, err
	}
	written := Set{Metrics: make([]domain.Metric, len(set.Metrics)), Figures: make([]Figure, len(set.Figures))}
	for i, metric := range set.Metrics {
		present, found, err := w.Metric(metric.ID, store.Newest)
		if err != nil {
			return Set{}, err
		}
		if found {
			return Set{}, domain.Exists(domain.MetricType, "METRIC_EXISTS", metric.Name(), present.Retracted()).
				Field("metric_id", "choose another name")
		}
		metric.Meta = metric.First(w.RecordTime())
		if err := w.PutMetric(metric, caller); err != nil {
			return Set{}, err
		}
		written.Metrics[i] = metric
	}
	if err := checkFigures(w, set.Figures); err != nil {
		return Set{}, err
	}
	for i, figure := range set.Figures {
		figure.Meta = figure.First(w.RecordTime())
		if err := w.PutFigure(figure.Figure, caller); err != nil {
			return Set{}, err
		}
		written.Figures[i] = figure
	}
	return written, nil
}

// checkFigures checks all figures of a set before the first is written.
func checkFigures(w store.Writer, figures []Figure) error {
	ids := make([]string, len(figures))
	for i, figure := range figures {
		ids[i] = figure.ID
	}
	present, err := w.FiguresByID(ids, store.Newest)
	if err != nil {
		return err
	}
	var faults errs.Violations
	metrics := map[string]metricState{}
	batch := make(map[string]bool, len(figures))
	for _, figure := range figures {
		if batch[figure.ID] {
			return errs.New(errs.AlreadyExists, "FIGURE_EXISTS", "%s is twice in this request", figure.Name()).
				About(domain.FigureType, figure.Name()).
				Field(fieldcheck.IDField(figure.Path), "give each figure a name of its own")
		}
		batch[figure.ID] = true
		if other, found := present[figure.ID]; found {
			return domain.Exists(domain.FigureType, "FIGURE_EXISTS", figure.Name(), other.Retracted()).
				Field(fieldcheck.IDField(figure.Path), "choose another name")
		}
		if err := checkMetric(w, metrics, figure, &faults); err != nil {
			return err
		}
		if faults.Len() >= maxViolations {
			break
		}
	}
	return faults.Err()
}

// metricState is what is known of a metric that figures name.
type metricState struct {
	metric domain.Metric
	fault  string // why it cannot be referred to; "" if it can
}

// checkMetric asks the store once for each metric, however often it is named.
func checkMetric(w store.Writer, known map[string]metricState, figure Figure, faults *errs.Violations) error {
	state, asked := known[figure.Metric]
	if !asked {
		metric, found, err := w.Metric(figure.Metric, store.Newest)
		if err != nil {
			return err
		}
		state.metric = metric
		switch {
		case !found:
			state.fault = "is not on record"
		case metric.Retracted():
			state.fault = "was retracted"
		}
		known[figure.Metric] = state
	}
	if state.fault != "" {
		faults.Add(errs.JoinPath(figure.Path, "metric"), ReferenceNotFound, "%s %s", domain.MetricName.Format(figure.Metric), state.fault)
		return nil
	}
	faults.AddErr(figure.Path, state.metric.Admit(figure.Figure))
	return nil
}
