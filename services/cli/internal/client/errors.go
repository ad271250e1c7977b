package client

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// UnreachableError says that the server did not answer: whether a write
// happened is not known, unless it was refused.
type UnreachableError struct {
	Server string
	Cause  error
}

// Error says so in words.
func (e *UnreachableError) Error() string {
	return fmt.Sprintf("cannot reach %s: %v\n  is `onrecord serve` running there? --server names another address", e.Server, e.Cause)
}

// Unwrap returns the cause.
func (e *UnreachableError) Unwrap() error { return e.Cause }

// Refused reports whether nobody listened at the address: then nothing was asked, and
// nothing written.
func (e *UnreachableError) Refused() bool { return errors.Is(e.Cause, syscall.ECONNREFUSED) }

// Error is what the server answered instead of what was asked for: a
// google.rpc.Status.
type Error struct {
	// Status is the HTTP status, such as "400 Bad Request".
	Status string
	// Reason is the stable reason, such as SPAN_MISMATCH; "" if there is none.
	Reason string
	// Message says what is wrong.
	Message string
	// Violations name the fields that are wrong, if it is about fields.
	Violations []Violation
	// More is how many more violations there are that the server does not name: a number,
	// MoreUnknown, or "" for none.
	More string
	// RetryAfter is how long the server asks to wait before the same is asked again; 0
	// if it does not say, or that would not help.
	RetryAfter time.Duration

	// outcome is what the server says became of a write; "" if it does not say.
	outcome string
}

// MoreUnknown is Error.More of a server that looked for the first violation alone.
const MoreUnknown = "UNKNOWN"

// Violation is one fault of one field.
type Violation struct {
	// Field is its path in the request, such as "statements[0].contents[1].exact".
	Field string `json:"field"`
	// Description says what is wrong with it.
	Description string `json:"description"`
	// Reason is the stable reason of this fault, if it has one of its own.
	Reason string `json:"reason"`
}

// statusCutOff is what a server answers whose call was cut off between it and the client: who
// reads it did not give the call up.
const statusCutOff = 499

// ServerFault reports whether the server failed, or the call was cut off on the way, rather
// than refused.
func (e *Error) ServerFault() bool { return e.code() >= statusCutOff }

// MaybeWritten reports whether what was asked for may have been written: as the server
// says, and else if it failed.
func (e *Error) MaybeWritten() bool {
	switch e.outcome {
	case "UNKNOWN":
		return true
	case "NOT_WRITTEN":
		return false
	default:
		return e.ServerFault()
	}
}

// Temporary reports whether nothing is wrong with what was asked, so that the same may
// be answered later. A write that had no answer may have happened.
func (e *Error) Temporary() bool {
	switch e.code() {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout, statusCutOff:
		return true
	case http.StatusTooManyRequests:
		return e.RetryAfter > 0 // any other limit is of a size, or of a disk
	default:
		// A replica that another release takes the place of.
		return e.Reason == "SCHEMA_TOO_NEW" || e.Reason == "SCHEMA_TOO_OLD"
	}
}

// OfRequest reports whether it is about what was asked, and not about who asks, how
// often, or a server that cannot.
func (e *Error) OfRequest() bool {
	switch e.code() {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	default:
		return !e.ServerFault() && !e.Temporary()
	}
}

// code is the number of the HTTP status.
func (e *Error) code() int {
	text, _, _ := strings.Cut(e.Status, " ")
	code, _ := strconv.Atoi(text) // 0 is none
	return code
}

// Error says it in words, one violation a line.
func (e *Error) Error() string {
	var out strings.Builder
	if e.ServerFault() {
		out.WriteString("failed")
	} else {
		out.WriteString("refused")
	}
	if e.Reason != "" {
		out.WriteString(" (" + e.Reason + ")")
	}
	lines := make([]string, len(e.Violations))
	repeated := len(lines) == 1
	for i, violation := range e.Violations {
		lines[i] = violation.Field + ": " + violation.Description
		repeated = repeated && (lines[i] == e.Message || violation.Description == e.Message)
	}
	if !repeated {
		out.WriteString(": " + e.Message)
	}
	for _, line := range lines {
		out.WriteString("\n  " + line)
	}
	switch e.More {
	case "":
	case MoreUnknown:
		out.WriteString("\n  and maybe more")
	default:
		out.WriteString("\n  and " + e.More + " more")
	}
	return out.String()
}

// parseError reads the body of a refusal, a google.rpc.Status. Another body
// comes from something in between and is named by its HTTP status.
func parseError(response *http.Response, body []byte) *Error {
	var answer struct {
		Message string `json:"message"`
		Details []struct {
			Type            string      `json:"@type"`
			Reason          string      `json:"reason"`
			RetryDelay      string      `json:"retryDelay"`
			FieldViolations []Violation `json:"fieldViolations"`
			Metadata        struct {
				WriteOutcome   string `json:"write_outcome"`
				MoreViolations string `json:"more_violations"`
			} `json:"metadata"`
		} `json:"details"`
	}
	result := &Error{Status: response.Status}
	if seconds, err := strconv.Atoi(response.Header.Get("Retry-After")); err == nil {
		result.RetryAfter = time.Duration(seconds) * time.Second
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Message == "" {
		result.Message = "the server answered " + response.Status
		return result
	}
	result.Message = answer.Message
	if response.StatusCode == http.StatusTooManyRequests {
		result.RetryAfter = 0 // of ours, those that are over again say so in their details
	}
	for _, detail := range answer.Details {
		switch {
		case strings.HasSuffix(detail.Type, "/google.rpc.ErrorInfo"):
			result.Reason, result.outcome, result.More = detail.Reason, detail.Metadata.WriteOutcome, detail.Metadata.MoreViolations
		case strings.HasSuffix(detail.Type, "/google.rpc.RetryInfo"):
			if delay, err := time.ParseDuration(detail.RetryDelay); err == nil {
				result.RetryAfter = max(delay, time.Millisecond)
			}
		case strings.HasSuffix(detail.Type, "/google.rpc.BadRequest"):
			result.Violations = append(result.Violations, detail.FieldViolations...)
		}
	}
	return result
}
