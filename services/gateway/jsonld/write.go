package jsonld

import (
	"bytes"
	"encoding/json"
	"fmt"

	"google.golang.org/protobuf/proto"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// Line writes a document, a version, an entity or a statement of a file as a JSON-LD
// document of its own: what a writer said, which can be read back. The error says that
// there is no such kind of line.
func Line(message proto.Message) ([]byte, error) {
	node, rest, err := write(message)
	if err != nil {
		return nil, err
	}
	node.Context = Context(DefaultBase)
	if node.Record, err = restJSON(rest); err != nil {
		return nil, err
	}
	return marshal(node)
}

// write splits a resource into what the vocabularies have and the rest.
func write(message proto.Message) (*Node, proto.Message, error) {
	switch message := message.(type) {
	case *statementsv1.Document:
		node, rest := document(message)
		return node, rest, nil
	case *statementsv1.DocumentVersion:
		node, rest := version(message)
		return node, rest, nil
	case *statementsv1.Entity:
		node, rest := entity(message)
		return node, rest, nil
	case *statementsv1.Statement:
		node, rest := statement(message)
		return node, rest, nil
	default:
		return nil, nil, fmt.Errorf("a statements file has no %s", message.ProtoReflect().Descriptor().FullName())
	}
}

// writeServed is write with what the service adds, of every kind that is served.
func writeServed(message proto.Message) (*Node, proto.Message, error) {
	switch message := message.(type) {
	case *metricsv1.Figure:
		node, rest := figure(message)
		return node, rest, nil
	case *metricsv1.Metric:
		node, rest := metric(message)
		return node, rest, nil
	case *statementsv1.Review:
		node, rest := review(message)
		return node, rest, nil
	}
	node, rest, err := write(message)
	if err != nil {
		return nil, nil, err
	}
	if node.Served = served(message); isEntity(message) {
		node.Served = otherServed(message)
	}
	if s, ok := message.(*statementsv1.Statement); ok {
		node.printings(s)
	}
	return node, rest, nil
}

// restJSON is a message in JSON; nil if it is empty.
func restJSON(rest proto.Message) (json.RawMessage, error) {
	if proto.Size(rest) == 0 {
		return nil, nil
	}
	return stablejson.Marshal(rest)
}

func marshal(value any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, fmt.Errorf("write JSON-LD: %w", err)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}
