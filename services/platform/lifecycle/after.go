package lifecycle

import "context"

// After is a component that begins to serve once ready is closed, or never if it is
// stopped before.
func After(ready <-chan struct{}, component Component) Component {
	stop := make(chan struct{})
	return Component{
		Serve: func(ctx context.Context) error {
			select {
			case <-ready:
			case <-stop:
				return nil
			case <-ctx.Done():
				return nil
			}
			select {
			case <-stop: // too, before this looked
				return nil
			default:
				return component.Serve(ctx)
			}
		},
		Stop: func(ctx context.Context) error {
			close(stop)
			if component.Stop == nil {
				return nil
			}
			return component.Stop(ctx)
		},
	}
}
