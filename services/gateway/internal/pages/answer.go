package pages

import (
	"context"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/gateway/internal/labels"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// handle turns a page, or the error that came instead of it, into an answer.
func (e *explorer) handle(answer func(*http.Request) (*page, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		at := reading{languages: labels.Accepted(r.Header), failed: &atomic.Bool{}, since: &since{at: time.Now()}}
		var p *page
		var err error
		if at.time, err = e.timeAsked(r); err == nil {
			p, err = answer(r.WithContext(withReading(r.Context(), at)))
		}
		if err != nil {
			p = e.failure(w, r, err)
		}
		if !refusesTime(err) {
			p.past(r, at.time)
		}
		if err == nil {
			p.keep(w.Header(), !at.failed.Load())
			p.Since = at.since.String()
		}
		if p.Status == 0 {
			p.Status = http.StatusOK
		}
		err = e.view.write(w, r, p)
		if err == nil {
			return
		}
		if err = e.view.write(w, r, e.failure(w, r, err)); err != nil {
			http.Error(w, "internal error", http.StatusInternalServerError)
		}
	})
}

// nowhere answers every path that is not a page.
func nowhere(r *http.Request) (*page, error) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, errs.New(errs.Unimplemented, "METHOD_NOT_ALLOWED", "pages are only read; writing is done through /v1")
	}
	return nil, errs.New(errs.NotFound, "NOT_FOUND", "there is no page at this address")
}

// failureView is what an error page shows.
type failureView struct {
	Code       int
	Title      string
	Message    string
	Reason     string
	ErrorID    string
	Violations []*errdetails.BadRequest_FieldViolation
	Correction *typev1.Correction
	Recorded   *moment
	// Before is the page of what was retracted as it stood until then, Kept the REST resource
	// that still answers it; neither of what was killed.
	Before, Kept string
}

// failure is the page of an error. It says what the API says.
func (e *explorer) failure(w http.ResponseWriter, r *http.Request, err error) *page {
	st := errs.ToStatus(err)
	httperror.NoteIn(r.Context(), st)
	v := &failureView{Message: st.Message(), Reason: errs.ReasonOf(st.Err()), ErrorID: errs.ErrorID(st)}
	for _, detail := range st.Details() {
		switch d := detail.(type) {
		case *errdetails.BadRequest:
			v.Violations = d.GetFieldViolations()
		case *typev1.Correction:
			v.Correction, v.Recorded = d, newMoment(d.GetRecordTime())
			if d.GetKind() == typev1.Correction_KILL {
				continue // its publisher demands that it be used no more
			}
			v.Kept = apiPath(d.GetSubject()) + "?show_deleted=true"
			if t := d.GetRecordTime(); t != nil && v.Reason == "RETRACTED" {
				v.Before = addressInTime(pagePath(d.GetSubject()), t.AsTime().Add(-time.Microsecond).Format(time.RFC3339Nano))
			}
		}
	}
	v.Code, v.Title = outcome(st, v.Reason)
	if v.Code >= http.StatusInternalServerError {
		e.Log.Error("a page failed", zap.Int("code", v.Code), zap.String("reason", v.Reason), zap.String("error_id", v.ErrorID),
			zap.String("request_id", caller.RequestID(r.Context())), zap.Error(err))
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	switch v.Code {
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "5")
	case http.StatusMethodNotAllowed:
		h.Set("Allow", "GET, HEAD")
	}
	return &page{Template: "error", Status: v.Code, Title: v.Title, Data: v}
}

// keepForm has a page answered with an error that finds fault with what was asked, and returns
// what is wrong: the form stays, so that the reader can ask otherwise. "" of any other error,
// which is a failure.
func (p *page) keepForm(ctx context.Context, err error) (problem string) {
	st := errs.ToStatus(err)
	code, _ := outcome(st, errs.ReasonOf(err))
	if code != http.StatusBadRequest {
		return ""
	}
	httperror.NoteIn(ctx, st)
	p.Status = code
	return st.Message()
}

// faultIn reports whether an error finds fault with a field of a request.
func faultIn(err error, field string) bool {
	for _, detail := range errs.ToStatus(err).Details() {
		bad, _ := detail.(*errdetails.BadRequest)
		if slices.ContainsFunc(bad.GetFieldViolations(), func(v *errdetails.BadRequest_FieldViolation) bool { return v.GetField() == field }) {
			return true
		}
	}
	return false
}

// outcome is the HTTP status of an error, and what a page calls it.
func outcome(st *status.Status, reason string) (int, string) {
	switch reason {
	case "RETRACTED":
		return http.StatusGone, "Retracted"
	case "ERASED":
		return http.StatusGone, "Erased"
	case "METHOD_NOT_ALLOWED":
		return http.StatusMethodNotAllowed, "Not that way"
	case httperror.ServiceTooOld:
		return http.StatusServiceUnavailable, "Not available at the moment"
	}
	switch st.Code() {
	case codes.NotFound:
		return http.StatusNotFound, "Not on record"
	case codes.InvalidArgument, codes.OutOfRange, codes.FailedPrecondition:
		return http.StatusBadRequest, "That cannot be answered"
	case codes.Unauthenticated:
		return http.StatusUnauthorized, "Who is asking?"
	case codes.PermissionDenied:
		return http.StatusForbidden, "Not for you"
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests, "Too much at once"
	case codes.Unavailable, codes.DeadlineExceeded, codes.Canceled:
		return http.StatusServiceUnavailable, "Not available at the moment"
	default:
		return http.StatusInternalServerError, "Something went wrong"
	}
}

// static answers an embedded file. Its name holds the hash of its content, so it
// never changes.
func (e *explorer) static(w http.ResponseWriter, r *http.Request) {
	file, ok := e.view.static.Get(r.PathValue("file"))
	if !ok {
		e.handle(nowhere).ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Cache-Control", edge.Immutable)
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method != http.MethodHead {
		_, _ = w.Write(file.Content)
	}
}
