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
	node, rest := write(message)
	node, err := complete(node, message, rest)
	if err != nil {
		return nil, err
	}
	node.Context = Context(DefaultBase)
	return marshal(node)
}

// write splits a resource of a file into what the vocabularies have and the rest; nil of any
// other.
func write(message proto.Message) (*Node, proto.Message) {
	switch message := message.(type) {
	case *statementsv1.Document:
		return document(message)
	case *statementsv1.DocumentVersion:
		return version(message)
	case *statementsv1.Entity:
		return entity(message)
	case *statementsv1.Statement:
		return statement(message)
	}
	return nil, nil
}

// writeServed is write with what the service adds, of every kind that is served.
func writeServed(message proto.Message) (*Node, proto.Message) {
	switch message := message.(type) {
	case *metricsv1.Figure:
		return figure(message)
	case *metricsv1.Metric:
		return metric(message)
	case *statementsv1.Review:
		return review(message)
	}
	node, rest := write(message)
	if node == nil {
		return nil, nil
	}
	if node.Served = served(message); isEntity(message) {
		node.Served = otherServed(message)
	}
	if s, ok := message.(*statementsv1.Statement); ok {
		node.printings(s)
	}
	return node, rest
}

// complete gives a node the rest of its resource; it is nil if that has no form in JSON-LD.
func complete(node *Node, message, rest proto.Message) (*Node, error) {
	if node == nil {
		return nil, fmt.Errorf("a statements file has no %s", message.ProtoReflect().Descriptor().FullName())
	}
	var err error
	node.Record, err = restJSON(rest)
	return node, err
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
