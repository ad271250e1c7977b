package main

import (
	"fmt"
	"strings"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/onrecord/onrecord/gen/onrecord/gateway/v1" // its descriptors are read, and those of all that it imports
)

// fields are the fields of a message by name.
type fields map[string]protoreflect.FieldDescriptor

// requestOf finds the request message of an operation.
func requestOf(op map[string]any) (fields, bool) {
	method, ok := methodOf(op)
	if !ok {
		return nil, false
	}
	return fieldsOf(method.Input()), true
}

// methodOf finds the method of an operation by its id, `Service_Method`, or
// `Service_Method_2` of a further path. Services of one name in several packages are
// told apart by having a path.
func methodOf(op map[string]any) (result protoreflect.MethodDescriptor, ok bool) {
	parts := strings.Split(fmt.Sprint(op["operationId"]), "_")
	if len(parts) < 2 {
		return nil, false
	}
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if s := file.Services().ByName(protoreflect.Name(parts[0])); s != nil {
			if m := s.Methods().ByName(protoreflect.Name(parts[1])); m != nil && proto.HasExtension(m.Options(), annotations.E_Http) {
				result = m
			}
		}
		return result == nil
	})
	return result, result != nil
}

func fieldsOf(message protoreflect.MessageDescriptor) fields {
	result := fields{}
	for i := range message.Fields().Len() {
		field := message.Fields().Get(i)
		result[string(field.Name())] = field
	}
	return result
}

// tidySchemas adds limits and required fields to every schema of a message.
func tidySchemas(doc map[string]any) error {
	components, _ := doc["components"].(map[string]any)
	schemas, _ := components["schemas"].(map[string]any)
	if schemas == nil {
		return fmt.Errorf("the document has no schemas")
	}
	for name, s := range schemas {
		descriptor, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
		message, isMessage := descriptor.(protoreflect.MessageDescriptor)
		if err != nil || !isMessage {
			continue
		}
		limitMessage(s.(map[string]any), message)
	}
	return nil
}

func limitMessage(schema map[string]any, message protoreflect.MessageDescriptor) {
	properties, _ := schema["properties"].(map[string]any)
	var needed []any
	for i := range message.Fields().Len() {
		field := message.Fields().Get(i)
		if property, ok := properties[field.JSONName()].(map[string]any); ok {
			limit(property, field)
		}
		if required(field) {
			needed = append(needed, field.JSONName())
		}
	}
	if needed != nil {
		schema["required"] = needed
	}
}

// limitBody does for a body that is the whole request what limitMessage does
// for the schema of a message.
func limitBody(schema map[string]any, request fields) {
	properties, _ := schema["properties"].(map[string]any)
	for _, field := range request {
		if property, ok := properties[field.JSONName()].(map[string]any); ok {
			limit(property, field)
		}
	}
}

// required says whether a field must be sent (AIP-203).
func required(field protoreflect.FieldDescriptor) bool {
	behaviors, _ := proto.GetExtension(field.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	for _, behavior := range behaviors {
		if behavior == annotations.FieldBehavior_REQUIRED {
			return true
		}
	}
	return false
}

// limit writes the buf.validate rules of a field in the words of JSON Schema.
func limit(schema map[string]any, field protoreflect.FieldDescriptor) {
	rules, _ := proto.GetExtension(field.Options(), validate.E_Field).(*validate.FieldRules)
	if rules == nil {
		return
	}
	if _, isRef := schema["$ref"]; isRef && rules.GetRepeated() == nil {
		return
	}
	if s := rules.GetString(); s != nil {
		limitString(schema, s)
	}
	if n := rules.GetInt32(); n != nil {
		if n.HasGte() {
			schema["minimum"] = n.GetGte()
		}
		if n.HasGt() {
			schema["minimum"] = n.GetGt() + 1
		}
		if n.HasLte() {
			schema["maximum"] = n.GetLte()
		}
	}
	if r := rules.GetRepeated(); r != nil {
		limitList(schema, r)
	}
	if m := rules.GetMap(); m != nil && m.HasMaxPairs() {
		schema["maxProperties"] = m.GetMaxPairs()
	}
}

func limitString(schema map[string]any, rules *validate.StringRules) {
	if rules.HasMinLen() {
		schema["minLength"] = rules.GetMinLen()
	}
	if rules.HasMaxLen() {
		schema["maxLength"] = rules.GetMaxLen()
	}
	if rules.HasPattern() {
		schema["pattern"] = rules.GetPattern()
	}
	if rules.GetUuid() {
		schema["format"] = "uuid"
	}
	if rules.GetUri() {
		schema["format"] = "uri"
	}
}

func limitList(schema map[string]any, rules *validate.RepeatedRules) {
	if rules.HasMinItems() {
		schema["minItems"] = rules.GetMinItems()
	}
	if rules.HasMaxItems() {
		schema["maxItems"] = rules.GetMaxItems()
	}
	if rules.GetUnique() {
		schema["uniqueItems"] = true
	}
	items, _ := schema["items"].(map[string]any)
	if s := rules.GetItems().GetString(); s != nil && items != nil {
		limitString(items, s)
	}
}
