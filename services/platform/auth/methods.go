package auth

import (
	"strings"
	"sync"

	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// roleOption is the method option that says which role a method needs.
const roleOption = "onrecord.type.v1.role"

// services are those of gRPC itself. Anybody who reaches the listener may probe, and
// ask which methods there are: neither says anything about facts.
var services = []string{"/grpc.health.v1.Health/", "/grpc.reflection.v1.ServerReflection/", "/grpc.reflection.v1alpha.ServerReflection/"}

// rolesOfMethods remembers what the protos say.
var rolesOfMethods sync.Map // full method → Role

// Needed returns the role that a method needs, by its full name
// "/package.Service/Method". A method that says none, or that nobody knows, needs
// Admin.
func Needed(fullMethod string) Role {
	if role, ok := rolesOfMethods.Load(fullMethod); ok {
		return role.(Role) //nolint:forcetypeassert // only roles are stored
	}
	role, known := neededBy(fullMethod)
	if known {
		rolesOfMethods.Store(fullMethod, role) // a caller may invent any number of others
	}
	return role
}

func neededBy(fullMethod string) (role Role, known bool) {
	for _, prefix := range services {
		if strings.HasPrefix(fullMethod, prefix) {
			return None, false // not remembered: what follows is the caller's choice
		}
	}
	name := strings.ReplaceAll(strings.TrimPrefix(fullMethod, "/"), "/", ".")
	found, err := protoregistry.GlobalFiles.FindDescriptorByName(protoreflect.FullName(name))
	method, isMethod := found.(protoreflect.MethodDescriptor)
	if err != nil || !isMethod {
		return Admin, false
	}
	role, stated := Stated(method)
	if !stated {
		return Admin, true
	}
	return role, true
}

// Stated returns the role that a method states in its proto, if it states one.
func Stated(method protoreflect.MethodDescriptor) (Role, bool) {
	extension, err := protoregistry.GlobalTypes.FindExtensionByName(roleOption)
	if err != nil {
		return None, false
	}
	options := method.Options().ProtoReflect()
	field := extension.TypeDescriptor()
	if !options.Has(field) {
		return None, false
	}
	role := Role(options.Get(field).Enum())
	return role, role >= Reader && role <= Admin
}
