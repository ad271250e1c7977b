package domain

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// ImportedID is what the id of an imported figure is made of. Ids of that shape are the service's to give.
type ImportedID struct {
	// Series is the number of the series, from 1.
	Series int64
	// Start is the sort key of the period: Undated or a whole second after FirstImportedSecond.
	Start recordtime.Time
	// Slot tells figures of one series and start apart.
	Slot int64
}

const (
	importedPrefix = "o"
	// maxImportedPart is the greatest number of a series and of a slot: 40 bits.
	maxImportedPart = 1<<40 - 1
	// importedBytes is 5 of the series, 8 of the start, 5 of the slot and 2 that check them: 32 characters.
	importedBytes  = 20
	importedLength = 1 + importedBytes*8/5
	// importedBits are those of series, start and slot.
	importedBits = 18 * 8
)

// FirstImportedSecond is before every second of the calendar, counted since 1970: a store may use it for Undated.
const FirstImportedSecond = -(1 << 40)

var importedEncoding = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// String returns the id: 33 characters, whose byte order is that of series, start and slot.
func (i ImportedID) String() string {
	var raw [importedBytes]byte
	i.put(&raw)
	return importedPrefix + importedEncoding.EncodeToString(raw[:])
}

func (i ImportedID) put(raw *[importedBytes]byte) {
	var wide [8]byte
	binary.BigEndian.PutUint64(wide[:], uint64(i.Series)) //nolint:gosec // positive
	copy(raw[0:5], wide[3:])
	binary.BigEndian.PutUint64(raw[5:13], uint64(i.Start)^(1<<63)) //nolint:gosec // so that the byte order is that of the numbers
	binary.BigEndian.PutUint64(wide[:], uint64(i.Slot))            //nolint:gosec // positive
	copy(raw[13:18], wide[3:])
	binary.BigEndian.PutUint16(raw[18:], importedCheck(raw[:18]))
}

// importedCheck is a checksum: without it a name that somebody chose might have the shape by chance.
func importedCheck(raw []byte) uint16 {
	sum := uint32(1)
	for _, b := range raw {
		sum = (sum*31 + uint32(b)) % math.MaxUint16
	}
	return uint16(sum) //nolint:gosec // below 1<<16
}

// ParseImportedID reads an id; ok is false if it is another figure's. Each figure has one id: what String never returns is none.
func ParseImportedID(id string) (i ImportedID, ok bool) {
	if len(id) != importedLength || !strings.HasPrefix(id, importedPrefix) {
		return i, false
	}
	var raw [importedBytes]byte
	if _, err := importedEncoding.Decode(raw[:], []byte(id[1:])); err != nil {
		return i, false
	}
	if importedCheck(raw[:18]) != binary.BigEndian.Uint16(raw[18:]) {
		return i, false
	}
	i.read(&raw)
	return i, i.Series > 0 && i.startValid() && i.String() == id // a decoder may pass over line breaks
}

// read is put the other way round.
func (i *ImportedID) read(raw *[importedBytes]byte) {
	var wide [8]byte
	copy(wide[3:], raw[0:5])
	i.Series = int64(binary.BigEndian.Uint64(wide[:]))                        //nolint:gosec // 40 bits
	i.Start = recordtime.Time(binary.BigEndian.Uint64(raw[5:13]) ^ (1 << 63)) //nolint:gosec // as put
	copy(wide[3:], raw[13:18])
	i.Slot = int64(binary.BigEndian.Uint64(wide[:])) //nolint:gosec // 40 bits
}

// LastImportedID is the greatest key, valid or not, whose id is not after a name; ok is false if there is none.
func LastImportedID(name string) (i ImportedID, ok bool) {
	var raw [importedBytes]byte
	for bit := range importedBits {
		mask := byte(1) << (7 - bit%8)
		raw[bit/8] |= mask
		if i.read(&raw); i.String() > name {
			raw[bit/8] &^= mask
		}
	}
	i.read(&raw)
	return i, i.String() <= name
}

// Valid says whether the numbers fit an id.
func (i ImportedID) Valid() bool {
	return i.Series > 0 && i.Series <= maxImportedPart && i.Slot >= 0 && i.Slot <= maxImportedPart && i.startValid()
}

func (i ImportedID) startValid() bool {
	const second = 1_000_000
	return i.Start == Undated || i.Start%second == 0 && i.Start/second > FirstImportedSecond
}

// ImportedUID is the uid of an imported figure: a UUIDv7 of the time of its first revision whose random part is of the SHA-256 of its id. So
// it need not be stored, and a copy of the record has the same.
func ImportedUID(id string, created recordtime.Time) string {
	sum := sha256.Sum256([]byte(id))
	var raw [16]byte
	var wide [8]byte
	binary.BigEndian.PutUint64(wide[:], uint64(created/1000)) //nolint:gosec // after 1970
	copy(raw[:6], wide[2:])
	copy(raw[6:], sum[:10])
	raw[6] = raw[6]&0x0f | 0x70
	raw[8] = raw[8]&0x3f | 0x80
	var text [36]byte
	hex.Encode(text[0:8], raw[0:4])
	hex.Encode(text[9:13], raw[4:6])
	hex.Encode(text[14:18], raw[6:8])
	hex.Encode(text[19:23], raw[8:10])
	hex.Encode(text[24:], raw[10:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	return string(text[:])
}
