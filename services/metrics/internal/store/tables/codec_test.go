package tables

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/testkit/filled"
	"github.com/onrecord/onrecord/services/platform/testkit/golden"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// A snapshot from before figures named the text of their spans, as it lies in databases.
const oldFigure = "\x01" + `{"id":"f","uid":"u","rev":1,"created":5,"updated":5,"metric":"m","period":{"edtf":"2022","printed":{"text":"last year",` +
	`"span":{"start":0,"end":9,"exact":"last year","sha256":"0","state":"ANCHORED"}}},"kind":"NO_VALUE","missing":"NOT_STATED",` +
	`"unit":{"system":"UCUM","code":"1"},"normalized":{"unit":{"system":"UCUM","code":"1"}},"document_version":"documents/d/versions/1"}`

func TestOldFiguresStayReadable(t *testing.T) {
	var figure domain.Figure
	must.OK(t, decode(oldFigure, &figure, figureFields))
	must.Equal(t, figure.SourceSHA256, "") // in what text its spans were found nobody knows
	must.Equal(t, figure.Period.Printed.Span.State, domain.Anchored)
	figure.SourceSHA256 = "1"
	stored := encode(&figure, figureFields)
	var back domain.Figure
	must.OK(t, decode(string(stored), &back, figureFields))
	must.Equal(t, back, figure)
	must.Err(t, decode("\x02{}", &back, figureFields))
}

func TestSnapshotsKeepEveryField(t *testing.T) {
	roundTrip(t, figureFields)
	roundTrip(t, metricFields)
	roundTrip(t, correctionFields)
}

// TestNumbersOfFieldsStay: in testdata/snapshots.txt each field stands with its bytes, when
// it alone is set. A field that is new is a new line; the bytes of one that stands there are
// those of records that are in use, and stay.
func TestNumbersOfFieldsStay(t *testing.T) {
	var lines bytes.Buffer
	eachAlone(t, &lines, "figure", figureFields)
	eachAlone(t, &lines, "metric", metricFields)
	eachAlone(t, &lines, "correction", correctionFields)
	eachAlone(t, &lines, "about", aboutFields)
	eachAlone(t, &lines, "more", moreFields, "Written.", "BasePeriod.", "RoundingInterval.")
	eachAlone(t, &lines, "imported more", importedMoreFields, "Meta.Retraction.", "Meta.Note.", "Values", "Normalized.Values")
	eachAlone(t, &lines, "vintage", vintageFields, "Source.", "Release.")
	golden.Check(t, "snapshots.txt", lines.Bytes())
}

// eachAlone writes a line for each field, of some if only they are kept, which reads as it
// was written: no two fields have one number.
func eachAlone[T any](t *testing.T, lines io.Writer, name string, fields func(*snapshot.Codec, *T), some ...string) {
	t.Helper()
	for field, resource := range filled.Alone[T](decimal.FromInt64(-7)) {
		if some != nil && !slices.ContainsFunc(some, func(kept string) bool { return strings.HasPrefix(field, kept) }) {
			continue
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

func roundTrip[T any](t *testing.T, fields func(*snapshot.Codec, *T)) {
	t.Helper()
	var empty T
	for _, resource := range []T{empty, filled.Of[T](decimal.FromInt64(-7))} {
		var got T
		must.OK(t, decode(string(encode(&resource, fields)), &got, fields))
		must.Equal(t, got, resource)
	}
}

// A snapshot of a newer program has fields that this one does not know, and must not
// lose.
func TestUnknownFieldsAreRefused(t *testing.T) {
	text := "new"
	stored := string(encode(&text, func(c *snapshot.Codec, text *string) { c.Text(900, text) }))
	for _, err := range []error{
		decode(stored, new(domain.Metric), metricFields), decode(stored, new(domain.Figure), figureFields),
		decode(stored, new(domain.Correction), correctionFields), snapshot.Read(stored[1:], new(domain.Vintage), vintageFields),
	} {
		must.Equal(t, errs.ReasonOf(err), "SCHEMA_TOO_NEW")
	}
}

func TestBrokenSnapshotsAreErrors(t *testing.T) {
	text := "one"
	number := encode(&text, func(c *snapshot.Codec, text *string) { c.Text(8, text) }) // the value of a figure
	for _, stored := range []string{"", "\x63", "\x03\x80", "\x03\x05\x09a", "\x01{", string(number)} {
		must.Err(t, decode(stored, new(domain.Figure), figureFields))
	}
	rapid.Check(t, func(t *rapid.T) { // no bytes make it panic
		_ = decode("\x03"+string(rapid.SliceOf(rapid.Byte()).Draw(t, "snapshot")), new(domain.Figure), figureFields)
	})
}
