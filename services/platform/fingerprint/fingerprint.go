// Package fingerprint identifies the content of a request, so that a retried
// write can be told from another write under the same request id.
//
// Only hashing of messages may go here; what is done with a fingerprint belongs
// to the stores.
package fingerprint

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// Of returns the SHA-256, in hexadecimal, of a message without the fields named
// in except (of the message itself, not of nested ones). Equal messages of one
// schema have equal fingerprints; map entries are sorted.
func Of(message proto.Message, except ...protoreflect.Name) (string, error) {
	rest := message.ProtoReflect().New()
	message.ProtoReflect().Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if !slices.Contains(except, field.Name()) {
			rest.Set(field, value) // shares the value: only read below
		}
		return true
	})
	wire, err := proto.MarshalOptions{Deterministic: true}.Marshal(rest.Interface())
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(wire)
	return hex.EncodeToString(sum[:]), nil
}
