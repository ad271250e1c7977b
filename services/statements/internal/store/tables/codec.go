package tables

import (
	"fmt"
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// format is the first byte of a snapshot: its fields are numbered as below. A
// number never gets another meaning; another encoding gets another format.
const format = 1

// encode makes the snapshot of a resource.
func encode[T any](resource *T, fields func(*snapshot.Codec, *T)) []byte {
	return snapshot.Append(append(make([]byte, 0, 1024), format), resource, fields)
}

// decode reads a snapshot into a resource, whose texts are parts of it.
func decode[T any](stored string, resource *T, fields func(*snapshot.Codec, *T)) error {
	if stored == "" || stored[0] != format {
		return fmt.Errorf("unknown format of a snapshot of %d bytes", len(stored))
	}
	if err := snapshot.Read(stored[1:], resource, fields); err != nil {
		return err
	}
	if statement, ok := any(resource).(*domain.Statement); ok {
		completeStatement(statement)
	}
	return nil
}

func recordFields(c *snapshot.Codec, r *domain.Record) {
	c.Text(1, &r.ID)
	c.Text(2, &r.UID)
	c.Number(3, &r.Revision)
	c.Time(4, &r.Created)
	c.Time(5, &r.Updated)
	c.Time(6, &r.Deleted)
	snapshot.Pointer(c, 7, &r.Retraction, retractionFields)
	c.Text(8, &r.RedirectTo)
	snapshot.Pointer(c, 9, &r.Erased, erasureFields)
	c.Text(10, &r.Change.Tag)
	c.Text(11, &r.Change.Comment)
	c.Flag(12, &r.Restricted)
}

func erasureFields(c *snapshot.Codec, r *domain.Erasure) {
	c.Time(1, &r.At)
	c.Text(2, &r.Reason)
	c.Text(3, &r.Caller)
	c.Int(4, &r.Statements)
}

func retractionFields(c *snapshot.Codec, r *domain.Retraction) {
	c.Text(1, &r.Reason)
	c.Text(2, &r.Caller)
	c.Text(3, &r.Correction)
	c.Text(4, &r.Kind)
	c.Text(5, &r.Document)
	c.Text(6, &r.NoticeText)
	c.Text(7, &r.NoticeVersion)
	c.Number(8, &r.Revision)
}

func documentFields(c *snapshot.Codec, r *domain.Document) {
	snapshot.Struct(c, 1, &r.Record, recordFields)
	c.Text(2, &r.URI)
	c.Text(3, &r.Headline)
	c.Text(4, &r.Publisher)
	c.Text(5, &r.Byline)
	c.Text(6, &r.LanguageCode)
	c.Text(7, &r.License)
	c.Text(8, &r.UsageTerms)
	c.Flag(9, &r.TextWithheld)
	c.Number(10, &r.LatestVersion)
	c.Time(11, &r.EmbargoEnd)
}

func versionFields(c *snapshot.Codec, r *domain.Version) {
	c.Text(1, &r.Document)
	c.Number(2, &r.Number)
	c.Text(3, &r.UID)
	c.Time(4, &r.Created)
	c.Text(5, &r.SHA256)
	c.Int(6, &r.Length)
	snapshot.Struct(c, 7, &r.PublishTime, periodFields)
	instantField(c, 8, &r.AccessTime)
	c.Flag(9, &r.Erased)
	c.Flag(10, &r.Restricted)
	c.Time(11, &r.Published)
}

// instantField is a time of the caller's, kept to the nanosecond; none is not there.
func instantField(c *snapshot.Codec, field uint64, at *time.Time) {
	var stored *instant
	if c.Writing() && !at.IsZero() {
		stored = &instant{at.Unix(), int64(at.Nanosecond())}
	}
	snapshot.Pointer(c, field, &stored, instantFields)
	if !c.Writing() && stored != nil {
		*at = time.Unix(stored.seconds, stored.nanos).UTC()
	}
}

type instant struct{ seconds, nanos int64 }

func instantFields(c *snapshot.Codec, t *instant) {
	c.Number(1, &t.seconds)
	c.Number(2, &t.nanos)
}

func correctionFields(c *snapshot.Codec, r *domain.Correction) {
	c.Text(1, &r.ID)
	c.Time(2, &r.Recorded)
	c.Text(3, &r.Kind)
	c.Text(4, &r.Subject)
	c.Text(5, &r.Document)
	c.Text(6, &r.Reattribution)
	c.Text(7, &r.Reason)
	c.Text(8, &r.Caller)
	c.Number(9, &r.PreviousRevision)
	c.Number(10, &r.NewRevision)
	c.Text(11, &r.NoticeText)
	c.Text(12, &r.NoticeVersion)
	c.Flag(13, &r.Restricted)
}
