package record

import (
	"context"
	"strings"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// parallelReads is how many entities, or metrics, are read at the same time.
const parallelReads = 16

// readReferences adds the entities and metrics that the facts name, in the
// order of their first mention, as they stood at the same time.
func (s *Service) readReferences(ctx context.Context, answer *gatewayv1.ReadDocumentResponse, at *timestamppb.Timestamp) error {
	entityNames, metricNames := mentioned(answer.GetFacts())
	return together(ctx, func(ctx context.Context) (err error) {
		answer.Entities, err = readAll(ctx, entityNames, func(ctx context.Context, name string) (*statementsv1.Entity, error) {
			return s.entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name, ReadTime: at, ShowDeleted: true})
		})
		return err
	}, func(ctx context.Context) (err error) {
		answer.Metrics, err = readAll(ctx, metricNames, func(ctx context.Context, name string) (*metricsv1.Metric, error) {
			return s.metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: name, ReadTime: at, ShowDeleted: true})
		})
		return err
	})
}

// readAll reads resources by name, some at the same time, in the given order.
func readAll[T any](ctx context.Context, names []string, read func(context.Context, string) (T, error)) ([]T, error) {
	found := make([]T, len(names))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelReads)
	for i, name := range names {
		group.Go(func() (err error) {
			found[i], err = read(ctx, name)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return found, nil
}

// mentioned lists the entities and metrics that facts name.
func mentioned(facts []*gatewayv1.Fact) (entities, metrics []string) {
	var entityList, metricList distinct
	for _, fact := range facts {
		statement := fact.GetStatement()
		for _, speaker := range statement.GetSpeakers() {
			entityList.add(speaker.GetEntity())
			entityList.add(speaker.GetAffiliation())
		}
		for _, name := range statement.GetAudience() {
			entityList.add(name)
		}
		entityList.add(statement.GetEvent())
		entityList.add(statement.GetLocation())
		if claimant := fact.GetFigure().GetClaimant(); strings.HasPrefix(claimant, "entities/") {
			entityList.add(claimant)
		}
		metricList.add(fact.GetFigure().GetMetric())
	}
	return entityList.names, metricList.names
}

// distinct is a list of names, each once. The empty name is none.
type distinct struct {
	names []string
	seen  map[string]bool
}

func (d *distinct) add(name string) {
	if name == "" || d.seen[name] {
		return
	}
	if d.seen == nil {
		d.seen = make(map[string]bool)
	}
	d.seen[name] = true
	d.names = append(d.names, name)
}
