package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

func writeCorrection(e *snapshot.Encoder, c domain.Correction) {
	e.Text(1, c.ID)
	e.Number(2, int64(c.Recorded))
	e.Text(3, c.Kind)
	e.Text(4, c.Subject)
	e.Text(5, c.Document)
	e.Text(6, c.Reason)
	e.Text(7, c.Caller)
	e.Number(8, c.PreviousRevision)
	e.Number(9, c.NewRevision)
	e.Text(10, c.NoticeText)
	e.Text(11, c.NoticeVersion)
	e.Flag(12, c.Restricted)
}

func readCorrection(d *snapshot.Decoder, c *domain.Correction) {
	switch d.Field {
	case 1:
		c.ID = d.Text
	case 2:
		c.Recorded = timeOf(d)
	case 3:
		c.Kind = d.Text
	case 4:
		c.Subject = d.Text
	case 5:
		c.Document = d.Text
	case 6:
		c.Reason = d.Text
	case 7:
		c.Caller = d.Text
	case 8:
		c.PreviousRevision = d.Number
	case 9:
		c.NewRevision = d.Number
	case 10:
		c.NoticeText = d.Text
	case 11:
		c.NoticeVersion = d.Text
	case 12:
		c.Restricted = d.Number != 0
	default:
		d.Unknown()
	}
}
