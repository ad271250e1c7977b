package embargo_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestUpkeepEndsEmbargoesEverySecond, and does the rest each minute, whatever fails.
func TestUpkeepEndsEmbargoesEverySecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended, rested, told := 0, 0, 0
		upkeep := embargo.Upkeep(
			func(context.Context) (bool, error) { ended++; return false, errors.New("broken") },
			func(context.Context) (bool, error) { rested++; return rested == 1, nil },
			time.Minute, func(error) { told++ })
		ctx, cancel := context.WithTimeout(t.Context(), 150*time.Second+time.Millisecond)
		defer cancel()
		must.OK(t, upkeep.Serve(ctx))
		must.True(t, ended > 150)
		must.Equal(t, rested, 4) // once more where there was more to do
		must.Equal(t, told, 3)
	})
}

// TestAFaultOfBothIsToldOnce: a store that cannot be reached fails either step alike.
func TestAFaultOfBothIsToldOnce(t *testing.T) {
	for rest, want := range map[string]string{"away": "away", "full": "away\nfull"} {
		synctest.Test(t, func(t *testing.T) {
			failing := func(text string) embargo.Step {
				return func(context.Context) (bool, error) { return false, errors.New(text) }
			}
			var told []string
			upkeep := embargo.Upkeep(failing("away"), failing(rest), time.Minute, func(err error) { told = append(told, err.Error()) })
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			must.OK(t, upkeep.Serve(ctx))
			must.Equal(t, told, []string{want})
		})
	}
}
