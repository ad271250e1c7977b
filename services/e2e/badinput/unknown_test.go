package badinput_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	"github.com/onrecord/onrecord/services/platform/protoinput"
)

// newer is a field that no message of the contract has yet.
const newer protowire.Number = 4444

// TestGRPCFieldsOfANewerReleaseAreRefused, by every method, in the request and in each
// message that it may have in it: a filter that was passed over would answer with what was
// filtered out, and what a fact says more would be lost.
func TestGRPCFieldsOfANewerReleaseAreRefused(t *testing.T) {
	unchanged(t, func() {
		sent := 0
		eachMethod(func(m protoreflect.MethodDescriptor) {
			for path, wire := range withNewer(m.Input(), nil) {
				sent++
				if err := invoke(t, m, wire); err == nil {
					t.Errorf("%s takes %s", m.FullName(), path)
				} else {
					refusedCall(t, err, codes.InvalidArgument, "UNKNOWN_FIELD", path)
				}
			}
		})
		if sent < 300 {
			t.Errorf("only %d requests were made: the descriptors are not linked", sent)
		}
	})
}

func eachMethod(do func(m protoreflect.MethodDescriptor)) {
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		for i := range file.Services().Len() {
			for j := range file.Services().Get(i).Methods().Len() {
				if m := file.Services().Get(i).Methods().Get(j); strings.HasPrefix(string(m.FullName()), "onrecord.") {
					do(m)
				}
			}
		}
		return true
	})
}

// withNewer are messages of a type, by the path of the newer field that each has: in itself
// or in one of the messages in it.
func withNewer(of protoreflect.MessageDescriptor, above []protoreflect.FullName) map[string][]byte {
	found := map[string][]byte{"4444": protowire.AppendVarint(protowire.AppendTag(nil, newer, protowire.VarintType), 1)}
	above = append(above, of.FullName())
	for i := range of.Fields().Len() {
		field := of.Fields().Get(i)
		inside, steps := field.Message(), string(field.Name())+"."
		switch {
		case inside == nil, protoinput.OutputOnly(field), of.IsMapEntry():
			continue
		case field.IsMap():
			if inside = field.MapValue().Message(); inside == nil {
				continue
			}
			steps += "key."
		case field.IsList():
			steps = string(field.Name()) + "[0]."
		}
		if slices.Contains(above, inside.FullName()) {
			continue
		}
		for path, wire := range withNewer(inside, above) {
			if field.IsMap() {
				wire = within(2, wire, within(1, []byte("key"), nil))
			}
			found[steps+path] = within(field.Number(), wire, nil)
		}
	}
	return found
}

// within appends a field with a message or a text.
func within(number protowire.Number, content, to []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(to, number, protowire.BytesType), content)
}

// invoke calls a method with bytes as they are, and reads what comes first.
func invoke(t *testing.T, m protoreflect.MethodDescriptor, wire []byte) error {
	t.Helper()
	name := "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
	stream, err := conn.NewStream(t.Context(), &grpc.StreamDesc{ServerStreams: true}, name, grpc.ForceCodecV2(raw{}))
	if err == nil {
		err = errors.Join(stream.SendMsg(&wire), stream.CloseSend())
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	answer := []byte{}
	return stream.RecvMsg(&answer)
}
