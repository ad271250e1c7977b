package api

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// newIngest reads and checks the metrics and figures of an ingest.
func newIngest(req *metricsv1.StageFiguresRequest) (ingest changes.Ingest, err error) {
	source, err := sourceOf(req)
	if err != nil {
		return ingest, err
	}
	ingest.ETags = map[string]string{}
	var faults errs.Violations
	seen := map[string]bool{}
	for i, m := range req.GetMetrics() {
		path := errs.Index("metrics", i)
		id, err := parseName(path+".name", m.GetName(), domain.MetricName)
		faults.AddErr("", err)
		if err == nil && seen[id] {
			faults.Add(path+".name", "DUPLICATE_NAME", "%s is twice in this request", m.GetName())
		}
		seen[id] = true
		ingest.ETags[m.GetName()] = m.GetEtag()
		metric, err := metricFromProto(m)
		faults.AddErr(path, err)
		metric.Meta = newMeta(id)
		faults.AddErr(path, metric.Check())
		ingest.Metrics = append(ingest.Metrics, metric)
	}
	for i, f := range req.GetFigures() {
		path := errs.Index("figures", i)
		id := ""
		if f.GetName() != "" {
			id, err = parseName(path+".name", f.GetName(), domain.FigureName)
			faults.AddErr("", err)
		}
		figure, err := prepareFigure(f, path, source, nil)
		faults.AddErr("", err)
		figure.Meta = newMeta(id)
		ingest.Figures = append(ingest.Figures, figure)
		if faults.Len() >= maxViolations {
			return ingest, faults.Err()
		}
	}
	oneVersion(ingest.Figures, func(changes.Figure) bool { return true }, &faults)
	return ingest, faults.Err()
}
