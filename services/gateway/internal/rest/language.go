package rest

import "google.golang.org/protobuf/reflect/protoreflect"

// joinedPackage has what is asked of both services.
const joinedPackage = "onrecord.gateway.v1"

// languageField returns the field of a request that Accept-Language fills, nil for
// none: that of joined views, which call things by name. In other requests a field of
// that name says what language words are in.
func languageField(input protoreflect.MessageDescriptor) protoreflect.FieldDescriptor {
	if input.ParentFile().Package() != joinedPackage {
		return nil
	}
	return input.Fields().ByName("language_code")
}
