package snapshot_test

import (
	"testing"

	"google.golang.org/grpc/codes"
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

func writeThing(e *snapshot.Encoder, v thing) {
	e.Text(1, v.Name)
	e.Number(2, v.Count)
	e.Flag(3, v.Marked)
	for _, word := range v.Words {
		e.Item(4, word)
	}
	for key, code := range v.Codes {
		e.Pair(6, key, code)
	}
	if v.Inner != nil {
		snapshot.Put(e, 5, *v.Inner, writeThing)
	}
	for _, more := range v.More {
		snapshot.Put(e, 600, more, writeThing)
	}
}

func readThing(d *snapshot.Decoder, v *thing) {
	switch d.Field {
	case 1:
		v.Name = d.Text
	case 2:
		v.Count = d.Number
	case 3:
		v.Marked = d.Number != 0
	case 4:
		v.Words = append(v.Words, d.Text)
	case 5:
		v.Inner = snapshot.GetNew(d, readThing)
	case 6:
		if v.Codes == nil {
			v.Codes = map[string]string{}
		}
		key, code := d.Pair()
		v.Codes[key] = code
	case 600:
		v.More = snapshot.GetMore(d, v.More, readThing)
	case 700:
		d.Fail()
	default:
		d.Unknown()
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

func write(v thing) []byte {
	e := snapshot.NewEncoder(7)
	writeThing(e, v)
	return e.Bytes()
}

func TestReadGivesWhatWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := drawThing(t, 3)
		stored := write(want)
		must.Equal(t, stored[0], byte(7))
		var got thing
		must.OK(t, snapshot.Read(string(stored[1:]), &got, readThing))
		must.Equal(t, got, want)
	})
}

func TestAStructWithinCountsEvenIfItIsZero(t *testing.T) {
	var got thing
	must.OK(t, snapshot.Read(string(write(thing{Inner: &thing{}, More: []thing{{}}})[1:]), &got, readThing))
	must.Equal(t, got, thing{Inner: &thing{}, More: []thing{{}}})
	must.Equal(t, len(write(thing{})), 1)
}

// TestUnknownFieldsAreRefused: they come from a newer program, and would be lost.
func TestUnknownFieldsAreRefused(t *testing.T) {
	for name, write := range map[string]func(*snapshot.Encoder){
		"a number": func(e *snapshot.Encoder) { e.Number(900, -7) },
		"a text":   func(e *snapshot.Encoder) { e.Text(901, "new") },
		"within": func(e *snapshot.Encoder) {
			snapshot.Put(e, 5, "new", func(e *snapshot.Encoder, text string) { e.Text(902, text) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			e := snapshot.NewEncoder(7)
			e.Text(1, "known")
			write(e)
			err := snapshot.Read(string(e.Bytes()[1:]), new(thing), readThing)
			statustest.Check(t, err, codes.FailedPrecondition, "SCHEMA_TOO_NEW", "")
		})
	}
}

func TestBrokenSnapshotsAreErrors(t *testing.T) {
	for _, fields := range []string{
		"\x80", "\x02", "\x03", "\x03\x02a", "\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "\x0b\x02\x03\x05", "\x0d\x00", "\x0d\x01\x01", "\x0d\x01\x80", "\x0c\x00",
		"\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",
	} {
		must.Err(t, snapshot.Read(fields, new(thing), readThing))
	}
	e := snapshot.NewEncoder(7)
	e.Number(700, 1) // what the reader itself refuses
	must.Err(t, snapshot.Read(string(e.Bytes()[1:]), new(thing), readThing))
	rapid.Check(t, func(t *rapid.T) { // no bytes make it panic
		_ = snapshot.Read(string(rapid.SliceOf(rapid.Byte()).Draw(t, "fields")), new(thing), readThing)
	})
}
