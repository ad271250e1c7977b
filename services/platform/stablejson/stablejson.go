// Package stablejson writes messages as ProtoJSON that is the same, byte for byte,
// each time: lowerCamelCase names, unset fields left out, no white space.
//
// Package protojson varies its white space from build to build, so that nobody
// relies on it; what is hashed, compared or kept for ever has to. Only that goes
// here: other forms of a message have packages of their own.
package stablejson

import (
	"bytes"
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
)

// Marshal writes a message, equal messages alike. The error is that of a text that is
// not valid UTF-8.
func Marshal(message proto.Message) ([]byte, error) {
	text, err := protojson.Marshal(message)
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", message.ProtoReflect().Descriptor().FullName(), err)
	}
	var compact bytes.Buffer
	compact.Grow(len(text))
	if err := json.Compact(&compact, text); err != nil {
		return nil, fmt.Errorf("write %s: %w", message.ProtoReflect().Descriptor().FullName(), err)
	}
	return compact.Bytes(), nil
}
