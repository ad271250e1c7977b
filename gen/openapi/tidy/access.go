package main

import (
	"strings"

	"google.golang.org/protobuf/proto"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// tidyAccess says who may call what: the role that each method's descriptor asks
// for, and how a caller shows who it is.
func tidyAccess(doc map[string]any) error {
	components, _ := doc["components"].(map[string]any)
	components["securitySchemes"] = map[string]any{
		"bearer": map[string]any{
			"type": "http", "scheme": "bearer",
			"description": "An OpenID Connect token, or an API key. Needed where anonymous callers are not readers, and for every write off loopback.",
		},
	}
	doc["security"] = []any{map[string]any{}, map[string]any{"bearer": []any{}}}
	doc["servers"] = []any{map[string]any{"url": "/", "description": "The gateway that serves this document."}}
	return eachOperation(doc, func(_, _ string, op map[string]any) error {
		method, ok := methodOf(op)
		if !ok {
			return nil
		}
		if role, _ := proto.GetExtension(method.Options(), typev1.E_Role).(typev1.Role); role != typev1.Role_ROLE_UNSPECIFIED {
			op["x-role"] = strings.ToLower(role.String())
		}
		return nil
	})
}
