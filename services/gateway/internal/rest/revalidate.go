package rest

import (
	"context"
	"crypto/sha256"
	"errors"
	"iter"
	"net/http"

	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/gateway/internal/edge"
)

// errNotModified ends an answer whose client has it already, errKnown one that is known.
var errNotModified, errKnown = errors.New("not modified"), errors.New("known")

// revalidate gives an answer that has no tag of its own one, and ends it before it is
// encoded if the client has it: by far the most of what a list costs the gateway is
// its encoding.
//
// The tag is a hash of the answer's bytes as the service sent them, which are always
// the same for the same answer but for the token of the next page, and of what else
// decides how it is written. It is weak, because an answer may be sent compressed or
// not.
func (h *Handler) revalidate(ctx context.Context, w http.ResponseWriter, answer proto.Message) error {
	e := editsOf(ctx)
	if e == nil || e.conditions == nil {
		return nil
	}
	header := w.Header()
	if header["Etag"] == nil {
		wire, err := wireOf(answer)
		if err != nil {
			return err
		}
		header.Set("ETag", e.tag(withoutNextPage(wire, e.op.nextPage), h.publicURL()))
	}
	if e.condition != nil {
		e.condition.note(header)
	}
	if edge.NotModified(e.conditions, header) {
		return errNotModified
	}
	return nil
}

func (e *edits) tag(wire iter.Seq[[]byte], publicURL string) string {
	sum := sha256.New()
	for _, part := range []string{string(e.form.format), e.form.fields, publicURL} {
		sum.Write([]byte(part))
		sum.Write([]byte{0})
	}
	for part := range wire {
		sum.Write(part)
	}
	return edge.WeakTag([sha256.Size]byte(sum.Sum(nil)))
}
