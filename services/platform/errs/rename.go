package errs

import (
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
)

// RenameFields returns a status with other paths of fields, for a caller whose request has
// them under other names: those of its violations, and that at the start of its message.
func RenameFields(st *status.Status, rename func(path string) string) *status.Status {
	out := st.Proto() // a copy
	for _, packed := range out.GetDetails() {
		bad := &errdetails.BadRequest{}
		if !packed.MessageIs(bad) || packed.UnmarshalTo(bad) != nil {
			continue
		}
		for i, violation := range bad.GetFieldViolations() {
			old := violation.GetField()
			violation.Field = rename(old)
			if rest, begins := strings.CutPrefix(out.GetMessage(), old+": "); begins && i == 0 && old != "" {
				out.Message = violation.GetField() + ": " + rest
			}
		}
		_ = packed.MarshalFrom(bad) // what was read can be written
	}
	return status.FromProto(out)
}
