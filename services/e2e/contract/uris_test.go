package contract_test

import (
	"slices"
	"testing"

	"buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go/buf/validate"
	"buf.build/go/protovalidate"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// TestEveryURIHasTheSameRule: what takes URIs refuses those that run as code, all in the
// same words. The rule is written at each field: proto3 cannot predefine one of its own.
func TestEveryURIHasTheSameRule(t *testing.T) {
	const id = "uri.runs_code"
	var first *validate.Rule
	count := 0
	messages(t, func(t *testing.T, m protoreflect.MessageDescriptor) {
		for i := range m.Fields().Len() {
			field := m.Fields().Get(i)
			rules, err := protovalidate.ResolveFieldRules(field)
			must.OK(t, err)
			for _, of := range []*validate.FieldRules{rules, rules.GetRepeated().GetItems(), rules.GetMap().GetKeys(), rules.GetMap().GetValues()} {
				if !of.GetString().GetUri() {
					continue
				}
				count++
				at := slices.IndexFunc(of.GetCel(), func(rule *validate.Rule) bool { return rule.GetId() == id })
				must.True(t, at >= 0, "%s takes any URI: it needs the rule %s", field.FullName(), id)
				if first == nil {
					first = of.GetCel()[at]
				}
				must.True(t, proto.Equal(of.GetCel()[at], first), "the rule %s of %s is another one", id, field.FullName())
			}
		}
	})
	must.True(t, count > 0, "no field takes a URI")
}
