// Package httperror writes errors as HTTP answers: problem details (RFC 9457)
// whose other members are a google.rpc.Status, with the HTTP code that belongs to
// its code and reason.
//
// The one table from errors to HTTP codes is here, and nothing else: which
// error it is, is decided where it happens.
package httperror

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/anypb"

	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// MediaType is what an error is sent as (RFC 9457, section 3).
const MediaType = "application/problem+json"

// TypePrefix is what the type of a problem starts with; its reason follows. The
// page there says what each reason means.
const TypePrefix = "/docs/errors#"

// instancePrefix makes a URI (RFC 4151) of a request id. It names one occurrence
// and leads nowhere.
const instancePrefix = "tag:" + errs.Domain + ",2026:request/"

// problem is an error as it is sent: the members of RFC 9457, then those of
// google.rpc.Status as ProtoJSON has them. Detail and Message are one text, because
// readers of either look for it under its name.
type problem struct {
	Type     string `json:"type"`
	Title    string `json:"title"`
	Status   int    `json:"status"`
	Detail   string `json:"detail"`
	Instance string `json:"instance,omitempty"`

	// Code is the google.rpc.Code; the HTTP code is Status.
	Code    codes.Code        `json:"code"`
	Message string            `json:"message"`
	Details []json.RawMessage `json:"details"`
}

// Write answers a request with an error. Every answer has an ErrorInfo; its
// content can be trusted to hold nothing of the inside (errs.ToStatus).
func Write(w http.ResponseWriter, r *http.Request, err error) {
	st := errs.ToStatus(err)
	NoteIn(r.Context(), st)
	reason := errs.Info(st).GetReason()
	answer := problem{
		Type: TypePrefix + reason, Title: title(reason), Status: Code(st, r.Header.Get("If-Match") != ""), Detail: st.Message(),
		Code: st.Code(), Message: st.Message(),
	}
	if id := caller.RequestID(r.Context()); id != "" {
		answer.Instance = instancePrefix + url.PathEscape(id)
	}
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
	for _, of := range []string{"Content-Encoding", "ETag", "Last-Modified", "Link"} {
		header.Del(of) // they were those of the answer that there would have been
	}
	header.Set("Content-Type", MediaType)
	header.Set("Cache-Control", "no-store")
	if after := retryAfter(st, answer.Status); after != "" {
		header.Set("Retry-After", after)
	}
	w.WriteHeader(answer.Status)
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

// title is the short text of a kind of problem, the same each time: its reason in
// words.
func title(reason string) string {
	words := []byte(reason)
	for i, c := range words {
		switch {
		case c == '_':
			words[i] = ' '
		case i > 0 && c >= 'A' && c <= 'Z':
			words[i] = c + ('a' - 'A')
		}
	}
	return string(words)
}
