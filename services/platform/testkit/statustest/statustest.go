// Package statustest checks what an error tells a caller: code, reason and the
// field at fault. Only assertions on errors may go here.
package statustest

import (
	"slices"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// Check fails the test unless err, from a handler or over the wire, has the
// code and the reason and, unless field is "", a violation of that field. It
// returns the status for further checks.
func Check(t must.TB, err error, code codes.Code, reason, field string) *status.Status {
	t.Helper()
	st := errs.ToStatus(err)
	if st.Code() != code {
		t.Fatalf("code is %v, want %v: %v", st.Code(), code, err)
	}
	if got := errs.Info(st).GetReason(); got != reason {
		t.Fatalf("reason is %q, want %q: %v", got, reason, err)
	}
	if fields := Fields(err); field != "" && !slices.Contains(fields, field) {
		t.Fatalf("fields at fault are %q, want %q among them: %v", fields, field, err)
	}
	return st
}

// Fields returns the paths of the fields at fault, in the order reported.
func Fields(err error) []string {
	var fields []string
	for _, violation := range Violations(err) {
		fields = append(fields, violation.GetField())
	}
	return fields
}

// Violations returns the field violations of an error.
func Violations(err error) []*errdetails.BadRequest_FieldViolation {
	for _, detail := range errs.ToStatus(err).Details() {
		if bad, ok := detail.(*errdetails.BadRequest); ok {
			return bad.GetFieldViolations()
		}
	}
	return nil
}
