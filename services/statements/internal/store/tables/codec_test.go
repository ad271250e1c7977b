package tables

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/testkit/filled"
	"github.com/onrecord/onrecord/services/platform/testkit/golden"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestSnapshotsKeepEveryField(t *testing.T) {
	roundTrip(t, filled.Of[domain.Statement](), statementFields)
	roundTrip(t, filled.Of[domain.Entity](), entityFields)
	roundTrip(t, filled.Of[domain.Document](), documentFields)
	v := filled.Of[domain.Version]()
	v.Text = "" // kept apart
	roundTrip(t, v, versionFields)
	roundTrip(t, filled.Of[domain.Correction](), correctionFields)
	roundTrip(t, domain.Statement{}, statementFields)
	roundTrip(t, domain.Version{AccessTime: time.Unix(0, 0).UTC()}, versionFields)
}

// TestNumbersOfFieldsStay: in testdata/snapshots.txt each field stands with its bytes, when
// it alone is set. A field that is new is a new line; the bytes of one that stands there are
// those of records that are in use, and stay.
func TestNumbersOfFieldsStay(t *testing.T) {
	var lines bytes.Buffer
	eachAlone(t, &lines, "document", "", documentFields)
	eachAlone(t, &lines, "version", "Text", versionFields)
	eachAlone(t, &lines, "entity", "", entityFields)
	eachAlone(t, &lines, "statement", "", statementFields)
	eachAlone(t, &lines, "correction", "", correctionFields)
	eachAlone(t, &lines, "review", "", reviewFields)
	eachAlone(t, &lines, "reattribution", "Made", reattributionFields)
	golden.Check(t, "snapshots.txt", lines.Bytes())
}

// eachAlone writes a line for each field, but for what is kept apart, which reads as it was
// written: no two fields have one number.
func eachAlone[T any](t *testing.T, lines io.Writer, name, apart string, fields func(*snapshot.Codec, *T)) {
	t.Helper()
	for field, resource := range filled.Alone[T]() {
		if top, _, _ := strings.Cut(field, "."); top == apart {
			continue
		}
		if r, ok := any(&resource).(*domain.Reattribution); ok && strings.HasPrefix(field, "Public.") {
			r.Partly = true // Public counts only then
		}
		t.Run(name+" "+field, func(t *testing.T) {
			stored := snapshot.Append(nil, &resource, fields)
			var got T
			must.OK(t, snapshot.Read(string(stored), &got, fields))
			must.Equal(t, got, resource)
			must.Get(fmt.Fprintf(lines, "%s %s %x\n", name, field, stored))(t)
		})
	}
}

// TestStatementsFromBeforeTheTextKeyHaveIt: it is that of the text that counts, the last.
func TestStatementsFromBeforeTheTextKeyHaveIt(t *testing.T) {
	var got domain.Statement
	must.OK(t, decode("\x01\x0b\x05first\x0b\x04last", &got, statementFields))
	must.Equal(t, got, domain.Statement{Text: "last", TextKey: domain.KeyOf("last")})
}

func roundTrip[T any](t *testing.T, resource T, fields func(*snapshot.Codec, *T)) {
	t.Helper()
	var got T
	must.OK(t, decode(string(encode(&resource, fields)), &got, fields))
	must.Equal(t, got, resource)
}

// A snapshot of a newer program has fields that this one does not know, and must not
// lose.
func TestUnknownFieldsAreRefused(t *testing.T) {
	number := int64(-7)
	stored := string(encode(&number, func(c *snapshot.Codec, number *int64) { c.Number(900, number) }))
	for _, err := range []error{
		decode(stored, new(domain.Document), documentFields), decode(stored, new(domain.Version), versionFields),
		decode(stored, new(domain.Entity), entityFields), decode(stored, new(domain.Statement), statementFields),
		decode(stored, new(domain.Correction), correctionFields), decode(stored, new(domain.Review), reviewFields),
		decode(stored, new(domain.Reattribution), reattributionFields),
	} {
		must.Equal(t, errs.ReasonOf(err), "SCHEMA_TOO_NEW")
	}
}

func TestBrokenSnapshotsAreErrors(t *testing.T) {
	for _, stored := range [][]byte{nil, {}, {99}, {format, 0x80}, {format, 3, 200, 1}, {format, 3, 2, 'a'}} {
		must.Err(t, decode(string(stored), new(domain.Statement), statementFields))
	}
	rapid.Check(t, func(t *rapid.T) { // no bytes make it panic
		_ = decode("\x01"+string(rapid.SliceOf(rapid.Byte()).Draw(t, "snapshot")), new(domain.Statement), statementFields)
	})
}
