// Package health answers whether a program is alive and whether it is ready,
// over HTTP for probes and over gRPC for clients that balance load.
//
// Live means only that the process runs. Ready means that every check passes
// and that the program is not about to stop. Only probing may go here; what to
// check is said by those who own the thing checked.
package health

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// CheckTimeout is how long one check may take before it counts as failed.
	CheckTimeout = 500 * time.Millisecond
	// Interval is how often Run repeats the checks while all pass.
	Interval = 2 * time.Second
	// FailingInterval is how often while one does not: a program that can serve again
	// is missed.
	FailingInterval = 500 * time.Millisecond
	// maxAge is how long a result answers further probes, so that many probes
	// cost no more than one.
	maxAge = 250 * time.Millisecond
	// lastWords is how long a check whose time is up may take to say what it waited for.
	lastWords = 100 * time.Millisecond
)

// errTimeout is the failure of a check that does not answer in time, with what it said
// when its time was up, which names what did not answer. A check that itself says what
// kind of failure that is has the last word, unless it says that its thing serves.
func errTimeout(said error) error {
	if !Serves(said) && errs.KindOf(said) != errs.Internal {
		return said
	}
	err := errs.New(errs.DeadlineExceeded, "DEADLINE_EXCEEDED", "no answer within %v", CheckTimeout)
	if said != nil {
		err = err.Wrap(errors.New(said.Error())) // its words alone: what is late is not Degraded
	}
	return err
}

// Check is one thing that must work for the program to be ready.
type Check struct {
	// Name is shown to whoever probes; lower case, for example "database".
	Name string
	// Func returns nil when the thing works. Its context ends after
	// CheckTimeout; a Func that ignores it is left behind and counts as failed.
	Func func(ctx context.Context) error
}

// Result is the outcome of one check.
type Result struct {
	Name string
	Err  error
}

// Report is the outcome of all checks.
type Report struct {
	// Ready is true when every check passed, or is Degraded, and the program is not
	// stopping.
	Ready bool
	// Stopping is true once Off was called.
	Stopping bool
	Results  []Result
}

// Readiness aggregates checks. It is safe for concurrent use.
type Readiness struct {
	log    *zap.Logger
	checks []Check
	grpc   *grpcHealth

	probing sync.Mutex // held while checks run: one probe at a time

	mu       sync.Mutex
	last     Report
	lastTime time.Time
	stopping bool
	told     []told // of each check
}

// told is what was logged of a check since it last passed, or since it began or ceased to
// keep the program from serving: the first reason may be that it was late, and only the
// next the cause.
type told struct {
	fails   bool
	reasons []string
}

// New returns the readiness of a program with the given checks. It is not
// ready before the first probe. Changes are logged with the failing check's
// error; probes see names only.
func New(log *zap.Logger, checks ...Check) *Readiness {
	return &Readiness{log: log, checks: checks, grpc: newGRPCHealth(), told: make([]told, len(checks))}
}

// Register shows on a registry whether the program is ready: where none is, nobody may be
// let in to be refused, so that no error is counted.
func (r *Readiness) Register(registry prometheus.Registerer) {
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Namespace: "onrecord", Name: "ready",
		Help: "1 while the program is ready, as the last look at its checks says.",
	}, func() float64 {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.last.Ready {
			return 1
		}
		return 0
	}))
}

// Run probes again and again, which tells gRPC watchers of changes, until the context
// ends.
func (r *Readiness) Run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		if r.Probe(ctx).Ready {
			timer.Reset(Interval)
		} else {
			timer.Reset(FailingInterval)
		}
	}
}

// Probe runs the checks at the same time and reports; a report younger than a
// quarter of a second is given again.
func (r *Readiness) Probe(ctx context.Context) Report {
	r.probing.Lock()
	defer r.probing.Unlock()
	if report, ok := r.recent(); ok {
		return report
	}
	// A prober that hangs up must not make the program look broken.
	ctx = context.WithoutCancel(ctx)
	results := make([]Result, len(r.checks))
	var wg sync.WaitGroup
	for i, check := range r.checks {
		wg.Go(func() { results[i] = Result{Name: check.Name, Err: check.run(ctx)} })
	}
	wg.Wait()
	return r.record(results)
}

func (c Check) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, CheckTimeout)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- c.Func(ctx) }()
	select {
	case err := <-done:
		if err == nil || ctx.Err() == nil {
			return err
		}
		return errTimeout(err)
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return errTimeout(err)
	case <-time.After(lastWords):
		return errTimeout(nil)
	}
}

func (r *Readiness) recent() (Report, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lastTime.IsZero() || time.Since(r.lastTime) >= maxAge {
		return Report{}, false
	}
	return r.last, true
}

// levelOf is how loud a check that fails is logged: that a store is being opened is what
// every start says.
func levelOf(err error) zapcore.Level {
	if errs.ReasonOf(err) == "STORAGE_OPENING" {
		return zapcore.InfoLevel
	}
	return zapcore.WarnLevel
}

func (r *Readiness) record(results []Result) Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	report := Report{Ready: !r.stopping, Stopping: r.stopping, Results: results}
	for i, result := range results {
		if !Serves(result.Err) {
			report.Ready = false
		}
		r.tell(&r.told[i], result)
	}
	// Whoever balances load takes a program that is told not to be ready away at once.
	// A check that is late is the first sign of a store under too much load, for every
	// replica at the same time: only the second says so.
	if !report.Stopping && (report.Ready || !r.last.Ready || !onlyLate(results)) {
		r.grpc.set(report.Ready)
	}
	r.last, r.lastTime = report, time.Now()
	return report
}

// tell logs what is new about a check.
func (r *Readiness) tell(told *told, result Result) {
	if fails := !Serves(result.Err); fails != told.fails {
		told.fails = fails
		if result.Err != nil {
			told.reasons = nil
		}
	}
	reason := errs.ReasonOf(result.Err)
	switch {
	case result.Err == nil && len(told.reasons) > 0:
		r.log.Info("check passes again", zap.String("check", result.Name))
		told.reasons = nil
	case result.Err != nil && !slices.Contains(told.reasons, reason):
		r.log.Log(levelOf(result.Err), "check fails", zap.String("check", result.Name), zap.Bool("serves", !told.fails), zap.Error(result.Err))
		told.reasons = append(told.reasons, reason)
	}
}

// onlyLate reports whether nothing is wrong but that checks did not answer in time.
func onlyLate(results []Result) bool {
	for _, result := range results {
		if !Serves(result.Err) && !errs.Is(result.Err, errs.DeadlineExceeded) {
			return false
		}
	}
	return true
}

// Off makes the program not ready for good, as every probe says from then on. It is the
// first step of stopping. Clients that watch health are told by End only: those that
// know no other replica yet have until then to find one.
func (r *Readiness) Off() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopping = true
	r.last.Ready, r.last.Stopping = false, true
}

// End tells every gRPC watch that the program is not ready and ends it, so that a
// graceful stop does not wait for them.
func (r *Readiness) End() {
	r.grpc.set(false)
	r.grpc.end()
}

// isStopping reports whether Off was called.
func (r *Readiness) isStopping() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.stopping
}
