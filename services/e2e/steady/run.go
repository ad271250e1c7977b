package steady

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

const (
	// startTimeout is how long the target may take until it serves.
	startTimeout = 2 * time.Minute
	// pause is how long to wait before something is looked at again.
	pause = 500 * time.Millisecond
	// atOnce is how many calls of a lane may be under way; one that is due beyond counts as
	// failed.
	atOnce = 128
	// idChars is how long the part of a name is that belongs to one run.
	idChars = 8
)

// errBehind is what becomes of a call that cannot be made when it is due.
var errBehind = errors.New("too many calls of before are not answered")

// Load is a load that runs.
type Load struct {
	target  Target
	run     string
	begun   time.Time
	stop    context.CancelFunc
	lanes   sync.WaitGroup
	tallies []*tally
	watch   *watch

	mu           sync.Mutex
	acknowledged []string
}

// Start puts on record what is read, waiting for the target to serve, and begins to
// call: so many reads and so many writes a second of each kind. It fails if the target
// does not serve within two minutes.
func Start(ctx context.Context, target Target, reads, writes float64) (*Load, error) {
	l := &Load{target: target, run: "steady-" + strings.ToLower(rand.Text()[:idChars])}
	if err := l.prepare(ctx); err != nil {
		return nil, err
	}
	watching, err := startWatch(ctx, target.Statements)
	if err != nil {
		return nil, err
	}
	l.watch = watching
	until, stop := context.WithCancel(ctx)
	l.stop, l.begun = stop, time.Now()
	for _, kind := range lanes(&l.target, l.run) {
		t := newTally(kind.name, l.begun)
		l.tallies = append(l.tallies, t)
		rate := reads
		if kind.writes {
			rate = writes
		}
		l.lanes.Go(func() { l.drive(ctx, until, kind, t, rate*kind.share) })
	}
	return l, nil
}

// prepare puts on record what the lanes read.
func (l *Load) prepare(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	client, metrics := l.target.restClient(true), metricsv1.NewMetricServiceClient(l.target.Metrics)
	err := again(ctx, func() error { return ingest(ctx, client, l.run+"-seed") })
	if err == nil {
		err = again(ctx, func() error {
			_, err := metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: "metrics/" + l.run + "-seed"})
			return err
		})
	}
	if err != nil {
		return fmt.Errorf("nothing can be put on record: %w", err)
	}
	return nil
}

// again repeats what fails until it does not, or the context ends.
func again(ctx context.Context, do func() error) error {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		err := do()
		if err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return err
		}
	}
}

// drive makes the calls of a lane when they are due, until the second context ends,
// and waits for those that are under way.
func (l *Load) drive(ctx, until context.Context, kind lane, t *tally, rate float64) {
	tick := time.NewTicker(time.Duration(float64(time.Second) / rate))
	defer tick.Stop()
	room := make(chan struct{}, atOnce)
	var calls sync.WaitGroup
	defer calls.Wait()
	for n := 0; ; n++ {
		select {
		case <-until.Done():
			return
		case due := <-tick.C:
			select {
			case room <- struct{}{}:
			default:
				t.add(due, "", errBehind)
				continue
			}
			calls.Go(func() {
				defer func() { <-room }()
				written, by, err := kind.call(ctx, n)
				t.add(due, by, err)
				if err == nil && written != "" {
					l.mu.Lock()
					l.acknowledged = append(l.acknowledged, written)
					l.mu.Unlock()
				}
			})
		}
	}
}

// Stop ends the load, waits for its last answers, and looks for what was
// acknowledged.
func (l *Load) Stop(ctx context.Context) *Report {
	l.stop()
	l.lanes.Wait()
	report := &Report{Took: time.Since(l.begun), Acknowledged: len(l.acknowledged)}
	for _, t := range l.tallies {
		report.Lanes = append(report.Lanes, t.end())
	}
	report.Lost = l.lost(ctx)
	l.watch.finish(ctx, l.acknowledged, report)
	return report
}

// lost are the acknowledged writes that cannot be read.
func (l *Load) lost(ctx context.Context) (names []string) {
	entities, metrics := statementsv1.NewEntityServiceClient(l.target.Statements), metricsv1.NewMetricServiceClient(l.target.Metrics)
	documents := statementsv1.NewDocumentServiceClient(l.target.Statements)
	for _, name := range l.acknowledged {
		ctx, cancel := context.WithTimeout(ctx, startTimeout)
		err := again(ctx, func() error {
			var err error
			switch kind, _, _ := strings.Cut(name, "/"); kind {
			case "entities":
				_, err = entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name})
			case "metrics":
				_, err = metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: name})
			default:
				_, err = documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: name})
			}
			if gone(err) {
				names = append(names, name)
				return nil
			}
			return err
		})
		cancel()
		if err != nil {
			return append(names, fmt.Sprintf("%s cannot be looked for: %v", name, err))
		}
	}
	return names
}
