package tables

import (
	"testing"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// A snapshot from before figures named the text of their spans, as it lies in databases.
const oldFigure = "\x01" + `{"id":"f","uid":"u","rev":1,"created":5,"updated":5,"metric":"m","period":{"edtf":"2022","printed":{"text":"last year",` +
	`"span":{"start":0,"end":9,"exact":"last year","sha256":"0","state":"ANCHORED"}}},"kind":"NO_VALUE","missing":"NOT_STATED",` +
	`"unit":{"system":"UCUM","code":"1"},"normalized":{"unit":{"system":"UCUM","code":"1"}},"document_version":"documents/d/versions/1"}`

func TestOldFiguresStayReadable(t *testing.T) {
	var figure domain.Figure
	must.OK(t, decode([]byte(oldFigure), &figure))
	must.Equal(t, figure.SourceSHA256, "") // in what text its spans were found nobody knows
	must.Equal(t, figure.Period.Printed.Span.State, domain.Anchored)
	figure.SourceSHA256 = "1"
	stored, err := encode(figure)
	must.OK(t, err)
	var back domain.Figure
	must.OK(t, decode(stored, &back))
	must.Equal(t, back, figure)
	must.Err(t, decode([]byte("\x02{}"), &back))
}
