package httperror

import (
	"net/http"
	"strconv"
	"time"

	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// What a client waits before it asks again, where the error does not say it
// itself: a service that restarts is back within seconds, a full disk is not.
const (
	retryUnavailable = 5 * time.Second
	retryExhausted   = 30 * time.Second
)

// retryAfter is the header Retry-After (RFC 9110, section 10.2.3) of an answer, in
// whole seconds, rounded up; "" if asking again does not help. A RetryInfo of the
// error comes first.
func retryAfter(st *status.Status, code int) string {
	var wait time.Duration
	switch code {
	case http.StatusServiceUnavailable:
		wait = retryUnavailable
	case http.StatusTooManyRequests:
		wait = retryExhausted
	default:
		return ""
	}
	if asked, said := errs.RetryDelay(st); said {
		wait = asked
	}
	return strconv.FormatInt(int64((wait+time.Second-1)/time.Second), 10)
}
