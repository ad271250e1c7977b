package changes

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Layout of a token before base64: version, checksum, then the token of each
// service with its length before it. A service's token is empty while the
// watcher has no place there yet.
const (
	tokenVersion = 1
	sumBytes     = 6
	// maxServiceToken is how long the token of a service may be, in bytes: as its
	// own Watch takes.
	maxServiceToken = 512
)

// errToken says that a text is no token of this service.
var errToken = errors.New("no token of the gateway")

// joinTokens makes one token of those of the services, in their order.
func joinTokens(tokens [services]string) string {
	var body []byte
	for _, token := range tokens {
		body = binary.AppendUvarint(body, uint64(len(token)))
		body = append(body, token...)
	}
	sum := checksum(body)
	return base64.RawURLEncoding.EncodeToString(append(append([]byte{tokenVersion}, sum...), body...))
}

// splitToken reads a token. INVALID_ARGUMENT, reason INVALID_RESUME_TOKEN, for a
// text that joinTokens did not make.
func splitToken(text string) ([services]string, error) {
	tokens, err := parseToken(text)
	if err != nil {
		return tokens, errs.Invalid("resume_token", "INVALID_RESUME_TOKEN",
			"not a token of this service: send resume_token of an earlier answer, or the id of an event, unchanged").Wrap(err)
	}
	return tokens, nil
}

func parseToken(text string) (tokens [services]string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return tokens, err
	}
	if base64.RawURLEncoding.EncodeToString(raw) != text { // line breaks, unused bits
		return tokens, errToken
	}
	if len(raw) < 1+sumBytes || raw[0] != tokenVersion {
		return tokens, errToken
	}
	body := raw[1+sumBytes:]
	if string(checksum(body)) != string(raw[1:1+sumBytes]) {
		return tokens, errToken
	}
	for i := range tokens {
		length, n := binary.Uvarint(body)
		if n <= 0 || length > maxServiceToken || uint64(len(body)-n) < length {
			return tokens, errToken
		}
		tokens[i], body = string(body[n:n+int(length)]), body[n+int(length):] //nolint:gosec // at most maxServiceToken
	}
	if len(body) != 0 {
		return tokens, errToken
	}
	return tokens, nil
}

// checksum guards against mixed-up and shortened texts, not against forgery: a
// token grants nothing.
func checksum(body []byte) []byte {
	sum := sha256.Sum256(append([]byte("onrecord.gateway.v1.Watch\n"), body...))
	return sum[:sumBytes]
}
