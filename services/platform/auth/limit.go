package auth

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// maxCallers is how many callers are counted apart. When there are more, those
	// that have not called for burstSeconds are forgotten, else any, which only helps
	// them.
	maxCallers = 10_000
	// burstSeconds is how many seconds' worth of calls may come at once.
	burstSeconds = 2
)

// limits count the calls of each caller.
type limits struct {
	perSecond float64
	now       func() time.Time

	mu      sync.Mutex
	callers map[string]*counted
	swept   time.Time
}

type counted struct {
	limiter *rate.Limiter
	last    time.Time
}

func newLimits(perSecond float64) *limits {
	return &limits{perSecond: perSecond, now: time.Now, callers: make(map[string]*counted)}
}

// look says whether take would refuse a call, and counts none.
func (l *limits) look(key string) error {
	if l.perSecond == 0 {
		return nil
	}
	now := l.now()
	l.mu.Lock()
	c := l.callers[key]
	l.mu.Unlock()
	if c == nil || c.limiter.TokensAt(now) >= 1 {
		return nil
	}
	return l.exceeded(time.Duration((1 - c.limiter.TokensAt(now)) / l.perSecond * float64(time.Second)))
}

// take counts a call of the caller. RESOURCE_EXHAUSTED, reason RATE_LIMITED, says
// after how long the next may come.
func (l *limits) take(key string) error {
	if l.perSecond == 0 {
		return nil
	}
	now := l.now()
	reservation := l.of(key, now).ReserveN(now, 1)
	delay := reservation.DelayFrom(now)
	if delay == 0 {
		return nil
	}
	reservation.CancelAt(now)
	return l.exceeded(delay)
}

func (l *limits) exceeded(delay time.Duration) error {
	return errs.New(errs.ResourceExhausted, "RATE_LIMITED", "more than %g calls a second", l.perSecond).
		Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(delay)})
}

// network is the address that calls without a credential are counted by: of IPv6 the
// first 64 bits, since one host has all addresses that begin with them.
func network(remote string) string {
	address, err := netip.ParseAddr(remote)
	if err != nil || address.Is4() || address.Is4In6() {
		return remote
	}
	prefix, _ := address.Prefix(64) // 64 bits always fit
	return prefix.String()
}

func (l *limits) of(key string, now time.Time) *rate.Limiter {
	l.mu.Lock()
	defer l.mu.Unlock()
	c := l.callers[key]
	if c == nil {
		if len(l.callers) >= maxCallers {
			l.forget(now)
		}
		burst := max(1, int(l.perSecond*burstSeconds))
		c = &counted{limiter: rate.NewLimiter(rate.Limit(l.perSecond), burst)}
		l.callers[key] = c
	}
	c.last = now
	return c.limiter
}

// forget drops callers that have not called for burstSeconds, at most once a second,
// and if that leaves no place any one of them.
func (l *limits) forget(now time.Time) {
	if now.Sub(l.swept) >= time.Second {
		l.swept = now
		for key, c := range l.callers {
			if now.Sub(c.last) > burstSeconds*time.Second {
				delete(l.callers, key)
			}
		}
	}
	for key := range l.callers {
		if len(l.callers) < maxCallers {
			return
		}
		delete(l.callers, key)
	}
}
