package errs

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
)

// Error is an error whose kind and reason are part of the contract.
//
// Build one with New or Invalid and the chain methods; they change the Error
// they are called on, so do not share one between requests.
type Error struct {
	Kind Kind
	// Reason is a stable UPPER_SNAKE word (AIP-193, ErrorInfo.reason). Empty
	// means the default reason of the kind.
	Reason string
	// Message is for people. It is sent to the caller except when the kind is
	// Internal.
	Message string
	// Violations lists every field at fault, not only the first.
	Violations []Violation
	// Metadata is machine-readable context (ErrorInfo.metadata). Never payload
	// text or secrets.
	Metadata map[string]string
	// Resource is what the error is about, if one thing.
	Resource *Resource
	// Details are extra status details, sent as they are.
	Details []proto.Message

	cause error
}

// Violation is one field at fault.
type Violation struct {
	// Field is the path of proto field names, for example "statement.spans[2].end".
	Field string
	// Description says what is wrong and what would be right.
	Description string
	// Reason is a stable UPPER_SNAKE word.
	Reason string
}

// Resource names what an error is about (google.rpc.ResourceInfo).
type Resource struct {
	// Type is a resource type, for example "onrecord/Statement".
	Type string
	// Name is the resource name, for example "statements/s1".
	Name string
}

// New returns an Error with a formatted message.
func New(kind Kind, reason, format string, args ...any) *Error {
	return &Error{Kind: kind, Reason: reason, Message: fmt.Sprintf(format, args...)}
}

// Invalid returns an InvalidArgument error with one violation. The message
// names the field, because many clients show nothing else.
func Invalid(field, reason, format string, args ...any) *Error {
	description := fmt.Sprintf(format, args...)
	return invalid(reason, Violation{Field: field, Description: description, Reason: reason})
}

func invalid(reason string, violations ...Violation) *Error {
	message := violations[0].text()
	if more := len(violations) - 1; more > 0 {
		noun := "violations"
		if more == 1 {
			noun = "violation"
		}
		message = fmt.Sprintf("%s (and %d more %s)", message, more, noun)
	}
	return &Error{Kind: InvalidArgument, Reason: reason, Message: message, Violations: violations}
}

func (v Violation) text() string {
	if v.Field == "" {
		return v.Description
	}
	return v.Field + ": " + v.Description
}

// Field adds a violation with the error's own reason.
func (e *Error) Field(field, description string) *Error {
	e.Violations = append(e.Violations, Violation{Field: field, Description: description, Reason: e.Reason})
	return e
}

// With adds one metadata entry.
func (e *Error) With(key, value string) *Error {
	if e.Metadata == nil {
		e.Metadata = make(map[string]string)
	}
	e.Metadata[key] = value
	return e
}

// About names the resource at fault.
func (e *Error) About(resourceType, name string) *Error {
	e.Resource = &Resource{Type: resourceType, Name: name}
	return e
}

// Detail adds an extra status detail.
func (e *Error) Detail(message proto.Message) *Error {
	e.Details = append(e.Details, message)
	return e
}

// Wrap records what caused the error. The cause is logged, never sent.
func (e *Error) Wrap(cause error) *Error {
	e.cause = cause
	return e
}

// Error returns kind, reason, message and cause: the text for logs.
func (e *Error) Error() string {
	text := e.Kind.String()
	if e.Reason != "" && e.Reason != text {
		text += "/" + e.Reason
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.cause }

// KindOf returns the kind of an error: of an *Error in its chain, of a context
// error, of a gRPC status; Internal for anything else. KindOf(nil) is Internal
// too: ask only about errors.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	if err == nil {
		return Internal
	}
	if kind, ok := kindOfCode[ToStatus(err).Code()]; ok {
		return kind
	}
	return Internal
}

// ReasonOf returns the reason that ToStatus would send, "" for nil.
func ReasonOf(err error) string {
	if err == nil {
		return ""
	}
	return Info(ToStatus(err)).GetReason()
}

// Is reports whether err is of the given kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }

// outcomeKey is the metadata key that says whether a failed write happened.
const (
	outcomeKey        = "write_outcome"
	outcomeUnknown    = "UNKNOWN"
	outcomeNotWritten = "NOT_WRITTEN"
)

// MaybeWritten marks that the write may have happened although it failed, a
// commit that did not answer for example.
func (e *Error) MaybeWritten() *Error { return e.With(outcomeKey, outcomeUnknown) }

// NotWritten marks that nothing was written, so a plain retry is safe.
func (e *Error) NotWritten() *Error { return e.With(outcomeKey, outcomeNotWritten) }

// MaybeWritten returns err with the mark of MaybeWritten, whoever made it: for a refusal
// that does not know what came before it.
func MaybeWritten(err error) error { return WithMetadata(err, outcomeKey, outcomeUnknown) }

// WithMetadata returns err with a metadata entry, whoever made it. It keeps the cause:
// whoever sends the error logs that.
func WithMetadata(err error, key, value string) error {
	own, st := judge(err)
	if own != nil {
		marked := *own
		marked.Metadata = maps.Clone(own.Metadata)
		marked.Violations, marked.Details = slices.Clip(own.Violations), slices.Clip(own.Details)
		return marked.With(key, value)
	}
	details := make([]proto.Message, 0, len(st.Details()))
	for _, detail := range st.Details() {
		message, ok := detail.(proto.Message)
		if !ok {
			continue // of a type that this program does not know
		}
		if info, ok := message.(*errdetails.ErrorInfo); ok {
			info.Metadata = maps.Clone(info.GetMetadata())
			if info.Metadata == nil {
				info.Metadata = make(map[string]string, 1)
			}
			info.Metadata[key] = value
		}
		details = append(details, message)
	}
	return withDetails(status.New(st.Code(), st.Message()), details...).Err()
}

// WriteUnknown reports whether the write that failed with err may have
// happened. Retry such a write only with the same request id. A mark set by
// MaybeWritten or NotWritten decides, also across a gRPC call; without one,
// an error that comes from a deadline, a lost connection or an unknown fault
// leaves the outcome open and every other kind says that nothing was written.
func WriteUnknown(err error) bool {
	if err == nil {
		return false
	}
	st := ToStatus(err)
	switch Info(st).GetMetadata()[outcomeKey] {
	case outcomeUnknown:
		return true
	case outcomeNotWritten:
		return false
	}
	switch st.Code() {
	case codes.Canceled, codes.DeadlineExceeded, codes.Unavailable, codes.Internal, codes.Unknown, codes.DataLoss:
		return true
	default:
		return false
	}
}
