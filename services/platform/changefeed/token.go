package changefeed

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Layout of a token before base64: version, time, kind, revision, id, checksum.
// Numbers are varints; the id is what is left before the checksum.
const (
	tokenVersion = 1
	sumBytes     = 8
	// maxKind bounds what a token can say, so that it fits an int everywhere.
	maxKind = 1 << 16
)

// Token writes a place as opaque, URL-safe text that only the same service
// accepts.
func Token(service string, p Place) string {
	raw := []byte{tokenVersion}
	raw = binary.AppendVarint(raw, int64(p.Time))
	raw = binary.AppendUvarint(raw, uint64(p.Kind)) //nolint:gosec // kinds count from 0
	raw = binary.AppendVarint(raw, p.Revision)
	raw = append(raw, p.ID...)
	return base64.RawURLEncoding.EncodeToString(append(raw, checksum(service, raw)...))
}

// ParseToken reads a token. INVALID_ARGUMENT, reason INVALID_RESUME_TOKEN, for
// text that Token did not make for this service.
func ParseToken(service, text string) (Place, error) {
	place, err := parse(service, text)
	if err != nil {
		return Place{}, errs.Invalid("resume_token", "INVALID_RESUME_TOKEN",
			"not a token of this service: send resume_token of an earlier answer unchanged").Wrap(err)
	}
	return place, nil
}

func parse(service, text string) (Place, error) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return Place{}, err
	}
	if base64.RawURLEncoding.EncodeToString(raw) != text { // line breaks, unused bits
		return Place{}, errors.New("not canonical")
	}
	body := len(raw) - sumBytes
	if body < 1 || raw[0] != tokenVersion {
		return Place{}, errors.New("too short, or of an unknown version")
	}
	if !bytes.Equal(checksum(service, raw[:body]), raw[body:]) {
		return Place{}, errors.New("wrong checksum")
	}
	rest := raw[1:body]
	at, n := binary.Varint(rest)
	rest = rest[max(n, 0):]
	kind, k := binary.Uvarint(rest)
	rest = rest[max(k, 0):]
	revision, r := binary.Varint(rest)
	rest = rest[max(r, 0):]
	if n <= 0 || k <= 0 || r <= 0 || kind > maxKind {
		return Place{}, fmt.Errorf("broken numbers: %d, %d, %d bytes", n, k, r)
	}
	return Place{Time: recordtime.Time(at), Kind: int(kind), Revision: revision, ID: string(rest)}, nil
}

func checksum(service string, raw []byte) []byte {
	sum := sha256.Sum256(append([]byte(service+"\n"), raw...))
	return sum[:sumBytes]
}
