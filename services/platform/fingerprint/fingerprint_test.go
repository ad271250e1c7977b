package fingerprint_test

import (
	"testing"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
	"google.golang.org/protobuf/types/known/typepb"

	"github.com/onrecord/onrecord/services/platform/fingerprint"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func of(t *testing.T, message proto.Message) string {
	t.Helper()
	sum, err := fingerprint.Of(message, "name", "syntax")
	must.OK(t, err)
	must.Equal(t, len(sum), 64)
	return sum
}

func TestFingerprintLeavesOutFields(t *testing.T) {
	message := &typepb.Type{Name: "a", Oneofs: []string{"x"}, Fields: []*typepb.Field{{Name: "f"}}}
	sum := of(t, message)
	message.Name, message.Syntax = "b", typepb.Syntax_SYNTAX_PROTO3
	must.Equal(t, of(t, message), sum)
	must.Equal(t, message.GetName(), "b") // the message is as it was
	message.Fields[0].Name = "g"
	must.NotEqual(t, of(t, message), sum)
	must.NotEqual(t, of(t, &typepb.Type{Oneofs: []string{"x"}}), sum)
}

func TestFingerprintSortsMaps(t *testing.T) {
	fields := map[string]*structpb.Value{}
	for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		fields[key] = structpb.NewStringValue(key)
	}
	sum := of(t, &structpb.Struct{Fields: fields})
	for range 20 {
		must.Equal(t, of(t, &structpb.Struct{Fields: fields}), sum)
	}
}
