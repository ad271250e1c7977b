package snapshot_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

type thing struct {
	Name   string
	Count  int64
	Marked bool
	Words  []string
	Codes  map[string]string
	Inner  *thing
	More   []thing
}

func thingFields(c *snapshot.Codec, v *thing) {
	c.Text(1, &v.Name)
	c.Number(2, &v.Count)
	c.Flag(3, &v.Marked)
	c.Texts(4, &v.Words)
	c.Pairs(6, &v.Codes) // out of order
	snapshot.Pointer(c, 5, &v.Inner, thingFields)
	snapshot.List(c, 600, &v.More, thingFields)
	if _, found := c.Take(700); found {
		c.Fail()
	}
}

func drawThing(t *rapid.T, depth int) (v thing) {
	v.Name = rapid.StringN(-1, -1, 300).Draw(t, "name")
	v.Count = rapid.Int64().Draw(t, "count")
	v.Marked = rapid.Bool().Draw(t, "marked")
	for range rapid.IntRange(0, 2).Draw(t, "words") {
		v.Words = append(v.Words, rapid.String().Draw(t, "word"))
	}
	for range rapid.IntRange(0, 2).Draw(t, "codes") {
		if v.Codes == nil {
			v.Codes = map[string]string{}
		}
		v.Codes[rapid.String().Draw(t, "key")] = rapid.String().Draw(t, "code")
	}
	if depth == 0 {
		return v
	}
	if rapid.Bool().Draw(t, "has inner") {
		inner := drawThing(t, depth-1)
		v.Inner = &inner
	}
	for range rapid.IntRange(0, 2).Draw(t, "more") {
		v.More = append(v.More, drawThing(t, depth-1))
	}
	return v
}

func TestReadGivesWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawThing(t, 3)
		stored := snapshot.Append([]byte("x"), &want, thingFields)
		must.Equal(t, stored[0], 'x')
		var got thing
		must.OK(t, snapshot.Read(string(stored[1:]), &got, thingFields))
		must.Equal(t, got, want)
	})
}

// TestFieldsMayComeInAnyOrder: a release may number a field before others.
func TestFieldsMayComeInAnyOrder(t *testing.T) {
	want := thing{Name: "n", Count: 2, Words: []string{"a", "", "b"}, Inner: &thing{Count: -1, Marked: true}, More: []thing{{}, {Name: "m"}}}
	backwards := func(c *snapshot.Codec, v *thing) {
		snapshot.List(c, 600, &v.More, thingFields)
		snapshot.Pointer(c, 5, &v.Inner, func(c *snapshot.Codec, v *thing) {
			c.Flag(3, &v.Marked)
			c.Number(2, &v.Count)
		})
		c.Texts(4, &v.Words)
		c.Number(2, &v.Count)
		c.Text(1, &v.Name)
	}
	var got thing
	must.OK(t, snapshot.Read(string(snapshot.Append(nil, &want, backwards)), &got, thingFields))
	must.Equal(t, got, want)
}

func TestAStructWithinCountsEvenIfItIsZero(t *testing.T) {
	var got thing
	stored := snapshot.Append(nil, &thing{Inner: &thing{}, More: []thing{{}}}, thingFields)
	must.OK(t, snapshot.Read(string(stored), &got, thingFields))
	must.Equal(t, got, thing{Inner: &thing{}, More: []thing{{}}})
	must.Equal(t, len(snapshot.Append(nil, &thing{}, thingFields)), 0)
}

// TestUnknownFieldsAreRefused: they come from a newer program, and would be lost.
func TestUnknownFieldsAreRefused(t *testing.T) {
	text, number := "new", int64(-7)
	for name, newer := range map[string]func(*snapshot.Codec, *thing){
		"a number":        func(c *snapshot.Codec, _ *thing) { c.Number(900, &number) },
		"a text":          func(c *snapshot.Codec, _ *thing) { c.Text(900, &text) },
		"of another kind": func(c *snapshot.Codec, _ *thing) { c.Number(1, &number) },
		// As a field of the outer struct it is known.
		"within": func(c *snapshot.Codec, v *thing) {
			snapshot.Pointer(c, 5, &v.Inner, func(c *snapshot.Codec, _ *thing) { c.Text(2, &text) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			stored := snapshot.Append(nil, &thing{Name: "known", Inner: &thing{}}, func(c *snapshot.Codec, v *thing) {
				c.Text(1, &v.Name)
				newer(c, v)
				snapshot.List(c, 600, &v.More, thingFields)
			})
			err := snapshot.Read(string(stored), new(thing), thingFields)
			statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
		})
	}
	// The number of the field alone would be one that the program knows.
	must.Contains(t, snapshot.Read("\x02\x01", new(thing), thingFields).Error(), "a number in field 1 ")
}

func TestBrokenSnapshotsAreErrors(t *testing.T) {
	const noTag = "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00" // a text in field 1<<63 - 1
	for _, fields := range []string{
		"\x80", "\x02", "\x03", "\x03\x02a", "\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "\x0b\x02\x03\x05", "\x0d\x00", "\x0d\x01\x01", "\x0d\x01\x80", "\x0c\x00",
		"\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
		noTag, "\x03\x01a" + noTag, "\x0b\x0b" + noTag, "\x0b\x0e\x03\x01a" + noTag, "\xb1\x09\x0b" + noTag, // alone, within 5 and 600
		// More than 64 bits: what is left of them is no number.
		"\x04\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "\x84\x80\x80\x80\x80\x80\x80\x80\x80\x02\x01",
	} {
		must.Err(t, snapshot.Read(fields, new(thing), thingFields))
	}
	text := "what the reader itself refuses"
	stored := snapshot.Append(nil, &thing{}, func(c *snapshot.Codec, _ *thing) { c.Text(700, &text) })
	must.Equal(t, status.Code(snapshot.Read(string(stored), new(thing), thingFields)), codes.Unknown)
	rapid.Check(t, func(t *rapid.T) { // no bytes make it panic
		_ = snapshot.Read(string(rapid.SliceOf(rapid.Byte()).Draw(t, "fields")), new(thing), thingFields)
	})
}
