package resource

import (
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"strconv"
)

// ETag is the state of a resource as AIP-154 quotes it. It changes with each revision and is never that of another
// resource.
func ETag(revision int64, uid string) string {
	tag := append(strconv.AppendInt(append(make([]byte, 0, 32), '"'), revision, 10), '-')
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(uid)))
	return string(append(hex.AppendEncode(tag, sum), '"'))
}
