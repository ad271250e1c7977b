package api

import (
	"context"
	"errors"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/claimreview"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// imported is a review made of a ClaimReview, with what it had no place for.
type imported struct {
	review  domain.Review
	dropped []string
	present bool // it was on record before
}

// ImportClaimReview puts a ClaimReview on record as a review, the same one once.
func (s *reviews) ImportClaimReview(
	ctx context.Context, req *statementsv1.ImportClaimReviewRequest,
) (*statementsv1.ImportClaimReviewResponse, error) {
	var reading claimreview.Reading
	answer, err := run(ctx, s.core, req, write[imported]{
		Method: "ImportClaimReview",
		Prepare: func() (err error) {
			reading, err = claimreview.Read(req.GetClaimReview(), claimReviewField)
			return err
		},
		Do: func(w store.Writer, caller string) (imported, []string, error) {
			written, err := s.importReview(w, caller, req, reading)
			return written, []string{written.review.Name()}, err
		},
		Again: func(r store.Reader, done store.Done) (imported, error) { return importedAgain(r, done, req) },
	})
	if err != nil {
		return nil, err
	}
	return &statementsv1.ImportClaimReviewResponse{
		Review:            reviewKind.created(answer.review, req.GetValidateOnly() && !answer.present, true),
		DroppedProperties: answer.dropped,
	}, nil
}

const claimReviewField = "claim_review"

func (s *reviews) importReview(
	w store.Writer, caller string, req *statementsv1.ImportClaimReviewRequest, reading claimreview.Reading,
) (imported, error) {
	of, err := reviewedStatement(w, req.GetParent())
	if err != nil {
		return imported{}, err
	}
	claim, err := claimOf(w, of, store.Newest)
	if err != nil {
		return imported{}, err
	}
	id, chosen := req.GetReviewId(), req.GetReviewId() != ""
	if !chosen {
		if id, err = reading.ID(); err != nil {
			return imported{}, err
		}
	}
	record := newRecord(id)
	made := func(of domain.Statement) (domain.Review, error) { return s.madeOf(w, req, reading, of, record) }
	var written domain.Review
	if !chosen {
		written, err = changes.AddReviewOnce(w, caller, made, of, "", "review_id")
	} else if written, err = made(of); err == nil {
		written, err = changes.AddReview(w, caller, written, of, "", "review_id")
	}
	return imported{review: written, dropped: reading.Dropped(claim), present: written.Created != w.RecordTime()}, ofProperties(err)
}

// madeOf makes the review of a revision of the statement, whose words it leaves out.
func (s *reviews) madeOf(
	w store.Writer, req *statementsv1.ImportClaimReviewRequest, reading claimreview.Reading, of domain.Statement, record domain.Record,
) (domain.Review, error) {
	claim, err := claimOf(w, of, store.Newest)
	if err != nil {
		return domain.Review{}, err
	}
	in := reading.Review(claim)
	in.Verdict = req.GetVerdict()
	if err := rpcserver.Validate(s.validator, in); err != nil {
		return domain.Review{}, err
	}
	review := domain.Review{Record: record, Statement: of.ID}
	var faults errs.Violations
	updateReview(&review, in, "", &faults)
	return review, faults.Err()
}

// ofProperties names the properties of the ClaimReview in place of the fields of
// the review that was made of it.
func ofProperties(err error) error {
	var refused, renamed *errs.Error
	if !errors.As(err, &refused) || refused.Kind != errs.InvalidArgument {
		return err
	}
	var faults errs.Violations
	for _, violation := range refused.Violations {
		path := violation.Field
		field, rest, _ := strings.Cut(path, ".")
		if property := claimreview.Property(field); property != "" {
			path = claimReviewField + "." + property
			if rest != "" && field == "span" {
				path += "." + rest
			}
		}
		faults.Add(path, violation.Reason, "%s", violation.Description)
	}
	if !errors.As(faults.Err(), &renamed) {
		return err // it names no field
	}
	renamed.Reason, renamed.Metadata = refused.Reason, refused.Metadata
	return renamed
}

// importedAgain reads the answer of an import that was done before.
func importedAgain(r store.Reader, done store.Done, req *statementsv1.ImportClaimReviewRequest) (imported, error) {
	review, err := reviewAgain(r, done)
	if err != nil {
		return imported{}, err
	}
	reading, err := claimreview.Read(req.GetClaimReview(), claimReviewField)
	if err != nil {
		return imported{}, err
	}
	of, err := statementAt(r, "name", domain.StatementName(review.Statement), done.RecordTime, true)
	if err != nil {
		return imported{}, err
	}
	claim, err := claimOf(r, of, done.RecordTime)
	return imported{review: review, dropped: reading.Dropped(claim), present: true}, err
}

// ExportClaimReview answers a review as a ClaimReview.
func (s *reviews) ExportClaimReview(ctx context.Context, req *statementsv1.ExportClaimReviewRequest) (*structpb.Struct, error) {
	return recordread.Get(ctx, s.store, req.GetReadTime(), func(r store.Reader, at recordtime.Time) (*structpb.Struct, error) {
		review, err := reviewAt(r, req.GetName(), at, false)
		if err != nil {
			return nil, err
		}
		// What was withdrawn is not said again by way of a review.
		if _, err := statementAt(r, "name", domain.StatementName(review.Statement), at, false); err != nil {
			return nil, err
		}
		of, err := revisionAt(r, review.Statement, review.StatementRevision, at)
		if err != nil {
			return nil, err
		}
		claim, err := claimOf(r, of.Statement, at)
		if err != nil {
			return nil, err
		}
		reviewer, err := nameOf(r, review.ReviewerEntity, review.Reviewer, at)
		if err != nil {
			return nil, err
		}
		return claimreview.Write(reviewToProto(review), reviewer, claim)
	})
}

// claimOf reads what a ClaimReview says of a statement, at a time.
func claimOf(r store.Reader, of domain.Statement, at recordtime.Time) (claimreview.Claim, error) {
	document, _, err := r.Document(of.Document, at)
	if err != nil {
		return claimreview.Claim{}, err
	}
	claim := claimreview.Claim{Statement: statementToProto(of), Document: documentToProto(document)}
	for _, speaker := range of.Speakers {
		who, err := nameOf(r, speaker.Entity, "", at)
		if err != nil {
			return claimreview.Claim{}, err
		}
		if who.Name == "" {
			who.Name = speaker.AttributionText
		}
		if who.Name != "" {
			claim.Speakers = append(claim.Speakers, who)
		}
	}
	return claim, nil
}

// nameOf is who an entity is, by the name that they sign with or else its own.
func nameOf(r store.Reader, entity, signed string, at recordtime.Time) (claimreview.Agent, error) {
	agent := claimreview.Agent{Name: signed}
	if entity == "" {
		return agent, nil
	}
	who, found, err := r.Entity(domain.LastID(entity), at)
	if err != nil || !found {
		return agent, err
	}
	agent.Type = claimreview.Organization
	if who.Type == "PERSON" {
		agent.Type = claimreview.Person
	}
	if agent.Name == "" {
		agent.Name = who.DisplayName
	}
	return agent, nil
}
