// Package beside reads the figures that a reader wants to see beside the lines of a
// drawing: what an article says beside what an office counted.
//
// The names come by the parameter of this package, of :query as SVG and of a metric's
// page alike. How such a figure is drawn is in package drawing; only what is read for
// it, and which names may be given, may go here.
package beside

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/drawing"
	"github.com/onrecord/onrecord/services/platform/resource"
)

const (
	// Parameter is the query parameter that names a figure; it may be repeated.
	Parameter = "beside"
	// Most is how many figures may be named.
	Most = 20
)

// Problem says what is wrong with the names that were given; "" if nothing is.
func Problem(names []string) string {
	if len(names) > Most {
		return fmt.Sprintf("%d figures are named, at most %d can be", len(names), Most)
	}
	for i, name := range names {
		id, ok := strings.CutPrefix(name, "figures/")
		switch {
		case !ok || !resource.ValidID(id):
			return fmt.Sprintf("%q is not of the form figures/{figure}", name)
		case slices.Contains(names[:i], name):
			return name + " is named twice"
		}
	}
	return ""
}

// Read reads the named figures as of a time, nil for now, and what they are figures of.
// The error is that of the service: one that is not there is NOT_FOUND.
func Read(
	ctx context.Context, figures metricsv1.FigureServiceClient, metrics metricsv1.MetricServiceClient, names []string, at *timestamppb.Timestamp,
) ([]drawing.Other, error) {
	if len(names) == 0 {
		return nil, nil
	}
	batch, err := figures.BatchGetFigures(ctx, &metricsv1.BatchGetFiguresRequest{Names: names, ReadTime: at})
	if err != nil {
		return nil, err
	}
	known := map[string]*metricsv1.Metric{}
	var out []drawing.Other
	for _, f := range batch.GetFigures() {
		metric := known[f.GetMetric()]
		if metric == nil {
			if metric, err = metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: f.GetMetric(), ReadTime: at, ShowDeleted: true}); err != nil {
				return nil, err
			}
			known[f.GetMetric()] = metric
		}
		document, _, _ := strings.Cut(f.GetDocumentVersion(), "/versions/")
		out = append(out, drawing.Other{Figure: f, Metric: metric, Href: "/" + f.GetName(), Source: drawing.SourceName(&metricsv1.Source{
			Producer: f.GetOrigin().GetProducer(), Title: f.GetOrigin().GetTitle(), Document: document, Claimant: f.GetClaimant(),
		})})
	}
	return out, nil
}
