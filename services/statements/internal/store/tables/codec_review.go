package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func reviewFields(c *snapshot.Codec, r *domain.Review) {
	snapshot.Struct(c, 1, &r.Record, recordFields)
	c.Text(2, &r.Statement)
	c.Number(3, &r.StatementRevision)
	c.Text(4, &r.Reviewer)
	c.Text(5, &r.ReviewerEntity)
	c.Text(6, &r.URI)
	c.Text(7, &r.Headline)
	c.Text(8, &r.ClaimReviewed)
	snapshot.Struct(c, 9, &r.PublishTime, periodFields)
	snapshot.Pointer(c, 10, &r.Span, spanFields)
	c.Text(11, &r.TextualRating)
	c.Text(12, &r.RatingValue)
	c.Text(13, &r.BestRating)
	c.Text(14, &r.WorstRating)
	c.Text(15, &r.Verdict)
	c.Text(16, &r.LanguageCode)
}
