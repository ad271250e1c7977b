// Package httperror writes errors as HTTP answers: a google.rpc.Status as JSON,
// with the HTTP code that belongs to its code and reason.
//
// The one table from errors to HTTP codes is here, and nothing else: which
// error it is, is decided where it happens.
package httperror

import (
	"bytes"
	"encoding/json"
	"net/http"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"

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
	// UnsupportedMediaType is a body that is not JSON: 415.
	UnsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
	// NotAcceptable is a read whose Accept header takes none of the forms that the
	// answer comes in: 406.
	NotAcceptable = "NOT_ACCEPTABLE"
	// EtagMismatch is a write meant for another state: 412 or 409.
	EtagMismatch = "ETAG_MISMATCH"
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
	UnsupportedMediaType: http.StatusUnsupportedMediaType,
	NotAcceptable:        http.StatusNotAcceptable,
	Retracted:            http.StatusGone,
	Erased:               http.StatusGone,
}

// body is a google.rpc.Status as ProtoJSON has it, in the order of its fields.
type body struct {
	// Code is the google.rpc.Code; the HTTP code is that of the answer.
	Code    codes.Code        `json:"code"`
	Message string            `json:"message"`
	Details []json.RawMessage `json:"details"`
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

// Write answers a request with an error. Every answer has an ErrorInfo; its
// content can be trusted to hold nothing of the inside (errs.ToStatus).
func Write(w http.ResponseWriter, r *http.Request, err error) {
	st := errs.ToStatus(err)
	httpCode := Code(st, r.Header.Get("If-Match") != "")
	answer := body{Code: st.Code(), Message: st.Message()}
	for _, packed := range st.Proto().GetDetails() {
		if encoded, ok := encode(packed); ok {
			answer.Details = append(answer.Details, encoded)
		}
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(answer) // strings, numbers and valid JSON always encode

	header := w.Header()
	header.Del("Content-Encoding")
	header.Del("ETag")
	header.Set("Content-Type", "application/json")
	header.Set("Cache-Control", "no-store")
	w.WriteHeader(httpCode)
	_, _ = w.Write(bytes.TrimSuffix(out.Bytes(), []byte("\n"))) // the client is gone: nothing to do
}

// encode turns a detail into JSON with its "@type". A detail of a type that
// this program does not know is left out: losing it is better than losing the
// error.
func encode(packed *anypb.Any) (json.RawMessage, bool) {
	text, err := protojson.Marshal(packed)
	if err != nil {
		return nil, false
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, text); err != nil {
		return nil, false
	}
	return compact.Bytes(), true
}
