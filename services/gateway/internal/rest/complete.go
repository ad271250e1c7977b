package rest

import (
	"context"
	"net/http"
	"time"

	"github.com/grpc-ecosystem/grpc-gateway/v2/runtime"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/internal/formats"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// complete gives an answer the headers that follow from its content.
func complete(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
	e := editsOf(ctx)
	if e == nil {
		return nil
	}
	header := w.Header()
	md, _ := runtime.ServerMetadataFromContext(ctx)
	if len(md.HeaderMD.Get(rpcserver.PartialKey)) > 0 {
		header.Set("Cache-Control", "no-store") // another time it would say more
	}
	describe(header, e)
	if e.op.singular {
		// JSON-LD has the tag of its bytes: one address may answer both forms.
		if opaque, ok := opaquePart(textOf(answer, e.op.answerEtag)); ok && e.form.format != formats.JSONLD {
			// Weak, because one state has several representations.
			header["Etag"] = []string{`W/"` + opaque + `"`}
		}
		if updated, ok := timeOf(answer, e.op.updateTime); ok {
			setLastModified(header, updated)
			if e.condition != nil {
				e.condition.updated = updated
			}
		}
	}
	e.linkPages(header, textOf(answer, e.op.nextPage))
	return nil
}

// setLastModified says when a resource was changed last. HTTP has whole seconds
// only, so it is said once no other change can fall into that second: else a reader
// who asks with it later would be told that nothing changed. The zero time is not said.
func setLastModified(header http.Header, updated time.Time) {
	if updated.IsZero() {
		return
	}
	second := updated.UTC().Truncate(time.Second)
	settled, err := time.Parse(time.RFC3339Nano, header.Get(SettledHeader))
	if err == nil && !settled.Before(second.Add(time.Second)) {
		header.Set("Last-Modified", second.Format(http.TimeFormat))
	}
}
