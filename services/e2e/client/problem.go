package client

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/code"
)

// Domain is ErrorInfo.domain of every error of onrecord.
const Domain = "onrecord.dev"

// Problem is an error as REST answers it: problem details (RFC 9457) that are a
// google.rpc.Status too.
type Problem struct {
	HTTP     int
	Status   string
	Message  string
	Reason   string
	Domain   string
	Metadata map[string]string
	// Violations are those of google.rpc.BadRequest.
	Violations []Violation
	// Details are all details by "@type".
	Details map[string]json.RawMessage
}

// Violation is one field at fault.
type Violation struct {
	Field       string `json:"field"`
	Description string `json:"description"`
	Reason      string `json:"reason"`
}

// Want is what a refusal must say. Fields that are empty are not compared.
type Want struct {
	HTTP   int
	Status string
	// Reason is that of ErrorInfo; of several joined by "|" any one.
	Reason string
	// Field is the path of one violation.
	Field string
}

// Invalid is the refusal of bad input: 400 INVALID_ARGUMENT.
func Invalid(reason, field string) Want {
	return Want{HTTP: http.StatusBadRequest, Status: "INVALID_ARGUMENT", Reason: reason, Field: field}
}

// Problem reads an answer that must be problem details and a google.rpc.Status, which
// say the same.
func (a Answer) Problem(t testing.TB) Problem {
	t.Helper()
	var body struct {
		Type     string `json:"type"`
		Title    string `json:"title"`
		HTTP     int    `json:"status"`
		Detail   string `json:"detail"`
		Instance string `json:"instance"`

		Code    int32             `json:"code"`
		Message string            `json:"message"`
		Details []json.RawMessage `json:"details"`
	}
	if a.Code < http.StatusBadRequest {
		t.Fatalf("%s %s: %d, want an error:\n%s", a.request.Method, a.request.URL, a.Code, a.Body)
	}
	decoder := json.NewDecoder(bytes.NewReader(a.Body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		t.Fatalf("%s %s: the error is no google.rpc.Status: %v\n%s", a.request.Method, a.request.URL, err, a.Body)
	}
	p := Problem{
		HTTP: a.Code, Status: code.Code_name[body.Code], Message: body.Message,
		Details: map[string]json.RawMessage{},
	}
	for _, detail := range body.Details {
		p.add(t, detail)
	}
	if body.Type != "/docs/errors#"+p.Reason || body.Title == "" || body.HTTP != a.Code || body.Detail != body.Message ||
		a.Header.Get("Content-Type") != "application/problem+json" {
		t.Fatalf("%s %s: the problem details say something else than the google.rpc.Status:\n%s", a.request.Method, a.request.URL, a.Body)
	}
	return p
}

func (p *Problem) add(t testing.TB, detail json.RawMessage) {
	t.Helper()
	var known struct {
		Type            string            `json:"@type"`
		Reason          string            `json:"reason"`
		Domain          string            `json:"domain"`
		Metadata        map[string]string `json:"metadata"`
		FieldViolations []Violation       `json:"fieldViolations"`
	}
	if err := json.Unmarshal(detail, &known); err != nil {
		t.Fatalf("a detail of the error cannot be read: %v\n%s", err, detail)
	}
	p.Details[strings.TrimPrefix(known.Type, "type.googleapis.com/")] = detail
	switch {
	case strings.HasSuffix(known.Type, "/google.rpc.ErrorInfo"):
		p.Reason, p.Domain, p.Metadata = known.Reason, known.Domain, known.Metadata
	case strings.HasSuffix(known.Type, "/google.rpc.BadRequest"):
		p.Violations = known.FieldViolations
	}
}

// Field is the violation of a field.
func (p Problem) Field(path string) (Violation, bool) {
	i := slices.IndexFunc(p.Violations, func(v Violation) bool { return v.Field == path })
	if i < 0 {
		return Violation{}, false
	}
	return p.Violations[i], true
}

// Check fails the test unless the problem is the wanted one. Code, domain and a
// message for people are wanted of every error.
func (p Problem) Check(t testing.TB, want Want) {
	t.Helper()
	switch {
	case want.HTTP != 0 && p.HTTP != want.HTTP:
		t.Fatalf("HTTP code is %d, want %d: %s", p.HTTP, want.HTTP, p)
	case want.Status != "" && p.Status != want.Status:
		t.Fatalf("code is %q, want %q: %s", p.Status, want.Status, p)
	case want.Reason != "" && !slices.Contains(strings.Split(want.Reason, "|"), p.Reason):
		t.Fatalf("reason is %q, want %q: %s", p.Reason, want.Reason, p)
	case p.Domain != Domain:
		t.Fatalf("domain is %q, want %q: %s", p.Domain, Domain, p)
	case strings.TrimSpace(p.Message) == "":
		t.Fatalf("there is no message: %s", p)
	}
	if want.Field == "" {
		return
	}
	violation, found := p.Field(want.Field)
	switch {
	case !found:
		t.Fatalf("no violation of %q: %s", want.Field, p)
	case violation.Description == "" || violation.Reason == "":
		t.Fatalf("the violation of %q does not say what is wrong: %s", want.Field, p)
	}
}

// String shows a problem in a failure.
func (p Problem) String() string {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// Refused fails the test unless the answer is the wanted error.
func (a Answer) Refused(t testing.TB, want Want) Problem {
	t.Helper()
	p := a.Problem(t)
	p.Check(t, want)
	return p
}
