package snapshot

import (
	"encoding/binary"
	"maps"
	"slices"
)

// Each of these writes a field, or reads it, which is next.

func (c *Codec) moveText(field uint64, value *string) {
	switch {
	case !c.writing:
		*value = c.text
		c.next()
	case *value != "":
		c.Put(field, *value)
	}
}

func (c *Codec) moveNumber(field uint64, value *int64) {
	switch {
	case !c.writing:
		*value = c.number
		c.next()
	case *value != 0:
		c.buf = binary.AppendUvarint(c.buf, tagOf(field, kindNumber))
		c.buf = binary.AppendVarint(c.buf, *value)
	}
}

func (c *Codec) moveInt(field uint64, value *int) {
	number := int64(*value)
	if c.moveNumber(field, &number); !c.writing {
		*value = int(number)
	}
}

func (c *Codec) moveFlag(field uint64, value *bool) {
	var number int64
	if *value {
		number = 1
	}
	if c.moveNumber(field, &number); !c.writing {
		*value = number != 0
	}
}

func (c *Codec) moveTexts(field uint64, values *[]string) {
	if c.writing {
		for _, value := range *values {
			c.Put(field, value)
		}
		return
	}
	for text, found := c.Take(field); found; text, found = c.Take(field) {
		*values = append(*values, text)
	}
}

func (c *Codec) movePairs(field uint64, pairs *map[string]string) {
	if c.writing {
		for _, key := range slices.Sorted(maps.Keys(*pairs)) {
			c.putPair(field, key, (*pairs)[key])
		}
		return
	}
	if *pairs == nil {
		*pairs = make(map[string]string)
	}
	for entry, found := c.Take(field); found; entry, found = c.Take(field) {
		key, value, ok := cutPair(entry)
		if !ok {
			c.Fail()
			return
		}
		(*pairs)[key] = value
	}
}

func moveStruct[T any](c *Codec, field uint64, value *T, fields func(*Codec, *T)) {
	if c.writing {
		c.buf = binary.AppendUvarint(c.buf, tagOf(field, kindText))
		start := len(c.buf)
		fields(c, value)
		var size [binary.MaxVarintLen64]byte
		n := binary.PutUvarint(size[:], uint64(len(c.buf)-start))
		c.buf = slices.Insert(c.buf, start, size[:n]...)
		return
	}
	after, end := c.at, c.end
	c.at, c.end = after-len(c.text), after
	readAll(c, value, fields)
	if !c.broken {
		c.at, c.end = after, end
		c.next()
	}
}

func movePointer[T any](c *Codec, field uint64, value **T, fields func(*Codec, *T)) {
	if !c.writing {
		*value = new(T)
	}
	if *value != nil {
		moveStruct(c, field, *value, fields)
	}
}

func moveList[T any](c *Codec, field uint64, values *[]T, fields func(*Codec, *T)) {
	if c.writing {
		for i := range *values {
			moveStruct(c, field, &(*values)[i], fields)
		}
		return
	}
	for c.tag == tagOf(field, kindText) {
		var zero T
		*values = append(*values, zero)
		moveStruct(c, field, &(*values)[len(*values)-1], fields)
	}
}
