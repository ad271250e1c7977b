package errs

import "google.golang.org/grpc/codes"

// Kind says whose fault an error is and what the caller can do about it. It is
// the part of an error that decides the status code.
type Kind int

// The kinds. The zero Kind is Internal, so an Error built without a kind is
// never mistaken for the caller's fault.
const (
	// Internal is our fault: a broken invariant or an unforeseen error.
	Internal Kind = iota
	// InvalidArgument is a request that is wrong whatever the state of the record.
	InvalidArgument
	// NotFound is a resource that does not exist, or did not at the read time.
	NotFound
	// AlreadyExists is a create whose name is taken.
	AlreadyExists
	// FailedPrecondition is a request that the present state forbids; a retry
	// fails until the state changes.
	FailedPrecondition
	// Aborted is a lost race, a stale etag for example: read again, then retry.
	Aborted
	// ResourceExhausted is a size, rate or storage limit.
	ResourceExhausted
	// Unavailable is a dependency that does not answer now: retry with backoff.
	Unavailable
	// DeadlineExceeded is work that did not end in time.
	DeadlineExceeded
	// Canceled is work that the caller gave up.
	Canceled
	// Unauthenticated is a request with no valid credentials.
	Unauthenticated
	// PermissionDenied is a known caller who may not do this.
	PermissionDenied
	// Unimplemented is a method or option that this server does not have.
	Unimplemented
)

// table is the one translation of kinds: code, and the reason given when an
// error names none.
var table = map[Kind]struct {
	code   codes.Code
	reason string
}{
	Internal:           {codes.Internal, "INTERNAL"},
	InvalidArgument:    {codes.InvalidArgument, "INVALID_REQUEST"},
	NotFound:           {codes.NotFound, "NOT_FOUND"},
	AlreadyExists:      {codes.AlreadyExists, "ALREADY_EXISTS"},
	FailedPrecondition: {codes.FailedPrecondition, "FAILED_PRECONDITION"},
	Aborted:            {codes.Aborted, "ABORTED"},
	ResourceExhausted:  {codes.ResourceExhausted, "RESOURCE_EXHAUSTED"},
	Unavailable:        {codes.Unavailable, "UNAVAILABLE"},
	DeadlineExceeded:   {codes.DeadlineExceeded, "DEADLINE_EXCEEDED"},
	Canceled:           {codes.Canceled, "CANCELLED"},
	Unauthenticated:    {codes.Unauthenticated, "UNAUTHENTICATED"},
	PermissionDenied:   {codes.PermissionDenied, "PERMISSION_DENIED"},
	Unimplemented:      {codes.Unimplemented, "UNIMPLEMENTED"},
}

// kindOfCode is the table read backwards. Codes that this project never chooses
// (OutOfRange, Unknown, DataLoss) map to the kind that a caller should treat
// them as.
var kindOfCode = func() map[codes.Code]Kind {
	kinds := map[codes.Code]Kind{codes.OutOfRange: InvalidArgument}
	for kind, row := range table {
		kinds[row.code] = kind
	}
	return kinds
}()

// Code returns the gRPC code of the kind; an unknown kind is Internal.
func (k Kind) Code() codes.Code {
	if row, ok := table[k]; ok {
		return row.code
	}
	return codes.Internal
}

// String returns the kind as its default reason, for logs.
func (k Kind) String() string {
	if row, ok := table[k]; ok {
		return row.reason
	}
	return table[Internal].reason
}
