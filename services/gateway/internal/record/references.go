package record

import (
	"context"
	"strings"

	"golang.org/x/sync/errgroup"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// parallelReads is how many reads of one kind are made at the same time.
const parallelReads = 16

// readAll reads what belongs to each key, most often a name, some at the same time, in
// the given order.
func readAll[K, T any](ctx context.Context, keys []K, read func(context.Context, K) (T, error)) ([]T, error) {
	found := make([]T, len(keys))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelReads)
	for i, key := range keys {
		group.Go(func() (err error) {
			found[i], err = read(ctx, key)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return found, nil
}

// mentions collects the entities and metrics that facts name, in the order of their first
// mention.
type mentions struct{ entities, metrics distinct }

func (m *mentions) ofStatement(statement *statementsv1.Statement) {
	for _, speaker := range statement.GetSpeakers() {
		m.entities.add(speaker.GetEntity())
		m.entities.add(speaker.GetAffiliation())
		for _, candidate := range speaker.GetCandidates() {
			m.entities.add(candidate.GetEntity())
		}
	}
	for _, name := range statement.GetAudience() {
		m.entities.add(name)
	}
	m.entities.add(statement.GetEvent())
	m.entities.add(statement.GetLocation())
	for _, name := range statement.GetTopics() {
		m.entities.add(name)
	}
}

func (m *mentions) ofFigure(figure *metricsv1.Figure) {
	if claimant := figure.GetClaimant(); strings.HasPrefix(claimant, "entities/") {
		m.entities.add(claimant)
	}
	m.metrics.add(figure.GetMetric())
}

// mentioned lists the entities and metrics that the facts of a document name.
func mentioned(facts []*gatewayv1.Fact) (m mentions) {
	for _, fact := range facts {
		m.ofStatement(fact.GetStatement())
		m.ofFigure(fact.GetFigure())
	}
	return m
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
