package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// writeReattribution leaves out Made, which is kept apart.
func writeReattribution(e *snapshot.Encoder, r domain.Reattribution) {
	snapshot.Put(e, 1, r.Record, writeRecord)
	e.Text(2, r.Caller)
	e.Text(3, r.Filter)
	e.Text(4, r.From)
	e.Text(5, r.To)
	e.Text(6, r.Reason)
	e.Flag(7, r.Merge)
	for _, id := range r.Statements {
		e.Item(8, id)
	}
	e.Number(9, int64(r.Count))
	for _, alias := range r.Aliases {
		e.Item(10, alias)
	}
	e.Number(11, int64(r.Undone))
	e.Text(12, r.UndoCaller)
	e.Text(13, r.UndoReason)
	for _, id := range r.Skipped {
		e.Item(14, id)
	}
	e.Number(15, int64(r.SkippedCount))
	if r.Partly {
		e.Flag(16, true)
		snapshot.Put(e, 17, r.Public, writePart)
	}
}

func writePart(e *snapshot.Encoder, r domain.Part) {
	for _, id := range r.Statements {
		e.Item(1, id)
	}
	e.Number(2, int64(r.Count))
	for _, id := range r.Skipped {
		e.Item(3, id)
	}
	e.Number(4, int64(r.SkippedCount))
}

func readPart(d *snapshot.Decoder, r *domain.Part) {
	switch d.Field {
	case 1:
		r.Statements = append(r.Statements, d.Text)
	case 2:
		r.Count = int(d.Number)
	case 3:
		r.Skipped = append(r.Skipped, d.Text)
	case 4:
		r.SkippedCount = int(d.Number)
	default:
		d.Unknown()
	}
}

func readReattribution(d *snapshot.Decoder, r *domain.Reattribution) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &r.Record, readRecord)
	case 2:
		r.Caller = d.Text
	case 3:
		r.Filter = d.Text
	case 4:
		r.From = d.Text
	case 5:
		r.To = d.Text
	case 6:
		r.Reason = d.Text
	case 7:
		r.Merge = d.Number != 0
	case 8:
		r.Statements = append(r.Statements, d.Text)
	case 9:
		r.Count = int(d.Number)
	case 10:
		r.Aliases = append(r.Aliases, d.Text)
	case 11:
		r.Undone = recordtime.Time(d.Number)
	case 12:
		r.UndoCaller = d.Text
	case 13:
		r.UndoReason = d.Text
	case 14:
		r.Skipped = append(r.Skipped, d.Text)
	case 15:
		r.SkippedCount = int(d.Number)
	case 16:
		r.Partly = d.Number != 0
	case 17:
		snapshot.Get(d, &r.Public, readPart)
	default:
		d.Unknown()
	}
}
