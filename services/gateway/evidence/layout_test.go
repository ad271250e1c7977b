package evidence_test

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/gateway/evidence"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// form is how a program lays out an entry.
type form struct {
	method uint16
	// follow says that the CRC and the sizes stand behind the entry.
	follow bool
	// sum, packed and size are what the header makes of the CRC and of the sizes.
	sum, packed, size func(uint64) uint64
	// wide, if there, makes the same of the sizes for the extra field with eight bytes each;
	// those behind the entry have eight bytes too.
	wide func(uint64) uint64
}

func same(n uint64) uint64  { return n }
func zero(uint64) uint64    { return 0 }
func other(n uint64) uint64 { return n + 1 }
func most(uint64) uint64    { return math.MaxUint32 }

// laidOut is a ZIP file of entries in a form.
func laidOut(t must.TB, files map[string][]byte, how form) []byte {
	var out, directory bytes.Buffer
	little := func(to *bytes.Buffer, values ...any) {
		for _, one := range values {
			must.OK(t, binary.Write(to, binary.LittleEndian, one))
		}
	}
	flags := uint16(0)
	if how.follow {
		flags = 0x8
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		content, offset := compressed(t, files[name], how.method), uint32(out.Len())
		sum, packed, size := crc32.ChecksumIEEE(files[name]), uint64(len(content)), uint64(len(files[name]))
		var extra bytes.Buffer
		if how.wide != nil {
			little(&extra, uint16(1), uint16(16), how.wide(size), how.wide(packed))
		}
		little(&out, []byte("PK\x03\x04"), uint16(45), flags, how.method, uint32(0), uint32(how.sum(uint64(sum))), uint32(how.packed(packed)), uint32(how.size(size)),
			uint16(len(name)), uint16(extra.Len()), []byte(name), extra.Bytes(), content)
		switch {
		case how.follow && how.wide != nil:
			little(&out, []byte("PK\x07\x08"), sum, packed, size)
		case how.follow:
			little(&out, []byte("PK\x07\x08"), sum, uint32(packed), uint32(size))
		}
		little(&directory, []byte("PK\x01\x02"), uint16(45), uint16(45), flags, how.method, uint32(0), sum, uint32(packed), uint32(size),
			uint16(len(name)), make([]byte, 12), offset, []byte(name))
	}
	end, count := uint32(out.Len()), uint16(len(files))
	little(&out, directory.Bytes(), []byte("PK\x05\x06\x00\x00\x00\x00"), count, count, uint32(directory.Len()), end, uint16(0))
	return out.Bytes()
}

func compressed(t must.TB, content []byte, method uint16) []byte {
	if method == zip.Store {
		return content
	}
	var out bytes.Buffer
	w := must.Get(flate.NewWriter(&out, flate.BestCompression))(t)
	must.Get(w.Write(content))(t)
	must.OK(t, w.Close())
	return out.Bytes()
}

// TestAPackZippedAgainIsRead: as the programs do that people have, with their folders.
func TestAPackZippedAgainIsRead(t *testing.T) {
	files := entries(t, newWorld().pack(t))
	want := verify(t, newWorld().pack(t))
	files["record/"], files["record/statements/"] = nil, nil
	for name, how := range map[string]form{
		"zip":                           {method: zip.Deflate, sum: same, packed: same, size: same},
		"zip -0":                        {method: zip.Store, sum: same, packed: same, size: same},
		"zip, to a stream":              {method: zip.Deflate, follow: true, sum: zero, packed: zero, size: same},
		"zip -fz":                       {method: zip.Store, sum: same, packed: most, size: most, wide: same},
		"jar":                           {method: zip.Deflate, follow: true, sum: zero, packed: zero, size: zero},
		"Python, force_zip64":           {method: zip.Deflate, sum: same, packed: most, size: most, wide: same},
		"Python, force_zip64, a stream": {method: zip.Deflate, follow: true, sum: zero, packed: most, size: most, wide: zero},
	} {
		t.Run(name, func(t *testing.T) { must.Equal(t, verify(t, laidOut(t, files, how)), want) })
	}
}

// TestSizesAreSaidOnce: a header that says other sizes than the directory is refused, and so
// is an entry of which nothing before its end says where that is.
func TestSizesAreSaidOnce(t *testing.T) {
	files := entries(t, newWorld().pack(t))
	for name, one := range map[string]struct {
		how         form
		reason, why string
	}{
		"another CRC, right behind":    {form{method: zip.Deflate, follow: true, sum: other, packed: zero, size: zero}, evidence.BadEntry, "where it should begin"},
		"another length, right behind": {form{method: zip.Deflate, follow: true, sum: zero, packed: other, size: zero}, evidence.BadEntry, "where it should begin"},
		"another size, right behind":   {form{method: zip.Deflate, follow: true, sum: zero, packed: zero, size: other}, evidence.BadEntry, "where it should begin"},
		"zero, and nothing behind":     {form{method: zip.Deflate, sum: same, packed: zero, size: same}, evidence.BadEntry, "where it should begin"},
		"wide ones are others":         {form{method: zip.Deflate, sum: same, packed: most, size: most, wide: other}, evidence.BadEntry, "where it should begin"},
		"wide ones beside right ones":  {form{method: zip.Deflate, sum: same, packed: same, size: same, wide: other}, evidence.BadEntry, "where it should begin"},
		"wide ones that are not there": {form{method: zip.Deflate, sum: same, packed: most, size: most}, evidence.BadEntry, "where it should begin"},
		"stored to a stream":           {form{method: zip.Store, follow: true, sum: zero, packed: zero, size: zero}, evidence.StreamedEntry, "zip it again, to a file"},
		"stored to a stream, sized":    {form{method: zip.Store, follow: true, sum: zero, packed: same, size: same}, evidence.StreamedEntry, "zip it again, to a file"},
	} {
		t.Run(name, func(t *testing.T) {
			pack := laidOut(t, files, one.how)
			_, err := evidence.Verify(bytes.NewReader(pack), int64(len(pack)))
			refused := evidence.AsRefused(err)
			must.True(t, refused != nil, "%v", err)
			must.Equal(t, refused.Reason, one.reason)
			must.True(t, strings.Contains(refused.Message, one.why), "%v", err)
		})
	}
}
