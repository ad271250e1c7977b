// Package lifecycle runs the parts of a program together and stops them in
// order, so that a rollout loses no request.
//
// Stopping has five steps:
//
//  1. readiness off: probes fail, load balancers look elsewhere; HTTP clients are
//     asked to leave their connections after the next answer;
//  2. wait the drain delay, still serving, until they have noticed;
//  3. stop accepting: Draining is closed, so that endless streams end, and gRPC
//     clients that watch health are told;
//  4. let what runs finish, component by component, the last added first;
//  5. at the drain timeout, or on a second signal, end by force what is left;
//     then close stores, the last opened first.
//
// The drain timeout starts when the signal arrives, so it bounds the whole
// stop. Signals are received in main only (see Signals); nothing here exits the
// process or knows what the components do.
package lifecycle

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/lifecycle/health"
)

var (
	// ErrForced is part of Run's error when something had to be ended by force.
	ErrForced = errors.New("stopped by force")
	// ErrEnded is Run's error when a component stopped by itself.
	ErrEnded = errors.New("ended unexpectedly")
)

// killWait is how long components that ignore their context are waited for
// before the program goes on without them.
const killWait = 2 * time.Second

// Component is a part of the program that accepts work.
type Component struct {
	// Serve works until Stop is called or ctx ends, then returns nil. An earlier
	// return stops the whole program. ctx ends only when the program is forced.
	Serve func(ctx context.Context) error
	// Stop stops accepting, waits until what runs has finished, and makes Serve
	// return. When ctx ends it must end what is left by force and return at once.
	// It may be nil when Serve needs only its context.
	Stop func(ctx context.Context) error
}

// Options are the settings of a Group.
type Options struct {
	// Log receives one line for each step.
	Log *zap.Logger
	// Readiness is switched off first. Run keeps it probing. It may be nil.
	Readiness *health.Readiness
	// DrainDelay is how long to go on serving after readiness is off.
	DrainDelay time.Duration
	// DrainTimeout bounds the whole stop, counted from the signal.
	DrainTimeout time.Duration
	// Force ends the stop at once when closed: the second signal. It may be nil.
	Force <-chan struct{}
}

// Group runs components together. Add everything before Run; it cannot be used
// again after Run.
type Group struct {
	opts       Options
	components []named[Component]
	closers    []named[func() error]
	stopping   chan struct{} // closed when the stop begins
	draining   chan struct{}
}

type named[T any] struct {
	name string
	part T
}

// New returns an empty group.
func New(opts Options) *Group {
	if opts.Log == nil {
		opts.Log = zap.NewNop()
	}
	return &Group{opts: opts, stopping: make(chan struct{}), draining: make(chan struct{})}
}

// Add adds a component. Components stop one after another, the last added
// first: add what others call (a gRPC server) before its callers (a REST one).
func (g *Group) Add(name string, component Component) {
	g.components = append(g.components, named[Component]{name, component})
}

// OnClose adds what releases a resource (a store, a connection) after all
// components have stopped, the last added first.
func (g *Group) OnClose(name string, closer func() error) {
	g.closers = append(g.closers, named[func() error]{name, closer})
}

// Draining is closed when the program stops accepting work. Streams that would
// never end by themselves watch it and end.
func (g *Group) Draining() <-chan struct{} { return g.draining }

// Close releases what OnClose added, without running: for a program that fails
// while it is being built.
func (g *Group) Close() error { return g.close() }

// Run serves until ctx ends (the signal) or a component ends, then stops
// everything. It returns nil after a clean stop on a signal; else an error that
// says why it stopped, whether by force, and what failed to close.
func (g *Group) Run(ctx context.Context) error {
	// Components must outlive the signal: their context ends only by force.
	serveCtx, kill := context.WithCancel(context.WithoutCancel(ctx))
	defer kill()
	stopProbing := g.startProbing(serveCtx)
	exits := g.startComponents(serveCtx)

	reason := g.wait(ctx, exits)
	deadline := time.Now().Add(g.opts.DrainTimeout)
	g.opts.Log.Info("stopping", zap.NamedError("reason", reason), zap.Duration("drain_timeout", g.opts.DrainTimeout))

	drainCtx, cancel := context.WithDeadline(serveCtx, deadline)
	defer cancel()
	stopWatching := g.watchForce(cancel)
	defer stopWatching()

	if g.opts.Readiness != nil {
		g.opts.Readiness.Off()
	}
	close(g.stopping)
	if reason == nil { // after a failure nobody gains from serving on
		pause(drainCtx, g.opts.DrainDelay)
	}
	close(g.draining)
	if g.opts.Readiness != nil {
		g.opts.Readiness.End()
	}
	err := errors.Join(reason, g.stopComponents(drainCtx))
	if drainCtx.Err() != nil {
		err = errors.Join(err, ErrForced)
	}
	kill()
	err = errors.Join(err, exits.drain(reason != nil, killWait))
	stopProbing()
	err = errors.Join(err, g.close())
	g.opts.Log.Info("stopped", zap.Error(err))
	return err
}

// startProbing keeps readiness up to date; the returned function ends that.
func (g *Group) startProbing(ctx context.Context) func() {
	if g.opts.Readiness == nil {
		return func() {}
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.opts.Readiness.Run(ctx)
	}()
	return func() {
		cancel()
		<-done
	}
}

// exits receives what each Serve returned.
type exits struct {
	channel chan exit
	count   int
}

type exit struct {
	name string
	err  error
}

func (g *Group) startComponents(ctx context.Context) *exits {
	e := &exits{channel: make(chan exit, len(g.components)), count: len(g.components)}
	for _, c := range g.components {
		g.opts.Log.Debug("starting", zap.String("component", c.name))
		go func() { e.channel <- exit{c.name, c.part.Serve(ctx)} }()
	}
	return e
}

// drain waits until every Serve has returned, but not longer than limit; seen
// says that wait took one.
func (e *exits) drain(seen bool, limit time.Duration) error {
	left := e.count
	if seen {
		left--
	}
	timer := time.NewTimer(limit)
	defer timer.Stop()
	var errs []error
	for ; left > 0; left-- {
		select {
		case ended := <-e.channel:
			if ended.err != nil && !errors.Is(ended.err, context.Canceled) {
				errs = append(errs, fmt.Errorf("%s: %w", ended.name, ended.err))
			}
		case <-timer.C:
			errs = append(errs, fmt.Errorf("%d components still run: %w", left, ErrForced))
			return errors.Join(errs...)
		}
	}
	return errors.Join(errs...)
}

// wait returns nil on the signal, else why a component ended.
func (g *Group) wait(ctx context.Context, e *exits) error {
	select {
	case <-ctx.Done():
		return nil
	case ended := <-e.channel:
		if ended.err == nil {
			return fmt.Errorf("%s: %w", ended.name, ErrEnded)
		}
		return fmt.Errorf("%s: %w", ended.name, ended.err)
	}
}

// watchForce cancels the drain on the second signal.
func (g *Group) watchForce(cancel context.CancelFunc) (stop func()) {
	done := make(chan struct{})
	go func() {
		select {
		case <-g.opts.Force:
			g.opts.Log.Warn("second signal: stopping by force")
			cancel()
		case <-done:
		}
	}()
	return func() { close(done) }
}

func (g *Group) stopComponents(ctx context.Context) error {
	var errs []error
	for i := len(g.components) - 1; i >= 0; i-- {
		c := g.components[i]
		if c.part.Stop == nil {
			continue
		}
		g.opts.Log.Debug("draining", zap.String("component", c.name))
		if err := c.part.Stop(ctx); err != nil && !isContextError(err) {
			errs = append(errs, fmt.Errorf("stop %s: %w", c.name, err))
		}
	}
	return errors.Join(errs...)
}

func (g *Group) close() error {
	var errs []error
	for i := len(g.closers) - 1; i >= 0; i-- {
		if err := g.closers[i].part(); err != nil {
			errs = append(errs, fmt.Errorf("close %s: %w", g.closers[i].name, err))
		}
	}
	g.closers = nil
	return errors.Join(errs...)
}

// pause waits d or until the context ends.
func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
