package rest

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/grpc"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/errs"
)

const (
	// lastEventID is the header with which a browser resumes a stream of events.
	lastEventID = "Last-Event-ID"
	// eventPatience is how long a client may take for one event, and lastPatience how
	// much longer until its connection is cut.
	eventPatience = 30 * time.Second
	lastPatience  = 5 * time.Second
	// firstRetry and lastRetry bound the pause, in milliseconds, that a client is asked
	// to make before it comes back: of each another one, so that all who lost a gateway
	// do not come to the next at once.
	firstRetry, lastRetry = 1000, 5000
)

// writeEvents answers with the changes of the record as server-sent events. A start
// that is refused, or a service that does not answer, is an ordinary error; once
// events were sent, the last one is the error.
func (h *Handler) writeEvents(w http.ResponseWriter, r *http.Request) {
	request, err := watchRequest(r)
	if err != nil {
		httperror.Write(w, r, err)
		return
	}
	leave, err := auth.EnterStream(r.Context())
	if err != nil {
		edge.Refused(r.Context(), err)
		httperror.Write(w, r, err)
		return
	}
	defer leave()
	stream, err := h.changes.Watch(r.Context(), request, keepBytes)
	var first *gatewayv1.WatchResponse
	if err == nil {
		first, err = stream.Recv()
	}
	if err != nil {
		httperror.Write(w, r, h.translate(r.Context(), err))
		return
	}
	through, head, ok := edge.Direct(w)
	header := through.Header()
	header.Set("Content-Type", formats.ContentType(formats.Events))
	header.Set("Cache-Control", "no-store")
	header.Set("X-Accel-Buffering", "no") // proxies that know it pass each event on at once
	if head || !ok {
		through.WriteHeader(http.StatusOK)
		return
	}
	e := &events{handler: h, request: r, out: through, control: http.NewResponseController(through)}
	if e.begin() != nil {
		return
	}
	e.follow(stream, first)
}

// watchRequest reads where to start and what to send. What the client saw last comes
// before where its address says to start: a browser that comes back has both.
func watchRequest(r *http.Request) (*gatewayv1.WatchRequest, error) {
	request := &gatewayv1.WatchRequest{}
	if err := runtime.PopulateQueryParameters(request, r.Form, nothingElse); err != nil {
		return nil, errs.New(errs.InvalidArgument, "MALFORMED_REQUEST", "the request cannot be read")
	}
	switch seen := r.Header.Values(lastEventID); {
	case len(seen) > 1:
		return nil, errs.Invalid("", malformedHeader, "%s is there %d times: send it once", lastEventID, len(seen))
	case len(seen) == 1 && !utf8.ValidString(seen[0]):
		return nil, errs.Invalid("", malformedHeader, "%s is no id of an event: it is not valid UTF-8", lastEventID)
	case len(seen) == 1 && seen[0] != "":
		request.ResumeToken, request.StartTime = seen[0], nil
	}
	return request, nil
}

// events is a stream of events to one client.
type events struct {
	handler *Handler
	request *http.Request
	out     http.ResponseWriter
	control *http.ResponseController
	buffer  bytes.Buffer
	// gone says that the client takes nothing any more.
	gone bool
}

// begin sends the headers and says how long to wait before coming back.
func (e *events) begin() error {
	// The request is read and the answer does not end: only the patience counts.
	if err := e.control.SetReadDeadline(time.Time{}); err != nil {
		return err
	}
	fmt.Fprintf(&e.buffer, "retry: %d\n\n", firstRetry+rand.IntN(lastRetry-firstRetry)) //nolint:gosec // a pause is no secret
	return e.flush()
}

// follow sends events until the stream or the client ends.
func (e *events) follow(stream grpc.ServerStreamingClient[gatewayv1.WatchResponse], next *gatewayv1.WatchResponse) {
	var err error
	for err == nil {
		if err = e.send(next); err != nil {
			break
		}
		next, err = stream.Recv()
	}
	if !e.gone && e.request.Context().Err() == nil {
		e.fail(err)
	}
}

// send sends one answer. An error is to be told to the client.
func (e *events) send(answer *gatewayv1.WatchResponse) error {
	event, err := e.handler.frames.eventOf(answer)
	if err != nil {
		return err
	}
	fmt.Fprintf(&e.buffer, "event: %s\nid: %s\ndata: %s\n\n", event.kind, event.token, event.data)
	began := time.Now()
	if err := e.flush(); err != nil {
		return err
	}
	if time.Since(began) > eventPatience {
		return errs.New(errs.Aborted, "WATCH_TOO_SLOW", "nothing was read for %s: go on after resume_token", eventPatience).
			With("resume_token", event.token)
	}
	return nil
}

// fail sends the last event. It has no id, so that the client resumes after the one
// before.
func (e *events) fail(err error) {
	body := &errorBody{header: http.Header{}}
	httperror.Write(body, e.request, e.handler.translate(e.request.Context(), err))
	e.buffer.Reset()
	fmt.Fprintf(&e.buffer, "event: error\ndata: %s\n\n", strings.ReplaceAll(body.String(), "\n", " "))
	_ = e.flush() // the client is gone, or cut off: nothing to do
}

// flush sends the buffer. A client that does not take it in time loses its
// connection.
func (e *events) flush() (err error) {
	defer e.buffer.Reset()
	defer func() { e.gone = err != nil }()
	if err := e.control.SetWriteDeadline(time.Now().Add(eventPatience + lastPatience)); err != nil {
		return err
	}
	if _, err := io.Copy(e.out, &e.buffer); err != nil {
		return err
	}
	return e.control.Flush()
}

// errorBody keeps the body of an error's answer.
type errorBody struct {
	bytes.Buffer
	header http.Header
}

func (b *errorBody) Header() http.Header { return b.header }

func (b *errorBody) WriteHeader(int) {}
