package health

import "errors"

// degraded is the error of a check whose thing serves all the same.
type degraded struct{ error }

func (d degraded) Unwrap() error { return d.error }

// Degraded marks the error of a check as one that is shown and logged but leaves the
// program ready, because it still does most of its work: a store that answers reads
// and takes no writes, for example.
func Degraded(err error) error { return degraded{err} }

// Serves reports whether a check passed, or failed with an error of Degraded.
func Serves(err error) bool {
	var d degraded
	return err == nil || errors.As(err, &d)
}
