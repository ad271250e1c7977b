package changes

import (
	"slices"

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

// DocumentVersion is the one on which its figures stand, "" if none stands on one.
func (s Set) DocumentVersion() string {
	for _, figure := range s.Figures {
		if figure.DocumentVersion != "" {
			return figure.DocumentVersion
		}
	}
	return ""
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
// REFERENCE_NOT_FOUND for its metric or an input, what domain.Metric.Admit refuses, and EMBARGO_TOO_LONG; those of derive.
func Apply(w store.Writer, caller string, set Set) (Set, error) {
	written, err := check(w, caller, set)
	if err != nil {
		return Set{}, err
	}
	figures := make([]domain.Figure, len(written.Figures))
	for i, figure := range written.Figures {
		figures[i] = figure.Figure
	}
	return written, w.PutFigures(figures, caller)
}

// Check is Apply for a transaction that is undone. It puts metrics on record, which figures name, and no figure: none is looked for once
// all were checked. The errors are those of Apply.
func Check(w store.Writer, caller string, set Set) error {
	_, err := check(w, caller, set)
	return err
}

// check checks a set, puts its metrics on record and returns it as it is written.
func check(w store.Writer, caller string, set Set) (Set, error) {
	if err := w.CheckFree(set.Names()...); err != nil {
		return Set{}, err
	}
	written := Set{Metrics: make([]domain.Metric, len(set.Metrics)), Figures: make([]Figure, len(set.Figures))}
	metrics, err := w.MetricsByID(metricIDs(set), store.Newest)
	if err != nil {
		return Set{}, err
	}
	for i, metric := range set.Metrics {
		if present, found := metrics[metric.ID]; found {
			return Set{}, domain.Exists(domain.MetricType, "METRIC_EXISTS", metric.Name(), present.Retracted()).
				Field("metric_id", "choose another name")
		}
		metric.Meta = metric.First(w.RecordTime())
		if err := CheckReplacement(w, metric, metrics, "metric"); err != nil {
			return Set{}, err
		}
		if err := w.PutMetric(metric, caller); err != nil {
			return Set{}, err
		}
		metrics[metric.ID], written.Metrics[i] = metric, metric
	}
	if err := checkFigures(w, metrics, set.Figures); err != nil {
		return Set{}, err
	}
	derived := slices.Clone(set.Figures)
	if err := derive(w, derived, nil); err != nil {
		return Set{}, err
	}
	if err := settleNew(w, derived); err != nil {
		return Set{}, err
	}
	for i, figure := range derived {
		figure.Meta = figure.First(w.RecordTime())
		figure.SeriesDimensions = metrics[figure.Metric].SeriesDimensionsOf(figure.Dimensions)
		written.Figures[i] = figure
	}
	return written, nil
}

// metricIDs are the metrics of a set and those that its figures name.
func metricIDs(set Set) []string {
	var ids []string
	for _, metric := range set.Metrics {
		ids = append(ids, metric.ID)
	}
	for _, figure := range set.Figures {
		ids = append(ids, figure.Metric)
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// checkFigures checks all figures of a set before the first is written. onRecord are the metrics that they name, by id.
func checkFigures(w store.Writer, onRecord map[string]domain.Metric, figures []Figure) error {
	ids := make([]string, len(figures))
	for i, figure := range figures {
		ids[i] = figure.ID
	}
	present, err := w.FiguresByID(ids, store.Newest)
	if err != nil {
		return err
	}
	var faults errs.Violations
	batch := make(map[string]bool, len(figures))
	for _, figure := range figures {
		if batch[figure.ID] {
			return errs.New(errs.AlreadyExists, "FIGURE_EXISTS", "%s is twice in this request", figure.Name()).
				About(domain.FigureType, figure.Name()).
				Field(fieldcheck.IDField(figure.Path), "give each figure a name of its own")
		}
		batch[figure.ID] = true
		if _, imported := domain.ParseImportedID(figure.ID); imported {
			return errs.Invalid(fieldcheck.IDField(figure.Path), "ID_RESERVED",
				"the service gives names of this shape to imported figures: choose another")
		}
		if other, found := present[figure.ID]; found {
			return domain.Exists(domain.FigureType, "FIGURE_EXISTS", figure.Name(), other.Retracted()).
				Field(fieldcheck.IDField(figure.Path), "choose another name")
		}
		checkMetric(onRecord, figure, &faults)
		if faults.Len() >= maxViolations {
			break
		}
	}
	return faults.Err()
}

// checkMetric checks the metric that a figure names.
func checkMetric(onRecord map[string]domain.Metric, figure Figure, faults *errs.Violations) {
	metric, found := onRecord[figure.Metric]
	if fault := absent(metric, found); fault != "" {
		faults.Add(errs.JoinPath(figure.Path, "metric"), ReferenceNotFound, "%s %s", domain.MetricName.Format(figure.Metric), fault)
		return
	}
	faults.AddErr(figure.Path, metric.Admit(figure.Figure))
}
