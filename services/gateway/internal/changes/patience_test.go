package changes_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/changes"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// TestASlowAnswerHoldsUpAllWatchersOnce: whose words they were is asked once for all who
// filter by it, and one that leaves does not wait for it.
func TestASlowAnswerHoldsUpAllWatchersOnce(t *testing.T) {
	for _, test := range []struct{ takes, wait time.Duration }{
		{300 * time.Millisecond, 300 * time.Millisecond},
		{time.Hour, time.Second}, // what does not come is taken for what concerns everybody
	} {
		synctest.Test(t, func(t *testing.T) {
			r := newRecord(t, changes.Options{})
			defer r.close()
			r.metrics.slow = test.takes
			var all []*watching
			for range 10 {
				w := r.watch(&gatewayv1.WatchRequest{Metrics: []string{"metrics/other"}})
				w.until(t)
				all = append(all, w)
			}
			corrected := figure("f", "metrics/m")
			corrected.metrics.Type = metricsv1.Change_UPDATED
			corrected.metrics.GetFigure().RevisionId = "2"
			began := time.Now()
			r.metrics.add(corrected)
			synctest.Wait()
			all[0].stop()
			must.Equal(t, time.Since(began), 0)
			for _, w := range all[1:] {
				must.Equal(t, nameOf(<-w.got), "figures/f") // the service did not say
				w.stop()
			}
			must.Equal(t, time.Since(began), test.wait)
			must.Equal(t, r.metrics.asked, 1)
		})
	}
}

// slowReaders are watchers who read everything from the start, a change every 20 seconds,
// until leave is called.
func (r *record) slowReaders(count int) (leave func()) {
	done := make(chan struct{})
	var all []*watching
	for range count {
		w := r.watch(everything())
		synctest.Wait()
		all = append(all, w)
	}
	for _, w := range all {
		go func() {
			for {
				select {
				case <-after(20 * time.Second):
					<-w.got
				case <-done:
					return
				}
			}
		}()
	}
	return func() {
		close(done)
		for _, w := range all {
			w.stop()
		}
	}
}

// TestAWatcherThatQueuesIsKeptInformed: it fell behind when all streams for catching up
// are taken. It hears of the other service, and that the gateway is there, and is told in
// the end where to go on.
func TestAWatcherThatQueuesIsKeptInformed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRecord(t, changes.Options{})
		defer r.close()
		w := r.watch(&gatewayv1.WatchRequest{})
		w.until(t)
		// More than a hub keeps, none of which the watcher reads.
		const many = 20_000
		for i := range many {
			r.metrics.add(figure(fmt.Sprintf("f%05d", i), "metrics/m"))
		}
		synctest.Wait()
		leave := r.slowReaders(256)
		read := 0
		for began := time.Now(); time.Since(began) < time.Second; read++ {
			select {
			case m := <-w.got:
				must.Equal(t, nameOf(m), fmt.Sprintf("figures/f%05d", read))
			case <-after(time.Second):
				read--
			}
		}
		r.statements.add(statement("s", "entities/e", "documents/d"))
		began := time.Now()
		must.Equal(t, nameOf(<-w.got), "statements/s")
		must.True(t, time.Since(began) <= 2*time.Second, "it took %v", time.Since(began))
		m := <-w.got
		must.True(t, m.GetChange() == nil, "%v", m)
		must.Equal(t, time.Since(began).Round(time.Second)/(10*time.Second), 1)
		var end error
		for end == nil {
			select {
			case <-w.got:
			case end = <-w.end:
			}
		}
		st := statustest.Check(t, end, codes.ResourceExhausted, "TOO_MANY_WATCHERS", "")
		leave()
		rest, _ := r.read(&gatewayv1.WatchRequest{ResumeToken: errs.Info(st).GetMetadata()["resume_token"]})
		must.Equal(t, len(rest), many-read)
		must.Equal(t, rest[0], fmt.Sprintf("figures/f%05d", read))
	})
}
