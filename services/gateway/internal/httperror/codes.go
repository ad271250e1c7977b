package httperror

import (
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Reasons that the HTTP side itself gives, and that decide an HTTP code.
const (
	// UnknownPath is a path that no method has: 404.
	UnknownPath = "UNKNOWN_PATH"
	// MethodNotAllowed is a path that has other methods: 405.
	MethodNotAllowed = "METHOD_NOT_ALLOWED"
	// RequestTooLarge is a body over the limit: 413.
	RequestTooLarge = "REQUEST_TOO_LARGE"
	// RequestTooSlow is a body that did not arrive in time: 408.
	RequestTooSlow = "REQUEST_TOO_SLOW"
	// UnsupportedMediaType is a body that is not JSON: 415.
	UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
	// NotAcceptable is a request whose Accept header takes none of the forms that
	// the answer comes in: 406.
	NotAcceptable = "NOT_ACCEPTABLE"
	// MisdirectedRequest is a request meant for another host: 421.
	MisdirectedRequest = "MISDIRECTED_REQUEST"
	// EtagMismatch is a write meant for another state: 412 or 409.
	EtagMismatch = "ETAG_MISMATCH"
	// ServiceTooOld is one of the two services that the gateway needs newer: 503, as what is
	// wrong is nothing that was asked.
	ServiceTooOld = "SERVICE_TOO_OLD"
	// Retracted is a resource that was withdrawn: 410.
	Retracted = "RETRACTED"
	// Erased is a resource that the law demanded removed: 410.
	Erased = "ERASED"
)

// httpCodes lists the reasons whose HTTP code is not the one of their status
// code.
var httpCodes = map[string]int{
	MethodNotAllowed:     http.StatusMethodNotAllowed,
	RequestTooLarge:      http.StatusRequestEntityTooLarge,
	RequestTooSlow:       http.StatusRequestTimeout,
	UnsupportedMediaType: http.StatusUnsupportedMediaType,
	NotAcceptable:        http.StatusNotAcceptable,
	MisdirectedRequest:   http.StatusMisdirectedRequest,
	ServiceTooOld:        http.StatusServiceUnavailable,
	Retracted:            http.StatusGone,
	Erased:               http.StatusGone,
}

// Code returns the HTTP code of a status. Conditional says that the request
// had an If-Match header, whose failure is 412.
func Code(st *status.Status, conditional bool) int {
	reason := errs.Info(st).GetReason()
	if reason == EtagMismatch && conditional {
		return http.StatusPreconditionFailed
	}
	if httpCode, ok := httpCodes[reason]; ok {
		return httpCode
	}
	return runtime.HTTPStatusFromCode(st.Code())
}
