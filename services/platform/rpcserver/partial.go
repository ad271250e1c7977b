package rpcserver

import (
	"context"
	"strings"
)

// PartialKey is the header of an answer that lacks what some services know, with their
// names, separated by commas. Such an answer must not be kept: the next one may be whole.
const PartialKey = "onrecord-partial"

// SetPartial says that the answer of this unary call lacks what the services know. It
// fails outside a call.
func SetPartial(ctx context.Context, services ...string) error {
	return putHeader(ctx, PartialKey, strings.Join(services, ","))
}
