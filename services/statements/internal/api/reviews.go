package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const reviewNotFound = "REVIEW_NOT_FOUND"

// reviews answers ReviewService. ClaimReviews are in claim_review.go.
type reviews struct {
	statementsv1.UnimplementedReviewServiceServer
	core
}

// CreateReview puts a review on record.
func (s *reviews) CreateReview(ctx context.Context, req *statementsv1.CreateReviewRequest) (*statementsv1.Review, error) {
	var review domain.Review
	answer, err := run(ctx, s.core, req, write[domain.Review]{
		Method:  "CreateReview",
		Prepare: func() (err error) { review, err = newReview(req); return err },
		Do: func(w store.Writer, caller string) (domain.Review, []string, error) {
			of, err := reviewedStatement(w, req.GetParent())
			if err != nil {
				return domain.Review{}, nil, err
			}
			review.Statement = of.ID
			written, err := changes.AddReview(w, caller, review, of, "review", "review_id")
			return written, []string{written.Name()}, err
		},
		Again: reviewAgain,
	})
	if err != nil {
		return nil, err
	}
	return reviewKind.created(answer, req.GetValidateOnly(), req.GetReviewId() != ""), nil
}

// newReview reads a review to create, without the statement.
func newReview(req *statementsv1.CreateReviewRequest) (domain.Review, error) {
	if err := fieldcheck.NewETag(req.GetReview().GetEtag(), "review.etag"); err != nil {
		return domain.Review{}, err
	}
	var faults errs.Violations
	fieldcheck.Empty(req.GetReview().GetName(), "review.name", fieldcheck.NameNotEmpty, &faults)
	review := domain.Review{Record: newRecord(req.GetReviewId())}
	updateReview(&review, req.GetReview(), "review", &faults)
	return review, faults.Err()
}

// reviewedStatement reads the statement that a new review is of.
func reviewedStatement(w store.Writer, parent string) (domain.Statement, error) {
	statement, err := statementAt(w, "parent", parent, store.Newest, false)
	if err != nil {
		return domain.Statement{}, err
	}
	if statement.RedirectTo != "" {
		return domain.Statement{}, changes.StatementMerged(statement, statement.RedirectTo)
	}
	return statement, nil
}

// reviewAgain reads the answer of a write that was done before.
func reviewAgain(r store.Reader, done store.Done) (domain.Review, error) {
	return reviewAt(r, done.Names[0], done.RecordTime, true)
}

// GetReview answers one review.
func (s *reviews) GetReview(ctx context.Context, req *statementsv1.GetReviewRequest) (*statementsv1.Review, error) {
	return recordread.GetAs(ctx, s.store, req.GetReadTime(), reviewToProto, func(r store.Reader, at recordtime.Time) (domain.Review, error) {
		return reviewAt(r, req.GetName(), at, req.GetShowDeleted())
	})
}

// reviewAt reads a review by the name in the field name.
func reviewAt(r store.Reader, name string, at recordtime.Time, showDeleted bool) (domain.Review, error) {
	statement, id, err := domain.ParseReview(name)
	if err != nil {
		return domain.Review{}, badName("name", err)
	}
	review, found, err := r.Review(statement, id, at)
	if err != nil {
		return domain.Review{}, err
	}
	return review, present(review.Record, found, showDeleted, domain.ReviewType, reviewNotFound, name)
}

// standingReview reads a review that is to change.
func standingReview(w store.Writer, name, etag string) (domain.Review, error) {
	review, err := reviewAt(w, name, store.Newest, false)
	if err != nil {
		return domain.Review{}, err
	}
	return review, review.CheckETag(etag, domain.ReviewType, name)
}

// anyStatement stands for all statements in the parent of a list (AIP-159).
const anyStatement = "statements/-"

// ListReviews answers a page of the reviews of a statement and of those that were
// merged into it, or of all.
func (s *reviews) ListReviews(ctx context.Context, req *statementsv1.ListReviewsRequest) (*statementsv1.ListReviewsResponse, error) {
	read := func(r store.Reader, query store.List) ([]domain.Review, error) {
		if req.GetParent() == anyStatement {
			return r.Reviews(query)
		}
		of, err := statementAt(r, "parent", req.GetParent(), query.At, req.GetShowDeleted())
		if err != nil {
			return nil, err
		}
		ids := []string{of.ID}
		for _, appearance := range of.Appearances {
			ids = append(ids, domain.LastID(appearance.Statement))
		}
		return r.Reviews(query, ids...)
	}
	rows, next, err := list(ctx, s.core, "ListReviews "+req.GetParent(), domain.ReviewFields, req, read)
	if err != nil {
		return nil, err
	}
	return &statementsv1.ListReviewsResponse{Reviews: toProtos(rows, reviewToProto), NextPageToken: next}, nil
}

// UpdateReview changes a review.
func (s *reviews) UpdateReview(ctx context.Context, req *statementsv1.UpdateReviewRequest) (*statementsv1.Review, error) {
	if _, _, err := domain.ParseReview(req.GetReview().GetName()); err != nil {
		return nil, badName("review.name", err)
	}
	return reviewKind.change(ctx, s.core, "UpdateReview", req, func(w store.Writer, caller string) (domain.Review, error) {
		return s.update(w, caller, req)
	})
}

func (s *reviews) update(w store.Writer, caller string, req *statementsv1.UpdateReviewRequest) (domain.Review, error) {
	was, err := standingReview(w, req.GetReview().GetName(), req.GetReview().GetEtag())
	if err != nil {
		return domain.Review{}, err
	}
	if _, err := statementAt(w, "review.name", domain.StatementName(was.Statement), store.Newest, false); err != nil {
		return domain.Review{}, err
	}
	merged, changed, err := fieldmask.Merge(s.updateOf("review", req.GetUpdateMask(), updatableOfReview...), reviewToProto(was), req.GetReview())
	if err != nil || !changed {
		return was, err
	}
	review := was
	var faults errs.Violations
	updateReview(&review, merged, "review", &faults)
	if err := faults.Err(); err != nil {
		return domain.Review{}, err
	}
	return changes.ReviseReview(w, caller, was, review, "review")
}

// DeleteReview retracts a review.
func (s *reviews) DeleteReview(ctx context.Context, req *statementsv1.DeleteReviewRequest) (*statementsv1.Review, error) {
	return reviewKind.change(ctx, s.core, "DeleteReview", req, func(w store.Writer, caller string) (domain.Review, error) {
		review, err := standingReview(w, req.GetName(), req.GetEtag())
		if err != nil {
			return review, err
		}
		return changes.RetractReview(w, caller, review, domain.Correction{Kind: domain.Retracted, Reason: req.GetReason()})
	})
}
