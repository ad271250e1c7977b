package changes

import (
	"math"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// AddReview puts a review of a statement, which stands, on record. path is the
// field of the review in the request, idField the one that chose its id.
//
// Errors: ALREADY_EXISTS REVIEW_EXISTS; INVALID_ARGUMENT as domain.Review.Prepare
// and REFERENCE_NOT_FOUND.
func AddReview(
	w store.Writer, caller string, review domain.Review, of domain.Statement, path, idField string,
) (domain.Review, error) {
	present, found, err := w.Review(review.Statement, review.ID, store.Newest)
	if err != nil {
		return domain.Review{}, err
	}
	if found {
		return domain.Review{}, exists(domain.ReviewType, "REVIEW_EXISTS", review.Name(), idField, present.Record)
	}
	prepared, err := checkReview(w, review, of, path, true)
	if err != nil {
		return domain.Review{}, err
	}
	prepared.StatementRevision = of.Revision
	prepared.Record = prepared.First(w.RecordTime())
	prepared.Restricted = of.Restricted
	return prepared, w.PutReview(prepared, caller)
}

// AddReviewOnce is AddReview of a review whose id follows from what it says: one that is on
// record and says it still is answered as it is. It may have another id: a chosen one, or one
// from before ids followed. made makes the review of a revision of the statement.
func AddReviewOnce(
	w store.Writer, caller string, made func(domain.Statement) (domain.Review, error), of domain.Statement, path, idField string,
) (domain.Review, error) {
	review, err := made(of)
	if err != nil {
		return domain.Review{}, err
	}
	present, found, err := w.Review(review.Statement, review.ID, store.Newest)
	if err != nil {
		return domain.Review{}, err
	}
	standing := []domain.Review{present}
	if !found {
		if standing, err = w.StandingReviews([]string{of.ID}, store.Newest, math.MaxInt32); err != nil {
			return domain.Review{}, err
		}
	}
	again := map[int64]*domain.Review{} // by the revision of the statement, which may have been corrected since
	for _, present := range standing {
		if present.IsDeleted() {
			continue
		}
		same, known := again[present.StatementRevision]
		if !known {
			if same, err = madeAgain(w, of.ID, present.StatementRevision, made); err != nil {
				return domain.Review{}, err
			}
			again[present.StatementRevision] = same
		}
		if same != nil && same.Says(present) {
			return present, nil
		}
	}
	return AddReview(w, caller, review, of, path, idField)
}

// madeAgain is what is made of a revision of a statement; nil if it could not be a review of
// that one.
func madeAgain(w store.Writer, id string, revision int64, made func(domain.Statement) (domain.Review, error)) (*domain.Review, error) {
	of, found, err := w.Revision(id, revision, store.Newest)
	if err != nil || !found {
		return nil, err
	}
	review, err := made(of.Statement)
	if err == nil {
		review, err = checkReview(w, review, of.Statement, "", false)
	}
	if errs.Is(err, errs.InvalidArgument) {
		return nil, nil //nolint:nilnil // none
	}
	return &review, err
}

// ReviseReview puts the next revision of a review on record. It is checked against
// the revision of the statement that was reviewed. Errors as of AddReview.
func ReviseReview(w store.Writer, caller string, was, review domain.Review, path string) (domain.Review, error) {
	of, found, err := w.Revision(review.Statement, review.StatementRevision, store.Newest)
	if err != nil {
		return domain.Review{}, err
	}
	if !found {
		return domain.Review{}, domain.NotFound(domain.RevisionType, "REVISION_NOT_FOUND",
			domain.RevisionName(review.Statement, review.StatementRevision))
	}
	prepared, err := checkReview(w, review, of.Statement, path, review.ReviewerEntity != was.ReviewerEntity)
	if err != nil {
		return domain.Review{}, err
	}
	prepared.Record = prepared.Next(w.RecordTime()).As(domain.TagUpdate, "")
	return prepared, w.PutReview(prepared, caller)
}

// RetractReview retracts a review, and puts on record why. Of why the kind, the reason
// and the notice count.
func RetractReview(w store.Writer, caller string, review domain.Review, why domain.Correction) (domain.Review, error) {
	of, _, err := w.Statement(review.Statement, store.Newest)
	if err != nil {
		return review, err
	}
	why.Document, why.Caller = domain.DocumentName(of.Document), caller
	if review.Record, err = Withdraw(w, review.Record, review.Name(), why); err != nil {
		return review, err
	}
	return review, w.PutReview(review, caller)
}

// checkReview checks a review with what it refers to.
func checkReview(w store.Writer, review domain.Review, of domain.Statement, path string, newEntity bool) (domain.Review, error) {
	var faults errs.Violations
	review.CheckRating(path, &faults)
	prepared, err := review.Prepare(path, of)
	faults.AddErr("", err)
	if review.ReviewerEntity != "" && newEntity {
		entity, found, err := w.Entity(domain.LastID(review.ReviewerEntity), store.Newest)
		if err != nil {
			return domain.Review{}, err
		}
		if fault := absent(entity.Record, found); fault != "" {
			faults.Add(errs.JoinPath(path, "reviewer_entity"), ReferenceNotFound, "%s %s", review.ReviewerEntity, fault)
		}
	}
	return prepared, faults.Err()
}
