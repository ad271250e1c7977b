package snapshot

import "encoding/binary"

// next moves to the next field; there is none at the end, and where the snapshot is
// broken.
func (c *Codec) next() {
	if c.at >= c.end || c.broken {
		c.tag = noField
		return
	}
	tag := c.uvarint()
	value := c.uvarint()
	switch {
	case c.broken, tag == noField:
	case tag&1 == kindNumber:
		c.tag, c.number = tag, int64(value>>1)^-int64(value&1) //nolint:gosec // as binary.Varint
		return
	case value <= uint64(c.end-c.at): //nolint:gosec // not negative
		from := c.at
		c.at += int(value) //nolint:gosec // no more than is left
		c.tag, c.text = tag, c.snapshot[from:c.at]
		return
	}
	c.Fail()
}

func (c *Codec) uvarint() uint64 {
	if c.at < c.end && c.snapshot[c.at] < 0x80 { // nearly all
		c.at++
		return uint64(c.snapshot[c.at-1])
	}
	value, size := Uvarint(c.snapshot[c.at:c.end])
	c.at += size
	c.broken = c.broken || size == 0
	return value
}

// Uvarint is binary.Uvarint of a string; the size is 0 if there is none, or one of
// more than 64 bits.
func Uvarint(s string) (value uint64, size int) {
	for i := 0; i < len(s) && i < binary.MaxVarintLen64; i++ {
		value |= uint64(s[i]&0x7f) << (7 * i)
		if s[i] < 0x80 {
			if i == binary.MaxVarintLen64-1 && s[i] > 1 {
				return 0, 0
			}
			return value, i + 1
		}
	}
	return 0, 0
}

// putPair writes an entry of a map: the length of the key, key, value.
func (c *Codec) putPair(field uint64, key, value string) {
	var size [binary.MaxVarintLen64]byte
	n := binary.PutUvarint(size[:], uint64(len(key)))
	c.buf = binary.AppendUvarint(c.buf, tagOf(field, kindText))
	c.buf = binary.AppendUvarint(c.buf, uint64(n+len(key)+len(value))) //nolint:gosec // not negative
	c.buf = append(c.buf, size[:n]...)
	c.buf = append(c.buf, key...)
	c.buf = append(c.buf, value...)
}

// cutPair reads what putPair writes.
func cutPair(entry string) (key, value string, ok bool) {
	length, size := Uvarint(entry)
	rest := entry[size:]
	if size == 0 || length > uint64(len(rest)) {
		return "", "", false
	}
	return rest[:length], rest[length:], true
}
