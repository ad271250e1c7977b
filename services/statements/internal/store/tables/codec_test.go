package tables

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/testkit/filled"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func TestSnapshotsKeepEveryField(t *testing.T) {
	roundTrip(t, filled.Of[domain.Statement]())
	roundTrip(t, filled.Of[domain.Entity]())
	roundTrip(t, filled.Of[domain.Document]())
	v := filled.Of[domain.Version]()
	v.Text = "" // kept apart
	roundTrip(t, v)
	roundTrip(t, filled.Of[domain.Correction]())
	roundTrip(t, domain.Statement{})
	roundTrip(t, domain.Version{AccessTime: time.Unix(0, 0).UTC()})
}

func roundTrip[T any](t *testing.T, resource T) {
	t.Helper()
	stored, err := encode(resource)
	must.OK(t, err)
	var got T
	must.OK(t, decode(string(stored), &got))
	must.Equal(t, got, resource)
}

// A snapshot of a newer program has fields that this one does not know, and must not
// lose.
func TestUnknownFieldsAreRefused(t *testing.T) {
	unknown := snapshot.NewEncoder(format)
	unknown.Number(900, -7)
	stored := string(unknown.Bytes())
	for _, resource := range []any{
		new(domain.Document), new(domain.Version), new(domain.Entity), new(domain.Statement), new(domain.Correction), new(domain.Review),
		new(domain.Reattribution),
	} {
		must.Equal(t, errs.ReasonOf(decode(stored, resource)), "SCHEMA_TOO_NEW")
	}
}

func TestBrokenSnapshotsAreErrors(t *testing.T) {
	for _, stored := range [][]byte{nil, {}, {99}, {format, 0x80}, {format, 3, 200, 1}, {format, 3, 2, 'a'}} {
		must.Err(t, decode(string(stored), new(domain.Statement)))
	}
	must.Err(t, decode(string([]byte{format}), new(string)))
	_, err := encode("text")
	must.Err(t, err)
	rapid.Check(t, func(t *rapid.T) { // no bytes make it panic
		_ = decode("\x01"+string(rapid.SliceOf(rapid.Byte()).Draw(t, "snapshot")), new(domain.Statement))
	})
}
