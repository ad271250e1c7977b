package rest

import (
	"net/http"
	"strings"

	"github.com/google/uuid"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// idempotencyHeader says that a retry is the same write, as `request_id` does. It is
// read as the draft of the IETF writes it, in quotes, and without them.
const idempotencyHeader = "Idempotency-Key"

// uuidLength is the length of a UUID in the one form that requests take.
const uuidLength = 36

// idempotencyKey reads the header, "" for none. given is the request id that the
// query or the body has.
func idempotencyKey(header http.Header, op *operation, given string) (string, error) {
	values := header.Values(idempotencyHeader)
	if len(values) == 0 {
		return "", nil
	}
	if op.requestID == nil {
		return "", errs.Invalid("", malformedHeader, "%s has no meaning for this method: it goes with writes that have a requestId", idempotencyHeader)
	}
	key := strings.TrimSpace(values[0])
	if len(key) == uuidLength+2 && key[0] == '"' && key[len(key)-1] == '"' {
		key = key[1 : len(key)-1]
	}
	if len(values) > 1 || len(key) != uuidLength || uuid.Validate(key) != nil {
		return "", errs.Invalid("", malformedHeader, "%s must be one UUID, such as \"0190a0c0-0000-7000-8000-000000000001\"", idempotencyHeader)
	}
	if given != "" && given != key {
		return "", errs.Invalid("requestId", malformedHeader, "%s and requestId differ: send one", idempotencyHeader)
	}
	return key, nil
}
