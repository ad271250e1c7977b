module github.com/onrecord/onrecord/services/e2e

go 1.26.0

require (
	github.com/onrecord/onrecord/gen v0.0.0
	google.golang.org/genproto/googleapis/api v0.0.0-20261026165753-2ffab32bce7e
	google.golang.org/protobuf v1.36.12
)

require (
	buf.build/gen/go/bufbuild/protovalidate/protocolbuffers/go v1.36.12-20260825204119-511051f7f437.2 // indirect
	golang.org/x/net v0.61.0 // indirect
	golang.org/x/sys v0.50.0 // indirect
	golang.org/x/text v0.43.0 // indirect
	google.golang.org/genproto v0.0.0-20261026165753-2ffab32bce7e // indirect
	google.golang.org/genproto/googleapis/rpc v0.0.0-20261019180522-ce908d29299b // indirect
	google.golang.org/grpc v1.85.0 // indirect
)

replace (
	github.com/onrecord/onrecord/gen => ../../gen
	github.com/onrecord/onrecord/services/gateway => ../gateway
	github.com/onrecord/onrecord/services/metrics => ../metrics
	github.com/onrecord/onrecord/services/platform => ../platform
	github.com/onrecord/onrecord/services/statements => ../statements
)
