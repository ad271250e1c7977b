package contract_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"

	_ "github.com/onrecord/onrecord/gen/onrecord/gateway/v1" // links the descriptors of all packages
)

// grpcOnly are the services that have no REST binding, with the reason.
var grpcOnly = map[string]string{
	"onrecord.statements.v1.StagingService": "one half of the gateway's documents:ingest",
	"onrecord.metrics.v1.StagingService":    "one half of the gateway's documents:ingest",

	"onrecord.statements.v1.VerificationService": "one half of the gateway's documents/*/versions/*:verify",
	"onrecord.metrics.v1.VerificationService":    "one half of the gateway's documents/*/versions/*:verify",

	"onrecord.statements.v1.ChangeService": "a stream that never ends: gRPC only",
	"onrecord.metrics.v1.ChangeService":    "a stream that never ends: gRPC only",
}

// grpcOnlyMethods are methods of other services that have no REST binding, with
// the reason.
var grpcOnlyMethods = map[string]string{
	"onrecord.statements.v1.CorrectionService.GetCorrection":   "one half of the gateway's corrections",
	"onrecord.statements.v1.CorrectionService.ListCorrections": "one half of the gateway's corrections",
	"onrecord.metrics.v1.CorrectionService.GetCorrection":      "one half of the gateway's corrections",
	"onrecord.metrics.v1.CorrectionService.ListCorrections":    "one half of the gateway's corrections",
	"onrecord.metrics.v1.FigureService.EmbargoFigures":         "one half of the gateway's UpdateDocument",
	"onrecord.metrics.v1.FigureService.EraseFigureWords":       "one half of the gateway's EraseDocument",
}

// noRest reports whether a method is listed as having no REST binding.
func noRest(m protoreflect.MethodDescriptor) bool {
	_, service := grpcOnly[string(m.Parent().FullName())]
	_, method := grpcOnlyMethods[string(m.FullName())]
	return service || method
}

// methods calls check for every RPC of onrecord.
func methods(t *testing.T, check func(t *testing.T, m protoreflect.MethodDescriptor)) {
	t.Helper()
	count := 0
	for _, file := range files() {
		for i := range file.Services().Len() {
			service := file.Services().Get(i)
			for j := range service.Methods().Len() {
				count++
				m := service.Methods().Get(j)
				t.Run(string(service.Name())+"/"+string(m.Name()), func(t *testing.T) { check(t, m) })
			}
		}
	}
	if count < 30 {
		t.Fatalf("only %d RPCs were found: the descriptors are not linked", count)
	}
}

// files are onrecord's own .proto files.
func files() []protoreflect.FileDescriptor {
	var found []protoreflect.FileDescriptor
	protoregistry.GlobalFiles.RangeFiles(func(file protoreflect.FileDescriptor) bool {
		if strings.HasPrefix(file.Path(), "onrecord/") {
			found = append(found, file)
		}
		return true
	})
	return found
}

// messages calls check for every message of onrecord, nested ones too.
func messages(t *testing.T, check func(t *testing.T, m protoreflect.MessageDescriptor)) {
	t.Helper()
	var walk func(list protoreflect.MessageDescriptors)
	walk = func(list protoreflect.MessageDescriptors) {
		for i := range list.Len() {
			m := list.Get(i)
			if m.IsMapEntry() {
				continue
			}
			t.Run(string(m.FullName()), func(t *testing.T) { check(t, m) })
			walk(m.Messages())
		}
	}
	for _, file := range files() {
		walk(file.Messages())
	}
}

func resourceOf(m protoreflect.MessageDescriptor) *annotations.ResourceDescriptor {
	resource, _ := proto.GetExtension(m.Options(), annotations.E_Resource).(*annotations.ResourceDescriptor)
	return resource
}

func httpRule(m protoreflect.MethodDescriptor) *annotations.HttpRule {
	rule, _ := proto.GetExtension(m.Options(), annotations.E_Http).(*annotations.HttpRule)
	return rule
}

func behaviors(f protoreflect.FieldDescriptor) []annotations.FieldBehavior {
	list, _ := proto.GetExtension(f.Options(), annotations.E_FieldBehavior).([]annotations.FieldBehavior)
	return list
}

// verbOf splits a standard method's name, such as GetStatement.
func verbOf(name protoreflect.Name) (verb string) {
	for _, v := range []string{"BatchCreate", "BatchGet", "Create", "Get", "List", "Update", "Delete"} {
		if strings.HasPrefix(string(name), v) {
			return v
		}
	}
	return ""
}

func field(m protoreflect.MessageDescriptor, name string) protoreflect.FieldDescriptor {
	return m.Fields().ByName(protoreflect.Name(name))
}

// needFields fails unless the message has each "name type".
func needFields(t *testing.T, aip string, m protoreflect.MessageDescriptor, want ...string) {
	t.Helper()
	for _, w := range want {
		name, kind, _ := strings.Cut(w, " ")
		f := field(m, name)
		if f == nil {
			t.Errorf("%s: %s has no field %s", aip, m.Name(), name)
			continue
		}
		got := f.Kind().String()
		if f.Message() != nil {
			got = string(f.Message().FullName())
		}
		if got != kind {
			t.Errorf("%s: %s.%s is %s, want %s", aip, m.Name(), name, got, kind)
		}
	}
}

func TestEveryMethodHasARestBindingOrAReason(t *testing.T) {
	methods(t, func(t *testing.T, m protoreflect.MethodDescriptor) {
		only := noRest(m)
		if bound := httpRule(m) != nil; bound == only {
			t.Errorf("bound to REST: %v, listed as gRPC only: %v", bound, only)
		}
	})
}

func TestStandardMethodShapes(t *testing.T) {
	methods(t, func(t *testing.T, m protoreflect.MethodDescriptor) {
		if noRest(m) || m.IsStreamingServer() { // what is followed is a collection, which has no other method
			return
		}
		in, out, rule := m.Input(), m.Output(), httpRule(m)
		verb := verbOf(m.Name())
		if verb == "Get" && strings.Contains(rule.GetGet(), "*}:") {
			verb = "" // it answers what is known of a resource, not one
		}
		switch verb {
		case "Get":
			needFields(t, "AIP-131", in, "name string")
			if resourceOf(out) == nil {
				t.Errorf("AIP-131: answers %s, which is no resource", out.Name())
			}
			if rule.GetGet() == "" || rule.GetBody() != "" {
				t.Errorf("AIP-131: is not an HTTP GET without a body")
			}
		case "List":
			needFields(t, "AIP-132, AIP-158", in, "page_size int32", "page_token string")
			needFields(t, "AIP-158", out, "next_page_token string")
			if rule.GetGet() == "" {
				t.Errorf("AIP-132: is not an HTTP GET")
			}
			if lists := lists(in, out); len(lists) != 1 {
				t.Errorf("AIP-132: answers %d lists", len(lists))
			}
		case "Create", "Update", "Delete":
			writeShape(t, m, verb, rule)
		case "BatchCreate":
			needFields(t, "AIP-233, AIP-155", in, "request_id string")
			if !strings.HasSuffix(rule.GetPost(), ":batchCreate") || rule.GetBody() != "*" {
				t.Errorf("AIP-233: is not POST …:batchCreate")
			}
		case "BatchGet":
			needFields(t, "AIP-231", in, "names string")
			if !strings.HasSuffix(rule.GetGet(), ":batchGet") {
				t.Errorf("AIP-231: is not GET …:batchGet")
			}
		default:
			if uri := rule.GetGet() + rule.GetPost(); !strings.Contains(uri, ":") {
				t.Errorf("AIP-136: the custom method's path %q has no verb after a colon", uri)
			}
		}
	})
}

// writeShape checks a standard method that writes one resource.
func writeShape(t *testing.T, m protoreflect.MethodDescriptor, verb string, rule *annotations.HttpRule) {
	t.Helper()
	in, out, resource := m.Input(), m.Output(), strings.TrimPrefix(string(m.Name()), verb)
	switch verb {
	case "Create":
		needFields(t, "AIP-133", in, snake(resource)+" "+string(out.FullName()), "request_id string", "validate_only bool")
		if rule.GetPost() == "" || (rule.GetBody() != snake(resource) && m.Name() != "CreateDocument") {
			t.Errorf("AIP-133: is not a POST with the resource as its body")
		}
	case "Update":
		needFields(t, "AIP-134", in, snake(resource)+" "+string(out.FullName()), "update_mask google.protobuf.FieldMask", "request_id string", "validate_only bool")
		needFields(t, "AIP-154", out, "etag string")
		if rule.GetPatch() == "" || rule.GetBody() != snake(resource) {
			t.Errorf("AIP-134: is not a PATCH with the resource as its body")
		}
	case "Delete":
		needFields(t, "AIP-135, AIP-154, AIP-155", in, "name string", "etag string", "request_id string", "validate_only bool")
		needFields(t, "AIP-164", out, "delete_time google.protobuf.Timestamp")
		if rule.GetDelete() == "" || rule.GetBody() != "" {
			t.Errorf("AIP-135: is not a DELETE without a body")
		}
	}
}

// lists are the lists of an answer; what was asked for beside it (`include_…`) is none, and
// neither are the sources that its items name and the services that did not answer.
func lists(in, out protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	return slices.DeleteFunc(repeatedMessages(out), func(f protoreflect.FieldDescriptor) bool {
		return field(in, "include_"+string(f.Name())) != nil || f.Name() == "sources" || f.Name() == "unavailable"
	})
}

func repeatedMessages(m protoreflect.MessageDescriptor) []protoreflect.FieldDescriptor {
	var list []protoreflect.FieldDescriptor
	for i := range m.Fields().Len() {
		if f := m.Fields().Get(i); f.IsList() && f.Message() != nil {
			list = append(list, f)
		}
	}
	return list
}

func snake(name string) string {
	upper := regexp.MustCompile(`([a-z0-9])([A-Z])`)
	return strings.ToLower(upper.ReplaceAllString(name, "${1}_${2}"))
}

func TestReadsTakeAReadTime(t *testing.T) {
	methods(t, func(t *testing.T, m protoreflect.MethodDescriptor) {
		read := verbOf(m.Name()) == "Get" || verbOf(m.Name()) == "List" || verbOf(m.Name()) == "BatchGet" ||
			strings.HasPrefix(string(m.Name()), "Search") || strings.HasPrefix(string(m.Name()), "Query") || strings.HasPrefix(string(m.Name()), "Read")
		// A revision is itself a state at one time; places are no facts on record.
		if !read || strings.HasSuffix(string(m.Name()), "Revision") || m.Parent().Name() == "PlaceService" {
			return
		}
		needFields(t, "the record axis", m.Input(), "read_time google.protobuf.Timestamp")
	})
}

// correction is the resource that a retraction is; its time is that of the record
// axis.
const correction protoreflect.FullName = "onrecord.type.v1.Correction"

// place is the resource that comes with the program: nobody puts it on record.
const place protoreflect.FullName = "onrecord.metrics.v1.Place"

func TestResources(t *testing.T) {
	found := 0
	messages(t, func(t *testing.T, m protoreflect.MessageDescriptor) {
		resource := resourceOf(m)
		if resource == nil {
			return
		}
		found++
		created, number := "create_time", protoreflect.FieldNumber(1)
		if m.FullName() == correction {
			created, number = "record_time", 7 // it had fields before it was a resource
		}
		if m.FullName() != place {
			needFields(t, "AIP-148", m, created+" google.protobuf.Timestamp")
		}
		needFields(t, "AIP-122", m, "name string")
		name := field(m, "name")
		if !slices.Contains(behaviors(name), annotations.FieldBehavior_IDENTIFIER) || name.Number() != number {
			t.Errorf("AIP-203: name is not the IDENTIFIER in field %d", number)
		}
		if !regexp.MustCompile(`^onrecord\.dev/[A-Z][A-Za-z]+$`).MatchString(resource.GetType()) || len(resource.GetPattern()) != 1 {
			t.Errorf("AIP-123: type %q, patterns %q", resource.GetType(), resource.GetPattern())
		}
		if resource.GetSingular() == "" || resource.GetPlural() == "" {
			t.Errorf("AIP-123: singular and plural are not both given")
		}
		if !regexp.MustCompile(`^[a-z]+/\{[a-z]+\}(/[a-z]+/\{[a-z]+\})?$`).MatchString(resource.GetPattern()[0]) {
			t.Errorf("AIP-122: pattern %q", resource.GetPattern()[0])
		}
	})
	if found < 7 {
		t.Errorf("only %d resources were found", found)
	}
}

func TestFieldBehavior(t *testing.T) {
	outputOnly := []string{"uid", "create_time", "update_time", "delete_time", "retraction", "revision_id"}
	messages(t, func(t *testing.T, m protoreflect.MessageDescriptor) {
		if resourceOf(m) != nil {
			for i := range m.Fields().Len() {
				f := m.Fields().Get(i)
				if slices.Contains(outputOnly, string(f.Name())) && !slices.Contains(behaviors(f), annotations.FieldBehavior_OUTPUT_ONLY) {
					t.Errorf("AIP-203: %s is not OUTPUT_ONLY", f.Name())
				}
				if f.Name() != "etag" && len(behaviors(f)) == 0 {
					t.Errorf("AIP-203: %s does not say its field_behavior", f.Name())
				}
			}
		}
		if strings.HasSuffix(string(m.Name()), "Request") {
			for i := range m.Fields().Len() {
				if f := m.Fields().Get(i); len(behaviors(f)) == 0 {
					t.Errorf("AIP-203: %s does not say its field_behavior", f.Name())
				}
			}
		}
	})
}

func TestEnumsStartUnspecified(t *testing.T) {
	messages(t, func(t *testing.T, m protoreflect.MessageDescriptor) {
		for i := range m.Enums().Len() {
			e := m.Enums().Get(i)
			want := strings.ToUpper(snake(string(e.Name()))) + "_UNSPECIFIED"
			if got := string(e.Values().ByNumber(0).Name()); got != want {
				t.Errorf("AIP-126: %s starts with %s, want %s", e.Name(), got, want)
			}
		}
	})
	for _, file := range files() {
		if file.Enums().Len() > 0 && file.Extensions().Len() == 0 { // the values of an option have no message
			t.Errorf("AIP-126: %s has an enum outside a message", file.Path())
		}
	}
}

func TestNoFloatsInTheContract(t *testing.T) {
	messages(t, func(t *testing.T, m protoreflect.MessageDescriptor) {
		for i := range m.Fields().Len() {
			switch f := m.Fields().Get(i); f.Kind() {
			case protoreflect.FloatKind, protoreflect.DoubleKind:
				t.Errorf("%s is a %s: values are google.type.Decimal", f.Name(), f.Kind())
			case protoreflect.Int64Kind, protoreflect.Uint64Kind, protoreflect.Sint64Kind:
				t.Errorf("%s is a %s, a string in JSON: offsets, counts and sizes are int32", f.Name(), f.Kind())
			default:
			}
		}
	})
}

func TestTimesAreTimestampsOrPeriods(t *testing.T) {
	messages(t, func(t *testing.T, m protoreflect.MessageDescriptor) {
		for i := range m.Fields().Len() {
			f := m.Fields().Get(i)
			if !strings.HasSuffix(string(f.Name()), "_time") {
				continue
			}
			if f.Message() == nil || (f.Message().FullName() != "google.protobuf.Timestamp" && f.Message().FullName() != "onrecord.type.v1.TimePeriod") {
				t.Errorf("AIP-142: %s is neither a Timestamp nor a TimePeriod", f.Name())
			}
		}
	})
}
