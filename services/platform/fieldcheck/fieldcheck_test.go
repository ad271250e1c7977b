package fieldcheck_test

import (
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestTexts(t *testing.T) {
	must.OK(t, fieldcheck.Texts(&errdetails.DebugInfo{StackEntries: []string{"a"}, Detail: "\u0001"}))
	for field, request := range map[string]proto.Message{
		"detail":           &errdetails.DebugInfo{Detail: "a\x00"},
		"stack_entries[1]": &errdetails.DebugInfo{StackEntries: []string{"a", "\x00"}},
		"metadata.key":     &errdetails.ErrorInfo{Metadata: map[string]string{"key": "\x00"}},
		"links[1].url":     &errdetails.Help{Links: []*errdetails.Help_Link{{}, {Url: "\x00"}}},
	} {
		statustest.Check(t, fieldcheck.Texts(request), codes.InvalidArgument, "NUL_CHARACTER", field)
	}
}

func TestWhatMustBeEmpty(t *testing.T) {
	var faults errs.Violations
	fieldcheck.Empty("", "a.name", fieldcheck.NameNotEmpty, &faults)
	must.OK(t, errs.Join(faults.Err(), fieldcheck.NewETag("", "a.etag")))
	fieldcheck.Empty("x", "a.name", fieldcheck.NameNotEmpty, &faults)
	statustest.Check(t, faults.Err(), codes.InvalidArgument, "NAME_NOT_EMPTY", "a.name")
	statustest.Check(t, fieldcheck.NewETag(`"1"`, "a.etag"), codes.InvalidArgument, "FIELD_NOT_EMPTY", "a.etag")
}
