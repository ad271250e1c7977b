package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func statementFields(c *snapshot.Codec, r *domain.Statement) {
	snapshot.Struct(c, 1, &r.Record, recordFields)
	c.Text(2, &r.Document)
	c.Number(3, &r.Version)
	c.Text(4, &r.Type)
	c.Text(5, &r.Text)
	c.Text(6, &r.LanguageCode)
	snapshot.List(c, 7, &r.Contents, spanFields)
	snapshot.Pointer(c, 8, &r.Cue, spanFields)
	snapshot.List(c, 9, &r.SourceMentions, spanFields)
	snapshot.List(c, 10, &r.Speakers, speakerFields)
	c.Texts(11, &r.Audience)
	c.Text(12, &r.Event)
	c.Text(13, &r.Location)
	snapshot.Struct(c, 14, &r.Time, periodFields)
	c.Text(15, &r.Parent)
	c.Text(16, &r.Comment)
	timesFields(c, 17, &r.PublishTime, &r.AccessTime)
	c.Text(19, &r.OriginalText)
	c.Text(20, &r.OriginalLanguageCode)
	c.Text(21, &r.Translator)
	editingFields(c, r)
	snapshot.List(c, 31, &r.Appearances, appearanceFields)
	c.Text(32, &r.FirstAppearance)
	snapshot.Pointer(c, 33, &r.LatestAnchor, anchorFields)
	c.Text(34, &r.TextKey)
}

// completeStatement fills in the text key of snapshots from before the field was there.
func completeStatement(r *domain.Statement) {
	if r.TextKey == "" && r.Text != "" {
		r.TextKey = domain.KeyOf(r.Text)
	}
}

func spanFields(c *snapshot.Codec, s *domain.Span) {
	c.Int(1, &s.Start)
	c.Int(2, &s.End)
	c.Text(3, &s.Exact)
	c.Text(4, &s.Prefix)
	c.Text(5, &s.Suffix)
	c.Flag(6, &s.Anchored)
	c.Text(7, &s.SHA256)
}

func speakerFields(c *snapshot.Codec, s *domain.Speaker) {
	c.Text(1, &s.Entity)
	c.Text(2, &s.AttributionText)
	c.Text(3, &s.Role)
	c.Text(4, &s.Affiliation)
	c.Text(5, &s.ValueType)
	c.Text(6, &s.SourceType)
	c.Text(7, &s.AnonymityReason)
	snapshot.List(c, 8, &s.Candidates, candidateFields)
	c.Flag(9, &s.RoleFromMembership)
}

func candidateFields(c *snapshot.Codec, v *domain.Candidate) {
	c.Text(1, &v.Entity)
	c.Text(2, &v.Probability)
}

func periodFields(c *snapshot.Codec, p *domain.Period) {
	c.Text(1, &p.EDTF)
	c.Text(2, &p.Missing)
	c.Time(3, &p.Start)
	c.Time(4, &p.End)
	c.Flag(5, &p.HasStart)
	c.Flag(6, &p.HasEnd)
	snapshot.Pointer(c, 7, &p.Printed, printedFields)
}

func printedFields(c *snapshot.Codec, p *domain.Printed) {
	c.Text(1, &p.Text)
	snapshot.Pointer(c, 2, &p.Span, spanFields)
}
