package tables

import (
	"fmt"
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// format is the first byte of a snapshot: its fields are numbered as below. A
// number never gets another meaning; another encoding gets another format.
const format = 1

// encode makes the snapshot of a resource.
func encode(resource any) ([]byte, error) {
	e := snapshot.NewEncoder(format)
	switch r := resource.(type) {
	case domain.Document:
		writeDocument(e, r)
	case domain.Version:
		writeVersion(e, r)
	case domain.Entity:
		writeEntity(e, r)
	case domain.Statement:
		writeStatement(e, r)
	case domain.Correction:
		writeCorrection(e, r)
	case domain.Review:
		writeReview(e, r)
	case domain.Reattribution:
		writeReattribution(e, r)
	default:
		return nil, fmt.Errorf("a %T has no snapshot", resource)
	}
	return e.Bytes(), nil
}

// decodeColumn reads the snapshot in the first column.
func decodeColumn(row recorddb.Row, resource any) error {
	return decode(row.Text(0), resource) // the bytes as they are: one copy less
}

// decode reads a snapshot into a resource, whose texts are parts of it.
func decode(stored string, resource any) error {
	if stored == "" || stored[0] != format {
		return fmt.Errorf("unknown format of a snapshot of %d bytes", len(stored))
	}
	fields := stored[1:]
	switch r := resource.(type) {
	case *domain.Document:
		return snapshot.Read(fields, r, readDocument)
	case *domain.Version:
		return snapshot.Read(fields, r, readVersion)
	case *domain.Entity:
		return snapshot.Read(fields, r, readEntity)
	case *domain.Statement:
		err := snapshot.Read(fields, r, readStatement)
		completeStatement(r)
		return err
	case *domain.Correction:
		return snapshot.Read(fields, r, readCorrection)
	case *domain.Review:
		return snapshot.Read(fields, r, readReview)
	case *domain.Reattribution:
		return snapshot.Read(fields, r, readReattribution)
	default:
		return fmt.Errorf("a %T has no snapshot", resource)
	}
}

func writeRecord(e *snapshot.Encoder, r domain.Record) {
	e.Text(1, r.ID)
	e.Text(2, r.UID)
	e.Number(3, r.Revision)
	e.Number(4, int64(r.Created))
	e.Number(5, int64(r.Updated))
	e.Number(6, int64(r.Deleted))
	if r.Retraction != nil {
		snapshot.Put(e, 7, *r.Retraction, writeRetraction)
	}
	e.Text(8, r.RedirectTo)
	if r.Erased != nil {
		snapshot.Put(e, 9, *r.Erased, writeErasure)
	}
	e.Text(10, r.Change.Tag)
	e.Text(11, r.Change.Comment)
	e.Flag(12, r.Restricted)
}

func readRecord(d *snapshot.Decoder, r *domain.Record) {
	switch d.Field {
	case 1:
		r.ID = d.Text
	case 2:
		r.UID = d.Text
	case 3:
		r.Revision = d.Number
	case 4:
		r.Created = recordtime.Time(d.Number)
	case 5:
		r.Updated = recordtime.Time(d.Number)
	case 6:
		r.Deleted = recordtime.Time(d.Number)
	case 7:
		r.Retraction = snapshot.GetNew(d, readRetraction)
	case 8:
		r.RedirectTo = d.Text
	case 9:
		r.Erased = snapshot.GetNew(d, readErasure)
	case 10:
		r.Change.Tag = d.Text
	case 11:
		r.Change.Comment = d.Text
	case 12:
		r.Restricted = d.Number != 0
	default:
		d.Unknown()
	}
}

func writeErasure(e *snapshot.Encoder, r domain.Erasure) {
	e.Number(1, int64(r.At))
	e.Text(2, r.Reason)
	e.Text(3, r.Caller)
	e.Number(4, int64(r.Statements))
}

func readErasure(d *snapshot.Decoder, r *domain.Erasure) {
	switch d.Field {
	case 1:
		r.At = recordtime.Time(d.Number)
	case 2:
		r.Reason = d.Text
	case 3:
		r.Caller = d.Text
	case 4:
		r.Statements = int(d.Number)
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
	e.Text(6, r.NoticeText)
	e.Text(7, r.NoticeVersion)
	e.Number(8, r.Revision)
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
	case 6:
		r.NoticeText = d.Text
	case 7:
		r.NoticeVersion = d.Text
	case 8:
		r.Revision = d.Number
	default:
		d.Unknown()
	}
}

func writeDocument(e *snapshot.Encoder, r domain.Document) {
	snapshot.Put(e, 1, r.Record, writeRecord)
	e.Text(2, r.URI)
	e.Text(3, r.Headline)
	e.Text(4, r.Publisher)
	e.Text(5, r.Byline)
	e.Text(6, r.LanguageCode)
	e.Text(7, r.License)
	e.Text(8, r.UsageTerms)
	e.Flag(9, r.TextWithheld)
	e.Number(10, r.LatestVersion)
	e.Number(11, int64(r.EmbargoEnd))
}

func readDocument(d *snapshot.Decoder, r *domain.Document) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &r.Record, readRecord)
	case 2:
		r.URI = d.Text
	case 3:
		r.Headline = d.Text
	case 4:
		r.Publisher = d.Text
	case 5:
		r.Byline = d.Text
	case 6:
		r.LanguageCode = d.Text
	case 7:
		r.License = d.Text
	case 8:
		r.UsageTerms = d.Text
	case 9:
		r.TextWithheld = d.Number != 0
	case 10:
		r.LatestVersion = d.Number
	case 11:
		r.EmbargoEnd = recordtime.Time(d.Number)
	default:
		d.Unknown()
	}
}

func writeVersion(e *snapshot.Encoder, r domain.Version) {
	e.Text(1, r.Document)
	e.Number(2, r.Number)
	e.Text(3, r.UID)
	e.Number(4, int64(r.Created))
	e.Text(5, r.SHA256)
	e.Number(6, int64(r.Length))
	snapshot.Put(e, 7, r.PublishTime, writePeriod)
	if !r.AccessTime.IsZero() {
		snapshot.Put(e, 8, r.AccessTime, writeInstant)
	}
	e.Flag(9, r.Erased)
	e.Flag(10, r.Restricted)
	e.Number(11, int64(r.Published))
}

func readVersion(d *snapshot.Decoder, r *domain.Version) {
	switch d.Field {
	case 1:
		r.Document = d.Text
	case 2:
		r.Number = d.Number
	case 3:
		r.UID = d.Text
	case 4:
		r.Created = recordtime.Time(d.Number)
	case 5:
		r.SHA256 = d.Text
	case 6:
		r.Length = int(d.Number)
	case 7:
		snapshot.Get(d, &r.PublishTime, readPeriod)
	case 8:
		r.AccessTime = getInstant(d)
	case 9:
		r.Erased = d.Number != 0
	case 10:
		r.Restricted = d.Number != 0
	case 11:
		r.Published = recordtime.Time(d.Number)
	default:
		d.Unknown()
	}
}

// instant is a time of the caller's, kept to the nanosecond.
type instant struct{ seconds, nanos int64 }

func writeInstant(e *snapshot.Encoder, t time.Time) {
	e.Number(1, t.Unix())
	e.Number(2, int64(t.Nanosecond()))
}

func getInstant(d *snapshot.Decoder) time.Time {
	var at instant
	snapshot.Get(d, &at, readInstant)
	return time.Unix(at.seconds, at.nanos).UTC()
}

func readInstant(d *snapshot.Decoder, t *instant) {
	switch d.Field {
	case 1:
		t.seconds = d.Number
	case 2:
		t.nanos = d.Number
	default:
		d.Unknown()
	}
}
