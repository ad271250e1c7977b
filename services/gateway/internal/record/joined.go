package record

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// joinTimeout bounds a joined view as a whole, however many calls it makes.
const joinTimeout = 10 * time.Second

// The reasons of an outage.
const (
	serviceUnavailable = "SERVICE_UNAVAILABLE"
	serviceTooSlow     = "SERVICE_TOO_SLOW"
)

// requireAll is the value of `require` that wants both services or no answer.
const requireAll = "all"

// terms are what a joined view is asked for and what it needs.
type terms struct {
	// readTime is the record time that is asked for; nil: the present.
	readTime *timestamppb.Timestamp
	// require is the field of that name of the request.
	require string
	// needed is the service without which there is nothing to say; empty if either will do.
	needed string
	// leftOut is what an earlier page of the same answer left out: no later one has it.
	leftOut outages
	// probe are the calls that tell how far each service is settled; zero: the cheapest that
	// both services have.
	probe probes
}

// probes are calls of which only the header of the answer is used, an error's too.
type probes struct {
	statements, metrics func(context.Context, grpc.CallOption) error
}

// outages are the services that an answer lacks, with the reason.
type outages map[string]string

// text is what a page token keeps of them: `metrics=SERVICE_TOO_SLOW`.
func (o outages) text() string {
	for service, reason := range o { // at most one: without both there is no answer
		return service + "=" + reason
	}
	return ""
}

// outagesOf reads what text wrote; ok is false if it did not write that.
func outagesOf(text string) (o outages, ok bool) {
	if text == "" {
		return nil, true
	}
	service, reason, _ := strings.Cut(text, "=")
	known := (service == statementsService || service == metricsService) && (reason == serviceUnavailable || reason == serviceTooSlow)
	return outages{service: reason}, known
}

// joined is an answer of both services in the making. Both are read at one record time,
// within one deadline. What a service that is not needed does not answer is left out,
// and from then on nothing more of it is asked. Safe for concurrent use.
type joined struct {
	// at is the record time at which both services are read.
	at *timestamppb.Timestamp

	terms terms
	// patience is when a service that is not needed is given up: early enough for the
	// other one to finish the answer within the deadline.
	patience time.Time

	mu     sync.Mutex
	lacks  outages
	faults map[string]error
}

// withJoinDeadline is the context of a joined view. A caller that waits for less has its
// answer a little earlier still: after its deadline it would not learn who was too slow.
func withJoinDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	timeout := joinTimeout
	if deadline, ok := ctx.Deadline(); ok {
		timeout = min(timeout, time.Until(deadline)*19/20)
	}
	return context.WithTimeout(ctx, timeout)
}

// join begins a joined view: it asks both services, side by side, how far they are
// settled, and fixes the record time. The context must be that of withJoinDeadline, made
// of the context of the call. The error is that of the service that is needed or required,
// of both services, or of a `read_time` that is not settled.
func (s *Service) join(ctx context.Context, t terms) (*joined, error) {
	j := &joined{terms: t, lacks: outages{}, faults: map[string]error{}}
	if t.probe.statements == nil {
		t.probe = s.probes()
	}
	for service, reason := range t.leftOut {
		j.lacks[service] = reason
	}
	if deadline, ok := ctx.Deadline(); ok {
		j.patience = time.Now().Add(time.Until(deadline) * 4 / 5)
	}
	settled, err := j.settle(ctx, t.probe)
	if err != nil {
		return nil, err
	}
	rpcserver.SetSettled(ctx, settled)
	j.at, err = readTime(t.readTime, settled)
	return j, err
}

// settle returns how far the services are settled that answer: the earlier of both.
func (j *joined) settle(ctx context.Context, p probes) (time.Time, error) {
	statements, metrics, err := both(ctx, j, func(ctx context.Context) (time.Time, error) {
		return probeSettled(ctx, statementsService, p.statements)
	}, func(ctx context.Context) (time.Time, error) {
		return probeSettled(ctx, metricsService, p.metrics)
	})
	if statements.IsZero() || (!metrics.IsZero() && metrics.Before(statements)) {
		return metrics, err
	}
	return statements, err
}

// both asks both services side by side, as ask does, and returns the first error in order.
// When one fails the other is given up.
func both[S, M any](
	ctx context.Context, j *joined, statements func(context.Context) (S, error), metrics func(context.Context) (M, error),
) (said S, measured M, err error) {
	err = sideBySide(ctx, func(ctx context.Context) (err error) {
		said, err = ask(ctx, j, statementsService, statements)
		return err
	}, func(ctx context.Context) (err error) {
		measured, err = ask(ctx, j, metricsService, metrics)
		return err
	})
	return said, measured, cmp.Or(j.allGone(), err)
}

// ask makes calls of one service, unless the answer lacks it already. If they show that it
// does not answer, and the view can do without it, the answer lacks it from then on: what was
// read of it is thrown away, and the error is nil.
func ask[T any](ctx context.Context, j *joined, service string, calls func(context.Context) (T, error)) (read T, err error) {
	var nothing T
	if !j.has(service) {
		return nothing, nil
	}
	// Once the other is lost, nobody else is left to finish the answer.
	optional := j.terms.require != requireAll && j.terms.needed != service && j.lackCount() == 0
	limited := ctx
	if optional && !j.patience.IsZero() {
		var cancel context.CancelFunc
		limited, cancel = context.WithDeadline(ctx, j.patience)
		defer cancel()
	}
	read, err = calls(limited)
	reason := outageReason(err)
	if reason == "" || !optional || ctx.Err() != nil {
		return read, err
	}
	j.mu.Lock()
	j.lacks[service], j.faults[service] = reason, err
	j.mu.Unlock()
	return nothing, j.allGone()
}

// has reports whether the service still has a part in the answer.
func (j *joined) has(service string) bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lacks[service] == ""
}

// lackCount is how many services the answer lacks.
func (j *joined) lackCount() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.lacks)
}

// allGone is the error of an answer that lacks both services: nothing is known.
func (j *joined) allGone() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.lacks) < 2 {
		return nil
	}
	for _, service := range []string{statementsService, metricsService} {
		if err := j.faults[service]; err != nil {
			return err
		}
	}
	return errs.New(errs.Unavailable, serviceUnavailable, "neither service answers now")
}

// fault is how a service that the answer lacks did not answer.
func (j *joined) fault(service string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.faults[service]; err != nil {
		return err
	}
	return errs.New(errs.Unavailable, serviceUnavailable, "the %s service does not answer now", service).With("service", service)
}

// unavailable names the services that the answer lacks. The header says it too, so that
// nobody keeps the answer.
func (j *joined) unavailable(ctx context.Context) ([]*gatewayv1.Unavailable, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var list []*gatewayv1.Unavailable
	var names []string
	for service, reason := range j.lacks {
		list = append(list, &gatewayv1.Unavailable{Service: service, Reason: reason})
		names = append(names, service)
	}
	if len(list) == 0 {
		return nil, nil
	}
	slices.SortFunc(list, func(a, b *gatewayv1.Unavailable) int { return strings.Compare(a.GetService(), b.GetService()) })
	slices.Sort(names)
	return list, rpcserver.SetPartial(ctx, names...)
}

// outageReason is the reason of an error that says that a service does not answer; empty
// of any other and of none.
func outageReason(err error) string {
	switch {
	case errs.Is(err, errs.Unavailable):
		return serviceUnavailable
	case errs.Is(err, errs.DeadlineExceeded):
		return serviceTooSlow
	default:
		return ""
	}
}

// probes are cheap calls that both services have.
func (s *Service) probes() probes {
	return probes{statements: func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.statementCorrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{PageSize: 1}, header)
		return err
	}, metrics: func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.figureCorrections.ListCorrections(ctx, &metricsv1.ListCorrectionsRequest{PageSize: 1}, header)
		return err
	}}
}

// readTime is the record time that is asked for, or how far both services are settled; they must be settled at it.
func readTime(asked *timestamppb.Timestamp, settled time.Time) (*timestamppb.Timestamp, error) {
	switch {
	case asked == nil:
		return timestamppb.New(settled), nil
	case asked.AsTime().After(settled):
		return nil, errs.Invalid("read_time", "READ_TIME_NOT_SETTLED",
			"is after the settled time, %s: something may still be recorded before it", settled.Format(rpcserver.SettledLayout)).
			With("settled_time", settled.Format(rpcserver.SettledLayout))
	default:
		return asked, nil
	}
}

// probeSettled returns how far a service is settled, by the header of a call's answer.
func probeSettled(ctx context.Context, service string, call func(context.Context, grpc.CallOption) error) (time.Time, error) {
	var header metadata.MD
	err := call(ctx, grpc.Header(&header))
	if err != nil && len(header.Get(rpcserver.SettledKey)) == 0 {
		return time.Time{}, err
	}
	return settledOf(service, header)
}
