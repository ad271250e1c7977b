package pages

import (
	"context"
	"net/http"
	"slices"

	"go.uber.org/zap"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/edge"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// keptTemplates are the pages that citations lead to: all that they show, they read at
// the record time that they are asked for.
var keptTemplates = []string{"document", "statement", "figure"}

// keep lets caches keep the page of a fact as of a record time, as the API lets them keep
// the answer: it never changes. One that lacks something is asked for again.
func (p *page) keep(header http.Header, complete bool) {
	if complete && p.AsOf != nil && slices.Contains(keptTemplates, p.Template) {
		header.Set("Cache-Control", edge.Immutable)
	}
}

// observed is a connection that notes in the reading of a page what cannot be had: a call
// that fails, and a service that an answer says is missing; and up to when the record was read.
// It logs what fails, since a page says of most of its parts only that they are missing.
type observed struct {
	grpc.ClientConnInterface
	log *zap.Logger
}

// Invoke implements grpc.ClientConnInterface.
func (o observed) Invoke(ctx context.Context, method string, args, reply any, options ...grpc.CallOption) error {
	at := readingOf(ctx)
	var header metadata.MD
	err := o.ClientConnInterface.Invoke(ctx, method, args, reply, append(slices.Clone(options), grpc.Header(&header))...)
	at.since.readBy(header)
	partial, _ := reply.(interface {
		GetUnavailable() []*gatewayv1.Unavailable
	})
	if at.failed != nil && (err != nil || partial != nil && len(partial.GetUnavailable()) > 0) {
		at.failed.Store(true)
	}
	return o.logged(err)
}

// logged is an error as a page has it. What gets its id here is logged here, once: one that
// came with an error is in the log of whoever made it.
func (o observed) logged(err error) error {
	st := errs.ToStatus(err)
	id := errs.ErrorID(st)
	if id == errs.ErrorID(status.Convert(err)) {
		return err
	}
	o.log.Error("a call of a page failed", zap.String(errs.ErrorIDKey, id), zap.Error(err))
	return st.Err()
}
