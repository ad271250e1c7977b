package edge

import (
	"fmt"
	"net/http"
	"runtime/debug"
	"time"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/gateway/internal/httperror"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// recovered answers a panic of the handler with an internal error and logs it
// with its stack. The answer is buffered, so nothing of it has been sent.
func recovered(next http.Handler, log *zap.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			value := recover()
			if value == nil {
				return
			}
			err := errs.ToStatus(errs.New(errs.Internal, "", "panic: %v", value))
			log.Error("panic",
				zap.String(errs.ErrorIDKey, errs.ErrorID(err)),
				zap.String("request_id", caller.RequestID(r.Context())),
				zap.String("panic", fmt.Sprint(value)),
				zap.ByteString("stack", debug.Stack()))
			if buffer, ok := w.(*buffered); ok {
				if buffer.direct {
					cut(buffer.through)
					return
				}
				buffer.reset()
			}
			httperror.Write(w, r, err.Err())
		}()
		next.ServeHTTP(w, r)
	})
}

// cut ends the connection of an answer of which a part was sent: only that tells the
// client that it has not all.
func cut(w http.ResponseWriter) {
	_ = http.NewResponseController(w).SetWriteDeadline(time.Unix(1, 0)) // one that cannot be cut is a test's
}
