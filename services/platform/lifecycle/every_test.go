package lifecycle_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onrecord/onrecord/services/platform/lifecycle"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestEveryGoesOnWhileThereIsMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		var at []time.Duration
		var failures int
		work := lifecycle.Every(time.Minute, func(context.Context) (bool, error) {
			at = append(at, time.Since(start))
			switch len(at) {
			case 1, 2:
				return true, nil
			case 4:
				return true, errors.New("once")
			default:
				return false, nil
			}
		}, func(error) { failures++ })
		ended := make(chan error)
		go func() { ended <- work.Serve(t.Context()) }()
		<-time.After(3*time.Minute + time.Second)
		must.OK(t, work.Stop(t.Context()))
		must.OK(t, <-ended)
		// Three at once, the one that fails at the first tick, then one at each.
		must.Equal(t, at, []time.Duration{0, 0, 0, time.Minute, 2 * time.Minute, 3 * time.Minute})
		must.Equal(t, failures, 1)
	})
}
