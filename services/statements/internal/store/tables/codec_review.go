package tables

import (
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func writeReview(e *snapshot.Encoder, r domain.Review) {
	snapshot.Put(e, 1, r.Record, writeRecord)
	e.Text(2, r.Statement)
	e.Number(3, r.StatementRevision)
	e.Text(4, r.Reviewer)
	e.Text(5, r.ReviewerEntity)
	e.Text(6, r.URI)
	e.Text(7, r.Headline)
	e.Text(8, r.ClaimReviewed)
	snapshot.Put(e, 9, r.PublishTime, writePeriod)
	if r.Span != nil {
		snapshot.Put(e, 10, *r.Span, writeSpan)
	}
	e.Text(11, r.TextualRating)
	e.Text(12, r.RatingValue)
	e.Text(13, r.BestRating)
	e.Text(14, r.WorstRating)
	e.Text(15, r.Verdict)
	e.Text(16, r.LanguageCode)
}

func readReview(d *snapshot.Decoder, r *domain.Review) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &r.Record, readRecord)
	case 2:
		r.Statement = d.Text
	case 3:
		r.StatementRevision = d.Number
	case 4:
		r.Reviewer = d.Text
	case 5:
		r.ReviewerEntity = d.Text
	case 6:
		r.URI = d.Text
	case 7:
		r.Headline = d.Text
	case 8:
		r.ClaimReviewed = d.Text
	case 9:
		snapshot.Get(d, &r.PublishTime, readPeriod)
	case 10:
		r.Span = snapshot.GetNew(d, readSpan)
	case 11:
		r.TextualRating = d.Text
	case 12:
		r.RatingValue = d.Text
	case 13:
		r.BestRating = d.Text
	case 14:
		r.WorstRating = d.Text
	case 15:
		r.Verdict = d.Text
	case 16:
		r.LanguageCode = d.Text
	default:
		d.Unknown()
	}
}
