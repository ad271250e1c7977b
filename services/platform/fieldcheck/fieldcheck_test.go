package fieldcheck_test

import (
	"errors"
	"slices"
	"strconv"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/structpb"

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

// odd gives a message a field that its type does not have, twice, and another.
func odd[M proto.Message](message M) M {
	wire := []byte("\xe0\x02\x01\xe0\x02\x02\xea\x02\x00") // 44: 1, 44: 2, 45: ""
	message.ProtoReflect().SetUnknown(wire)
	return message
}

func TestSent(t *testing.T) {
	unknown, texts := fieldcheck.Sent(&errdetails.DebugInfo{Detail: "a"})
	must.OK(t, errors.Join(unknown, texts))
	for path, request := range map[string]proto.Message{
		"":             odd(&errdetails.DebugInfo{}),
		"links[1].":    &errdetails.Help{Links: []*errdetails.Help_Link{{}, odd(&errdetails.Help_Link{})}},
		"retry_delay.": &errdetails.RetryInfo{RetryDelay: odd(&durationpb.Duration{})},
		"fields.a.":    &structpb.Struct{Fields: map[string]*structpb.Value{"a": odd(&structpb.Value{})}},
		"fields.a.list_value.values[0].": &structpb.Struct{Fields: map[string]*structpb.Value{
			"a": structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{odd(&structpb.Value{})}}),
		}},
	} {
		unknown, texts := fieldcheck.Sent(request)
		must.OK(t, errors.Join(texts, fieldcheck.Texts(request)))
		statustest.Check(t, unknown, codes.InvalidArgument, "UNKNOWN_FIELD", path+"44")
		must.Equal(t, len(errs.ViolationsOf(unknown)), 2)
		must.Equal(t, errs.ViolationsOf(unknown)[1].Field, path+"45")
	}
	_, texts = fieldcheck.Sent(&errdetails.DebugInfo{Detail: "a\x00"})
	statustest.Check(t, texts, codes.InvalidArgument, "NUL_CHARACTER", "detail")
}

// TestManyFaultsAreNotAllCollected of what was sent: a request of 4 MiB may have a million.
// Which ones are is no chance, and the answer says that there may be more.
func TestManyFaultsAreNotAllCollected(t *testing.T) {
	labels, links := make(map[string]string), make([]*errdetails.Help_Link, 500)
	for i := range links {
		labels[strconv.Itoa(10_000+i)], links[i] = "\x00", &errdetails.Help_Link{Url: "\x00"}
	}
	for last, request := range map[string]proto.Message{
		"stack_entries[99]": &errdetails.DebugInfo{StackEntries: slices.Repeat([]string{"\x00"}, 500)},
		"metadata.10099":    &errdetails.ErrorInfo{Metadata: labels}, "links[99].url": &errdetails.Help{Links: links},
	} {
		unknown, texts := fieldcheck.Sent(request)
		must.OK(t, unknown)
		must.Equal(t, len(errs.ViolationsOf(texts)), 100)
		must.Equal(t, errs.ViolationsOf(texts)[99].Field, last)
		must.Equal(t, errs.Info(errs.ToStatus(texts)).GetMetadata()["more_violations"], "UNKNOWN")
		must.Equal(t, len(errs.ViolationsOf(fieldcheck.Texts(request))), 500)
	}
	for i := range links {
		links[i] = odd(&errdetails.Help_Link{})
	}
	unknown, _ := fieldcheck.Sent(&errdetails.Help{Links: links[:150]})
	must.Equal(t, len(errs.ViolationsOf(unknown)), 100)
	must.Equal(t, errs.Info(errs.ToStatus(unknown)).GetMetadata()["more_violations"], "UNKNOWN")
}

func TestWhatMustBeEmpty(t *testing.T) {
	var faults errs.Violations
	fieldcheck.Empty("", "a.name", fieldcheck.NameNotEmpty, &faults)
	must.OK(t, errs.Join(faults.Err(), fieldcheck.NewETag("", "a.etag")))
	fieldcheck.Empty("x", "a.name", fieldcheck.NameNotEmpty, &faults)
	statustest.Check(t, faults.Err(), codes.InvalidArgument, "NAME_NOT_EMPTY", "a.name")
	statustest.Check(t, fieldcheck.NewETag(`"1"`, "a.etag"), codes.InvalidArgument, "FIELD_NOT_EMPTY", "a.etag")
}
