package jsonld

import (
	"encoding/json"
	"fmt"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// MediaType is what a document is called (RFC 6839 structured syntax of JSON-LD 1.1).
const MediaType = "application/ld+json"

// resources are the kinds that an answer in JSON-LD may be or list.
var resources = []proto.Message{
	&statementsv1.Document{}, &statementsv1.DocumentVersion{}, &statementsv1.Entity{}, &statementsv1.Statement{}, &statementsv1.Review{},
	&metricsv1.Figure{}, &metricsv1.Metric{},
}

// Answers reports whether answers of a type can be written: a resource, a list of
// resources with or without a page token, or a document that is read whole.
func Answers(answer protoreflect.MessageDescriptor) bool {
	if isResource(answer) || answer.FullName() == (&gatewayv1.ReadDocumentResponse{}).ProtoReflect().Descriptor().FullName() {
		return true
	}
	return listOf(answer) != nil
}

func isResource(message protoreflect.MessageDescriptor) bool {
	return slices.ContainsFunc(resources, func(one proto.Message) bool { return one.ProtoReflect().Descriptor().FullName() == message.FullName() })
}

// listOf is the field of a list's resources; nil if the message has more than those.
func listOf(answer protoreflect.MessageDescriptor) (list protoreflect.FieldDescriptor) {
	fields := answer.Fields()
	for i := range fields.Len() {
		switch field := fields.Get(i); {
		case field.IsList() && field.Message() != nil && isResource(field.Message()) && list == nil:
			list = field
		case field.Kind() == protoreflect.StringKind && field.Name() == "next_page_token":
		case field.IsList() && field.Message() != nil && field.Message().FullName() == "onrecord.type.v1.Correction":
			// The corrections of a list are in the resources' own revisions.
		default:
			return nil
		}
	}
	return list
}

// graph is several resources in one document.
type graph struct {
	Context json.RawMessage `json:"@context"`
	Graph   []*Node         `json:"@graph"`
}

// Answer writes an answer of the API as a JSON-LD document, whose names are relative to
// base: one resource as a node, several as a graph in the answer's order. The error says
// that there is no JSON-LD of the message: see Answers.
func Answer(message proto.Message, base string) ([]byte, error) {
	descriptor := message.ProtoReflect().Descriptor()
	if isResource(descriptor) {
		node, err := nodeOf(message)
		if err != nil {
			return nil, err
		}
		node.Context = Context(base)
		return marshal(node)
	}
	out := graph{Context: Context(base), Graph: []*Node{}}
	if read, ok := message.(*gatewayv1.ReadDocumentResponse); ok {
		nodes, err := readNodes(read)
		if err != nil {
			return nil, err
		}
		out.Graph = append(out.Graph, nodes...)
		return marshal(out)
	}
	field := listOf(descriptor)
	if field == nil {
		return nil, fmt.Errorf("there is no JSON-LD of %s", descriptor.FullName())
	}
	for list, i := message.ProtoReflect().Get(field).List(), 0; i < list.Len(); i++ {
		node, err := nodeOf(list.Get(i).Message().Interface())
		if err != nil {
			return nil, err
		}
		out.Graph = append(out.Graph, node)
	}
	return marshal(out)
}

func nodeOf(message proto.Message) (*Node, error) {
	node, rest := writeServed(message)
	return complete(node, message, rest)
}

// readNodes are a document that is read whole: what it names first, so that the nodes
// can be put on record in their order.
func readNodes(read *gatewayv1.ReadDocumentResponse) (nodes []*Node, err error) {
	add := func(message proto.Message) *Node {
		if err != nil {
			return nil
		}
		var node *Node
		if node, err = nodeOf(message); err == nil {
			nodes = append(nodes, node)
		}
		return node
	}
	if read.GetDocument() != nil {
		add(read.GetDocument())
	}
	if read.GetDocumentVersion() != nil {
		add(read.GetDocumentVersion())
	}
	entities := make(map[string]*statementsv1.Entity, len(read.GetEntities()))
	for _, one := range read.GetEntities() {
		entities[one.GetName()] = one
		add(one)
	}
	for _, one := range read.GetMetrics() {
		add(one)
	}
	written := map[string]*Node{}
	for _, fact := range read.GetFacts() {
		if s := fact.GetStatement(); s != nil {
			node := written[s.GetName()] // one that is printed twice is one node
			if node == nil {
				node = add(s)
				written[s.GetName()] = node
			}
			if node != nil {
				node.introduce(entities)
				node.Figures = append(node.Figures, refs(fact.GetFigures()...)...)
			}
		} else if node := add(fact.GetFigure()); node != nil {
			node.StatedIn = refs(fact.GetStatedIn()...)
		}
	}
	return nodes, err
}

// revised is what all kinds with revisions have.
type revised interface {
	GetUpdateTime() *timestamppb.Timestamp
	GetDeleteTime() *timestamppb.Timestamp
	GetRevisionId() string
}

func served(message proto.Message) (out Served) {
	one, ok := message.(revised)
	if !ok {
		return out
	}
	if at := one.GetUpdateTime(); at != nil {
		out.DateModified = at.AsTime().Format("2006-01-02T15:04:05.999999Z07:00")
	}
	out.Revision = one.GetRevisionId()
	if one.GetDeleteTime() != nil {
		out.CreativeWorkStatus = "retracted"
	}
	return out
}

// otherServed is served of what is no CreativeWork.
func otherServed(message proto.Message) Served {
	of := served(message)
	return Served{UpdateTime: of.DateModified, Revision: of.Revision, Status: of.CreativeWorkStatus}
}

func isEntity(message proto.Message) bool {
	_, ok := message.(*statementsv1.Entity)
	return ok
}
