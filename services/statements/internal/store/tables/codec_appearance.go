package tables

import (
	"time"

	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// timesFields are when a version was published, as field, and fetched, as the one
// after.
func timesFields(c *snapshot.Codec, field uint64, published *domain.Period, fetched *time.Time) {
	if !c.Writing() || *published != (domain.Period{}) {
		snapshot.Struct(c, field, published, periodFields)
	}
	instantField(c, field+1, fetched)
}

func appearanceFields(c *snapshot.Codec, a *domain.Appearance) {
	c.Text(1, &a.Statement)
	c.Text(2, &a.Document)
	c.Number(3, &a.Version)
	snapshot.List(c, 4, &a.Contents, spanFields)
	snapshot.Pointer(c, 5, &a.Cue, spanFields)
	snapshot.List(c, 6, &a.SourceMentions, spanFields)
	timesFields(c, 7, &a.PublishTime, &a.AccessTime)
	snapshot.Pointer(c, 9, &a.LatestAnchor, anchorFields)
}

func anchorFields(c *snapshot.Codec, a *domain.VersionAnchor) {
	c.Text(1, &a.Version)
	c.Text(2, &a.State)
	snapshot.List(c, 3, &a.Spans, spanAnchorFields)
}

func spanAnchorFields(c *snapshot.Codec, s *domain.SpanAnchor) {
	c.Text(1, &s.Field)
	c.Text(2, &s.State)
	c.Int(3, &s.Start)
	c.Int(4, &s.End)
}
