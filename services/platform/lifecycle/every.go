package lifecycle

import (
	"context"
	"time"
)

// Every is background work in bounded steps: one at once, one at each tick of
// the interval, and, while a step says that there is more to do, the next at once. An error
// is given to failed, and the work goes on at the next tick.
func Every(interval time.Duration, step func(context.Context) (more bool, err error), failed func(error)) Component {
	stop := make(chan struct{})
	return Component{
		Serve: func(ctx context.Context) error {
			ticker := time.NewTicker(interval)
			defer ticker.Stop()
			repeat(ctx, stop, step, failed)
			for {
				select {
				case <-ctx.Done():
					return nil
				case <-stop:
					return nil
				case <-ticker.C:
					repeat(ctx, stop, step, failed)
				}
			}
		},
		Stop: func(context.Context) error {
			close(stop)
			return nil
		},
	}
}

// repeat does steps until there is nothing more to do, one fails, or the work
// is to end.
func repeat(ctx context.Context, stop <-chan struct{}, step func(context.Context) (bool, error), failed func(error)) {
	for ctx.Err() == nil {
		more, err := step(ctx)
		if err != nil {
			failed(err)
		}
		if err != nil || !more {
			return
		}
		select {
		case <-stop:
			return
		default:
		}
	}
}
