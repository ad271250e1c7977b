package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func writeCorrection(e *snapshot.Encoder, r domain.Correction) {
	e.Text(1, r.ID)
	e.Number(2, int64(r.Recorded))
	e.Text(3, r.Kind)
	e.Text(4, r.Subject)
	e.Text(5, r.Document)
	e.Text(6, r.Reattribution)
	e.Text(7, r.Reason)
	e.Text(8, r.Caller)
	e.Number(9, r.PreviousRevision)
	e.Number(10, r.NewRevision)
	e.Text(11, r.NoticeText)
	e.Text(12, r.NoticeVersion)
	e.Flag(13, r.Restricted)
}

func readCorrection(d *snapshot.Decoder, r *domain.Correction) {
	switch d.Field {
	case 1:
		r.ID = d.Text
	case 2:
		r.Recorded = recordtime.Time(d.Number)
	case 3:
		r.Kind = d.Text
	case 4:
		r.Subject = d.Text
	case 5:
		r.Document = d.Text
	case 6:
		r.Reattribution = d.Text
	case 7:
		r.Reason = d.Text
	case 8:
		r.Caller = d.Text
	case 9:
		r.PreviousRevision = d.Number
	case 10:
		r.NewRevision = d.Number
	case 11:
		r.NoticeText = d.Text
	case 12:
		r.NoticeVersion = d.Text
	case 13:
		r.Restricted = d.Number != 0
	default:
		d.Unknown()
	}
}
