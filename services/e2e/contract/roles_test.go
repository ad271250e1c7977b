package contract_test

import (
	"strings"
	"testing"

	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/onrecord/onrecord/services/platform/auth"
)

// TestEveryMethodStatesTheRoleItNeeds: a method that forgot would be for admins
// only, and what reads must never need more than the role reader.
func TestEveryMethodStatesTheRoleItNeeds(t *testing.T) {
	methods(t, func(t *testing.T, m protoreflect.MethodDescriptor) {
		role, stated := auth.Stated(m)
		if !stated {
			t.Fatalf("%s states no role: option (onrecord.type.v1.role) = …", m.FullName())
		}
		if want := roleByName(m); role != want {
			t.Fatalf("%s needs the role %s; by its name it would be %s", m.FullName(), role, want)
		}
		full := "/" + string(m.Parent().FullName()) + "/" + string(m.Name())
		if needed := auth.Needed(full); needed != role {
			t.Fatalf("%s is guarded as %s and states %s", full, needed, role)
		}
	})
}

// roleByName is the role that the verb of a method asks for.
func roleByName(m protoreflect.MethodDescriptor) auth.Role {
	name := string(m.Name())
	if strings.HasPrefix(name, "Erase") {
		return auth.Admin
	}
	if strings.HasSuffix(string(m.Parent().Name()), "StagingService") {
		return auth.Editor // what is staged is no reader's business
	}
	for _, verb := range []string{
		"Get", "List", "BatchGet", "Search", "Query", "Count", "Resolve", "Convert", "Diff", "Watch", "Read", "Brief", "Compare", "Cite", "Export", "Check",
	} {
		if strings.HasPrefix(name, verb) {
			return auth.Reader
		}
	}
	return auth.Editor
}

func TestAMethodThatNobodyKnowsIsForAdmins(t *testing.T) {
	for _, method := range []string{"", "/", "/onrecord.statements.v1.StatementService/Invented", "/nowhere.Service/Get", "onrecord.type.v1.Role"} {
		if needed := auth.Needed(method); needed != auth.Admin {
			t.Fatalf("%q needs the role %s", method, needed)
		}
	}
}
