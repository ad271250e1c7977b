package evidence

import (
	"archive/zip"
	"encoding/binary"
	"io"
	"math"
)

// Parts of a ZIP file by their first four bytes, and how long they are (APPNOTE 4.3).
const (
	localHeader     = "PK\x03\x04"
	directoryHeader = "PK\x01\x02"
	wideEnd         = "PK\x06\x06"
	wideEndPlace    = "PK\x06\x07"
	directoryEnd    = "PK\x05\x06"
	dataDescriptor  = "PK\x07\x08"

	localHeaderSize     = 30
	directoryHeaderSize = 46
	wideEndSize         = 56
	wideEndPlaceSize    = 20
	directoryEndSize    = 22
	// sizesFollow is the flag of an entry whose CRC and sizes stand behind it.
	sizesFollow = 0x8
	// wideSizes is an extra field with the sizes in eight bytes each, which some programs
	// write for small entries too. Where it is, the sizes behind the entry have as many.
	wideSizes = 0x0001
	// unicodePath is an extra field with another name for the entry.
	unicodePath = 0x7075
)

// checkLayout refuses a file in which more can be found than its directory lists. Some
// programs unpack while they read, by the headers before the entries; those could have
// other names, and bring other files, than what is checked. So entries stand one after
// another from the first byte up to the directory, in its order and under its names, and the
// directory is the only one, up to the end of the file.
func checkLayout(file io.ReaderAt, size int64, entries []*zip.File) error {
	var end, directory int64
	for _, one := range entries {
		begin, err := one.DataOffset()
		if err != nil {
			return refuse(BadEntry, one.Name, "it cannot be unpacked: %s", err)
		}
		extra, ok := readHeader(file, end, begin, one)
		if !ok {
			return refuse(BadEntry, one.Name, "at byte %d, where it should begin, stands something else than the directory says", end)
		}
		directory += int64(directoryHeaderSize + len(one.Name) + len(one.Extra) + len(one.Comment))
		end = begin + int64(one.CompressedSize64) //nolint:gosec // checkEntry takes none that is greater than MaxSize
		if one.Flags&sizesFollow == 0 {
			continue
		}
		if one.Method == zip.Store {
			return refuse(StreamedEntry, one.Name, "it is stored with its size behind it, so that programs which unpack while they read cannot tell where it ends: unpack the pack and zip it again, to a file and not to a stream")
		}
		want := descriptor(one, extra)
		if section(file, end, len(want)) != want {
			return refuse(BadEntry, one.Name, "behind it stands something else than the directory says")
		}
		end += int64(len(want))
	}
	if len(entries) > 0 && section(file, end, len(directoryHeader)) != directoryHeader {
		return refuse(BadEntry, "", "at byte %d, where the directory should begin, stands something else", end)
	}
	if !endsAt(file, size, end, directory) {
		return refuse(BadEntry, "", "at byte %d, where the directory should end and the file with it, stands something else", end+directory)
	}
	return nil
}

// endsAt reports whether a directory, by its first byte and its length, is followed by the
// records that say where it is, and those by the end of the file.
func endsAt(file io.ReaderAt, size, begin, length int64) bool {
	at, wide := begin+length, false
	number := func(record string, at int) int64 { return int64(binary.LittleEndian.Uint64([]byte(record[at:]))) } //nolint:gosec // compared only
	if record := section(file, at, wideEndSize); record[:4] == wideEnd {
		place := section(file, at+wideEndSize, wideEndPlaceSize)
		if number(record, 4) != wideEndSize-12 || number(record, 40) != length || number(record, 48) != begin || place[:4] != wideEndPlace || number(place, 8) != at {
			return false
		}
		at, wide = at+wideEndSize+wideEndPlaceSize, true
	}
	record := section(file, at, directoryEndSize)
	is := func(field int, want int64) bool {
		said := binary.LittleEndian.Uint32([]byte(record[field:]))
		return int64(said) == want || wide && said == math.MaxUint32
	}
	comment := int64(binary.LittleEndian.Uint16([]byte(record[20:])))
	return record[:4] == directoryEnd && is(12, length) && is(16, begin) && at+directoryEndSize+comment == size
}

// readHeader reads the extra fields of the header from one byte to another, if that is the
// header of an entry in all that says how to unpack it.
func readHeader(file io.ReaderAt, from, to int64, one *zip.File) (extra map[uint16]string, ok bool) {
	const maxHeader = localHeaderSize + maxPath + 1<<16
	if size := to - from; size < int64(localHeaderSize+len(one.Name)) || size > maxHeader {
		return nil, false
	}
	header := section(file, from, int(to-from))
	number := func(at int) uint16 { return binary.LittleEndian.Uint16([]byte(header[at:])) }
	name, rest := header[localHeaderSize:][:len(one.Name)], header[localHeaderSize+len(one.Name):]
	if header[:4] != localHeader || number(6) != one.Flags || number(8) != one.Method || name != one.Name ||
		int(number(26)) != len(name) || int(number(28)) != len(rest) {
		return nil, false
	}
	_, ok = extraFields(string(one.Extra))
	extra, whole := extraFields(rest)
	return extra, ok && whole && hasSizes(header, extra, one)
}

// extraFields are the extra fields of a header by their number: whole ones, each once, and
// none with a name.
func extraFields(extra string) (fields map[uint16]string, ok bool) {
	fields = map[uint16]string{}
	for len(extra) > 0 {
		const head = 4
		if len(extra) < head {
			return nil, false
		}
		kind := binary.LittleEndian.Uint16([]byte(extra))
		size := head + int(binary.LittleEndian.Uint16([]byte(extra[2:])))
		if _, twice := fields[kind]; twice || kind == unicodePath || size > len(extra) {
			return nil, false
		}
		fields[kind] = extra[head:size]
		extra = extra[size:]
	}
	return fields, true
}

// hasSizes reports whether a header has the CRC and the sizes of an entry wherever it has
// any. Of those that follow the entry some are 0.
func hasSizes(header string, extra map[uint16]string, one *zip.File) bool {
	is := func(said, want uint64) bool { return said == want || said == 0 && one.Flags&sizesFollow != 0 }
	wide, isWide := extra[wideSizes]
	if isWide {
		const both = 16
		if len(wide) != both {
			return false
		}
		size, packed := binary.LittleEndian.Uint64([]byte(wide)), binary.LittleEndian.Uint64([]byte(wide[both/2:]))
		if !is(size, one.UncompressedSize64) || !is(packed, one.CompressedSize64) {
			return false
		}
	}
	number := func(at int) uint32 { return binary.LittleEndian.Uint32([]byte(header[at:])) }
	either := func(said uint32, want uint64) bool { return isWide && said == math.MaxUint32 || is(uint64(said), want) }
	return is(uint64(number(14)), uint64(one.CRC32)) && either(number(18), one.CompressedSize64) && either(number(22), one.UncompressedSize64)
}

// descriptor is what stands behind an entry whose header has these extra fields.
func descriptor(one *zip.File, extra map[uint16]string) string {
	out := binary.LittleEndian.AppendUint32([]byte(dataDescriptor), one.CRC32)
	for _, size := range []uint64{one.CompressedSize64, one.UncompressedSize64} {
		if _, isWide := extra[wideSizes]; isWide {
			out = binary.LittleEndian.AppendUint64(out, size)
		} else {
			out = binary.LittleEndian.AppendUint32(out, uint32(size)) //nolint:gosec // checkEntry takes none that is greater than MaxSize
		}
	}
	return string(out)
}

// section are so many bytes of a file, zeros where it has none.
func section(file io.ReaderAt, from int64, size int) string {
	out := make([]byte, size)
	_, _ = file.ReadAt(out, from) // what is not there is no header
	return string(out)
}
