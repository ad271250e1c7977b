package api

import (
	"context"

	"google.golang.org/protobuf/reflect/protoreflect"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// metricNotFound is the reason of a metric that is not on record.
const metricNotFound = "METRIC_NOT_FOUND"

// metrics answers MetricService.
type metrics struct {
	metricsv1.UnimplementedMetricServiceServer
	core
}

// CreateMetric puts a metric on record.
func (s *metrics) CreateMetric(ctx context.Context, req *metricsv1.CreateMetricRequest) (*metricsv1.Metric, error) {
	var metric domain.Metric
	prepare := func() (err error) {
		metric, err = newMetric(req.GetMetric(), "metric", req.GetMetricId())
		return err
	}
	return metricKind.Write(ctx, s.record(), "CreateMetric", req, prepare, func(w store.Writer, caller string) (domain.Metric, error) {
		set, err := changes.Apply(w, caller, changes.Set{Metrics: []domain.Metric{metric}})
		if err != nil {
			return domain.Metric{}, err
		}
		return set.Metrics[0], nil
	})
}

// newMetric reads and checks a metric that is to be put on record under an id; "" is its uid.
func newMetric(m *metricsv1.Metric, path, id string) (domain.Metric, error) {
	var faults errs.Violations
	fieldcheck.Empty(m.GetName(), path+".name", fieldcheck.NameNotEmpty, &faults)
	metric, err := metricFromProto(m)
	faults.AddErr(path, err)
	metric.Meta = newMeta(id)
	faults.AddErr(path, metric.Check())
	faults.AddErr("", fieldcheck.NewETag(m.GetEtag(), path+".etag"))
	return metric, faults.Err()
}

// newMeta makes the record of what has none yet.
func newMeta(id string) domain.Meta {
	uid := resource.NewUID()
	if id == "" {
		id = uid
	}
	return domain.Meta{ID: id, UID: uid}
}

// metricKind is how a metric is answered that was written.
var metricKind = kind[domain.Metric, *metricsv1.Metric]{
	ToProto: metricToProto,
	Again: func(r store.Reader, done store.Done) (domain.Metric, error) {
		return readMetric(r, "name", done.Names[0], done.RecordTime, true)
	},
}

// readMetric reads a metric by its name.
func readMetric(r store.MetricReader, field, name string, at recordtime.Time, showDeleted bool) (domain.Metric, error) {
	id, err := parseName(field, name, domain.MetricName)
	if err != nil {
		return domain.Metric{}, err
	}
	metric, found, err := r.Metric(id, at)
	if err != nil {
		return domain.Metric{}, err
	}
	return metric, present(metric.Meta, found, showDeleted, domain.MetricType, metricNotFound, name)
}

// GetMetric answers one metric.
func (s *metrics) GetMetric(ctx context.Context, req *metricsv1.GetMetricRequest) (*metricsv1.Metric, error) {
	return recordread.GetAs(ctx, s.store, req.GetReadTime(), metricToProto, func(r store.Reader, at recordtime.Time) (domain.Metric, error) {
		return readMetric(r, "name", req.GetName(), at, req.GetShowDeleted())
	})
}

// ListMetrics lists metrics.
func (s *metrics) ListMetrics(ctx context.Context, req *metricsv1.ListMetricsRequest) (*metricsv1.ListMetricsResponse, error) {
	rows, next, err := list(ctx, s.core, "ListMetrics", domain.MetricFields, req, store.Reader.Metrics)
	if err != nil {
		return nil, err
	}
	return &metricsv1.ListMetricsResponse{Metrics: metricsToProto(rows), NextPageToken: next}, nil
}

// updatableOfMetric are the fields that say how a metric is described, and those of its definition that may be added to.
var updatableOfMetric = []protoreflect.Name{
	"display_name", "description", "aliases", "measurement_method", "same_as", "replaced_by", "breaks", "source_policy",
	"dimensions", "attributes", "temporal_kind", "quantity_kind",
}

// changedMetric reads and checks a metric whose description changes, or whose definition grows.
func changedMetric(w store.Writer, current domain.Metric, merged *metricsv1.Metric) (domain.Metric, error) {
	next, err := metricFromProto(merged)
	next.Meta = current.Meta
	var faults errs.Violations
	faults.AddErr("metric", err)
	if err == nil {
		faults.AddErr("metric", next.Check())
		faults.AddErr("metric", current.CheckExtension(next))
	}
	if err := faults.Err(); err != nil {
		return next, err
	}
	if next.ReplacedBy == current.ReplacedBy {
		return next, nil
	}
	return next, changes.CheckReplacement(w, next, nil, "metric")
}

// UpdateMetric changes how a metric is described.
func (s *metrics) UpdateMetric(ctx context.Context, req *metricsv1.UpdateMetricRequest) (*metricsv1.Metric, error) {
	name := req.GetMetric().GetName()
	return metricKind.Write(ctx, s.record(), "UpdateMetric", req, nil, func(w store.Writer, caller string) (domain.Metric, error) {
		current, err := readMetric(w, "metric.name", name, store.Newest, false)
		if err != nil {
			return current, err
		}
		if err := current.CheckETag(req.GetMetric().GetEtag(), domain.MetricType, name); err != nil {
			return current, err
		}
		update := s.updateOf("metric", req.GetUpdateMask(), updatableOfMetric...)
		merged, changed, err := fieldmask.Merge(update, metricToProto(current), req.GetMetric())
		if err != nil || !changed {
			return current, err
		}
		next, err := changedMetric(w, current, merged)
		if err != nil {
			return current, err
		}
		next.Meta = current.Revised(w.RecordTime(), domain.RevisionNote{Tag: domain.TagUpdate})
		return next, w.PutMetric(next, caller)
	})
}

// DeleteMetric retracts a metric.
func (s *metrics) DeleteMetric(ctx context.Context, req *metricsv1.DeleteMetricRequest) (*metricsv1.Metric, error) {
	return metricKind.Write(ctx, s.record(), "DeleteMetric", req, nil, func(w store.Writer, caller string) (domain.Metric, error) {
		current, err := readMetric(w, "name", req.GetName(), store.Newest, false)
		if err != nil {
			return current, err
		}
		if err := current.CheckETag(req.GetEtag(), domain.MetricType, req.GetName()); err != nil {
			return current, err
		}
		if err := w.CheckUnused(req.GetName()); err != nil {
			return current, err
		}
		used, err := w.HasFigures(current.ID, store.Newest)
		if err != nil {
			return current, err
		}
		if used {
			return current, errs.New(errs.FailedPrecondition, "METRIC_HAS_FIGURES",
				"%s has figures: retract them first", req.GetName()).About(domain.MetricType, req.GetName())
		}
		if err := changes.CheckReplacesNone(w, current); err != nil {
			return current, err
		}
		return changes.RetractMetric(w, caller, current, req.GetReason())
	})
}
