package tables

import (
	"encoding/json"
	"fmt"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

// The first byte of a snapshot says how the rest is to be read. A format is never changed, and every format stays readable; formatPoint
// is that of observations.
const (
	// formatJSON is a domain struct in JSON. It is not written any more.
	formatJSON = 1
	// formatFields is the numbered fields of package snapshot, with the numbers below: a third of the cost to read. Fields are only ever
	// added; one that is absent is empty.
	formatFields = 3
)

// encode makes the snapshot of a resource.
func encode(resource any) ([]byte, error) {
	e := snapshot.NewEncoder(formatFields)
	switch r := resource.(type) {
	case domain.Metric:
		writeMetric(e, r)
	case domain.Figure:
		writeFigure(e, &r)
	case domain.Correction:
		writeCorrection(e, r)
	default:
		return nil, fmt.Errorf("a %T has no snapshot", resource)
	}
	return e.Bytes(), nil
}

// decode reads a snapshot into a resource, whose texts are parts of it.
func decode(stored string, resource any) error {
	if stored == "" || stored[0] != formatFields {
		if stored != "" && stored[0] == formatJSON {
			return json.Unmarshal([]byte(stored[1:]), resource)
		}
		return fmt.Errorf("unknown format of a snapshot of %d bytes", len(stored))
	}
	switch r := resource.(type) {
	case *domain.Metric:
		return snapshot.Read(stored[1:], r, readMetric)
	case *domain.Figure:
		return snapshot.Read(stored[1:], r, readFigure)
	case *domain.Correction:
		return snapshot.Read(stored[1:], r, readCorrection)
	default:
		return fmt.Errorf("a %T has no snapshot", resource)
	}
}

func writeMeta(e *snapshot.Encoder, m domain.Meta) {
	e.Text(1, m.ID)
	e.Text(2, m.UID)
	e.Number(3, m.Revision)
	e.Number(4, int64(m.CreateTime))
	e.Number(5, int64(m.UpdateTime))
	if m.Retraction != nil {
		snapshot.Put(e, 6, *m.Retraction, writeRetraction)
	}
	e.Text(7, m.Note.Tag)
	e.Text(8, m.Note.Comment)
	e.Flag(9, m.Filed)
}

func readMeta(d *snapshot.Decoder, m *domain.Meta) {
	switch d.Field {
	case 1:
		m.ID = d.Text
	case 2:
		m.UID = d.Text
	case 3:
		m.Revision = d.Number
	case 4:
		m.CreateTime = timeOf(d)
	case 5:
		m.UpdateTime = timeOf(d)
	case 6:
		m.Retraction = snapshot.GetNew(d, readRetraction)
	case 7:
		m.Note.Tag = d.Text
	case 8:
		m.Note.Comment = d.Text
	case 9:
		m.Filed = d.Number != 0
	default:
		d.Unknown()
	}
}

func writeRetraction(e *snapshot.Encoder, r domain.Retraction) {
	e.Text(1, r.Reason)
	e.Text(2, r.Caller)
	e.Text(3, r.Correction)
	e.Text(4, r.Kind)
	e.Text(5, r.Document)
}

func readRetraction(d *snapshot.Decoder, r *domain.Retraction) {
	switch d.Field {
	case 1:
		r.Reason = d.Text
	case 2:
		r.Caller = d.Text
	case 3:
		r.Correction = d.Text
	case 4:
		r.Kind = d.Text
	case 5:
		r.Document = d.Text
	default:
		d.Unknown()
	}
}
