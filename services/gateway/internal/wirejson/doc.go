// Package wirejson writes ProtoJSON straight from the wire bytes of a message.
//
// A gateway that decodes an answer into structs only to encode it again spends
// most of its time there. The bytes that a service sent are all that JSON needs:
// one pass finds the fields, another writes them in the order of the proto. The
// result is, byte for byte, what protojson writes once insignificant white space
// is taken out, and what protojson refuses is refused.
//
// Well-known types that answers hardly have (Any, Struct, Duration, wrappers) and
// messages of other syntaxes than proto3 go through protojson itself. Nothing that
// knows a message of onrecord may go here.
package wirejson
