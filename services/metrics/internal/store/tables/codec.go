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
func encode[T any](resource *T, fields func(*snapshot.Codec, *T)) []byte {
	return snapshot.Append(append(make([]byte, 0, 1024), formatFields), resource, fields)
}

// decode reads a snapshot into a resource, whose texts are parts of it.
func decode[T any](stored string, resource *T, fields func(*snapshot.Codec, *T)) error {
	switch {
	case stored != "" && stored[0] == formatFields:
		return snapshot.Read(stored[1:], resource, fields)
	case stored != "" && stored[0] == formatJSON:
		return json.Unmarshal([]byte(stored[1:]), resource)
	default:
		return fmt.Errorf("unknown format of a snapshot of %d bytes", len(stored))
	}
}

func metaFields(c *snapshot.Codec, m *domain.Meta) {
	c.Text(1, &m.ID)
	c.Text(2, &m.UID)
	c.Number(3, &m.Revision)
	c.Time(4, &m.CreateTime)
	c.Time(5, &m.UpdateTime)
	snapshot.Pointer(c, 6, &m.Retraction, retractionFields)
	c.Text(7, &m.Note.Tag)
	c.Text(8, &m.Note.Comment)
	c.Flag(9, &m.Filed)
}

func retractionFields(c *snapshot.Codec, r *domain.Retraction) {
	c.Text(1, &r.Reason)
	c.Text(2, &r.Caller)
	c.Text(3, &r.Correction)
	c.Text(4, &r.Kind)
	c.Text(5, &r.Document)
}

func correctionFields(c *snapshot.Codec, v *domain.Correction) {
	c.Text(1, &v.ID)
	c.Time(2, &v.Recorded)
	c.Text(3, &v.Kind)
	c.Text(4, &v.Subject)
	c.Text(5, &v.Document)
	c.Text(6, &v.Reason)
	c.Text(7, &v.Caller)
	c.Number(8, &v.PreviousRevision)
	c.Number(9, &v.NewRevision)
	c.Text(10, &v.NoticeText)
	c.Text(11, &v.NoticeVersion)
	c.Flag(12, &v.Restricted)
}
