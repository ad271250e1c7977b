package changefeed_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// showsSeries checks those series of a registry that a text has, whole.
func showsSeries(t *testing.T, registry *prometheus.Registry, text string) {
	t.Helper()
	var names []string
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) > 2 && words[1] == "TYPE" {
			names = append(names, words[2])
		}
	}
	must.OK(t, testutil.GatherAndCompare(registry, strings.NewReader(text), names...))
}

// TestWatchersAreCounted: how many there are, for how long the one that is furthest behind
// has not had everything, what they were sent, and why they ended.
func TestWatchersAreCounted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		registry := prometheus.NewRegistry()
		options := changefeed.Options{Watchers: changefeed.NewWatchers("notes", registry)}
		shows := func(text string) {
			t.Helper()
			showsSeries(t, registry, text)
		}
		const state = `
# HELP onrecord_changes_behind_seconds For how long the watcher that is furthest behind has not had everything; 0 if all have.
# TYPE onrecord_changes_behind_seconds gauge
onrecord_changes_behind_seconds{service="notes"} BEHIND
# HELP onrecord_changes_watchers Open streams of changes.
# TYPE onrecord_changes_watchers gauge
onrecord_changes_watchers{service="notes"} WATCHERS
`
		watchers := func(count, behind string) {
			t.Helper()
			shows(strings.NewReplacer("WATCHERS", count, "BEHIND", behind).Replace(state))
		}
		watchers("0", "0")
		r := newRecord()
		ctx, cancel := context.WithCancel(t.Context())
		let, done := make(chan struct{}), make(chan error, 1)
		go func() {
			done <- r.watch(ctx, request{}, options, nil, func(e changefeed.Event[change]) error {
				if e.Change != nil {
					<-let
				}
				return nil
			})
		}()
		synctest.Wait()
		watchers("1", "0") // it waits
		r.add(first(10, "a"))
		<-time.After(5 * time.Second) // by the clock of the bubble
		synctest.Wait()
		watchers("1", "5") // it does not read
		close(let)
		synctest.Wait()
		watchers("1", "0")
		cancel()
		must.Err(t, <-done)
		watchers("0", "0")
		must.Err(t, r.watch(t.Context(), everything(), options, nil, func(changefeed.Event[change]) error { return errEnough }))
		shows(`
# HELP onrecord_changes_ended_total Ended watchers, by why they did.
# TYPE onrecord_changes_ended_total counter
onrecord_changes_ended_total{reason="error",service="notes"} 1
onrecord_changes_ended_total{reason="gone",service="notes"} 1
onrecord_changes_ended_total{reason="stopping",service="notes"} 0
onrecord_changes_ended_total{reason="too_slow",service="notes"} 0
# HELP onrecord_changes_sent_total What watchers were sent.
# TYPE onrecord_changes_sent_total counter
onrecord_changes_sent_total{kind="change",service="notes"} 1
onrecord_changes_sent_total{kind="heartbeat",service="notes"} 1
`)
	})
}
