package tables

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/testkit/filled"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// A snapshot from before figures named the text of their spans, as it lies in databases.
const oldFigure = "\x01" + `{"id":"f","uid":"u","rev":1,"created":5,"updated":5,"metric":"m","period":{"edtf":"2022","printed":{"text":"last year",` +
	`"span":{"start":0,"end":9,"exact":"last year","sha256":"0","state":"ANCHORED"}}},"kind":"NO_VALUE","missing":"NOT_STATED",` +
	`"unit":{"system":"UCUM","code":"1"},"normalized":{"unit":{"system":"UCUM","code":"1"}},"document_version":"documents/d/versions/1"}`

func TestOldFiguresStayReadable(t *testing.T) {
	var figure domain.Figure
	must.OK(t, decode(oldFigure, &figure))
	must.Equal(t, figure.SourceSHA256, "") // in what text its spans were found nobody knows
	must.Equal(t, figure.Period.Printed.Span.State, domain.Anchored)
	figure.SourceSHA256 = "1"
	stored, err := encode(figure)
	must.OK(t, err)
	var back domain.Figure
	must.OK(t, decode(string(stored), &back))
	must.Equal(t, back, figure)
	must.Err(t, decode("\x02{}", &back))
}

func TestSnapshotsKeepEveryField(t *testing.T) {
	roundTrip(t, filled.Of[domain.Figure](decimal.FromInt64(-7)))
	roundTrip(t, filled.Of[domain.Metric](decimal.FromInt64(-7)))
	roundTrip(t, domain.Figure{})
	roundTrip(t, domain.Metric{})
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
	unknown := snapshot.NewEncoder(formatFields)
	unknown.Text(900, "new")
	stored := string(unknown.Bytes())
	for _, resource := range []any{new(domain.Metric), new(domain.Figure), new(domain.Correction)} {
		must.Equal(t, errs.ReasonOf(decode(stored, resource)), "SCHEMA_TOO_NEW")
	}
	must.Equal(t, errs.ReasonOf(decodeVintage(stored[1:], new(domain.Vintage))), "SCHEMA_TOO_NEW")
}

func TestBrokenSnapshotsAreErrors(t *testing.T) {
	number := snapshot.NewEncoder(formatFields)
	number.Text(8, "one") // the value of a figure
	for _, stored := range []string{"", "\x63", "\x03\x80", "\x03\x05\x09a", "\x01{", string(number.Bytes())} {
		must.Err(t, decode(stored, new(domain.Figure)))
	}
	must.Err(t, decode("\x03", new(string)))
	_, err := encode("text")
	must.Err(t, err)
	rapid.Check(t, func(t *rapid.T) { // no bytes make it panic
		_ = decode("\x03"+string(rapid.SliceOf(rapid.Byte()).Draw(t, "snapshot")), new(domain.Figure))
	})
}
