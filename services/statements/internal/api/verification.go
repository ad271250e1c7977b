package api

import (
	"context"
	"strconv"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const (
	// maxVerified is how many statements of one version are verified at once.
	maxVerified = 5000
	// maxMismatches is how many mismatches are listed; all are counted.
	maxMismatches = 100
)

// verification answers VerificationService.
type verification struct {
	statementsv1.UnimplementedVerificationServiceServer
	core
}

// VerifyStatements verifies the statements of a version with its text. Nothing
// is written, and no transaction is taken, unless there is something to write.
func (v *verification) VerifyStatements(
	ctx context.Context, req *statementsv1.VerifyStatementsRequest,
) (*statementsv1.VerifyStatementsResponse, error) {
	document, number, err := domain.ParseVersion(req.GetDocumentVersion())
	if err != nil {
		return nil, badName("document_version", err)
	}
	text, err := domain.ParseText(req.GetSourceText(), "source_text")
	if err != nil {
		return nil, err
	}
	brought := broughtText{document: document, version: number, text: text, known: changes.Anchors{}}
	var found *findings
	now, err := v.store.Present(ctx)
	if err != nil {
		return nil, err
	}
	err = v.read(ctx, func(r store.Reader) error {
		found, err = brought.verify(r, now.Written)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !found.anything() || req.GetValidateOnly() {
		return found.answer, nil
	}
	err = v.store.Write(ctx, func(w store.Writer) error {
		// Again, for what came in between.
		if found, err = brought.verify(w, store.Newest); err != nil {
			return err
		}
		return found.write(w, caller.ID(ctx))
	})
	if err != nil {
		return nil, err
	}
	return found.answer, nil
}

// broughtText is a text that is said to be that of a version.
type broughtText struct {
	document string
	version  int64
	text     sourcetext.Text
	// known is where statements on older versions stand in it.
	known changes.Anchors
}

// findings are what comparing a version's statements with its text finds.
type findings struct {
	// verified are the statements that get a revision.
	verified []domain.Statement
	// reviews are those of statements on the version whose span was found.
	reviews []domain.Review
	answer  *statementsv1.VerifyStatementsResponse
	// Of the newest version: where the statements on older ones stand in it, which was
	// not known if its text is withheld, or if they are from before it was looked for.
	document domain.Document
	newest   domain.Version
	anchors  changes.Anchors
	moved    bool // what is found is new
}

// anything reports whether there is something to write.
func (f *findings) anything() bool { return len(f.verified) > 0 || len(f.reviews) > 0 || f.moved }

// verify compares the statements that stood on the version at a time.
func (b broughtText) verify(r store.Reader, at recordtime.Time) (*findings, error) {
	document, err := documentAt(r, "name", domain.DocumentName(b.document), at, false)
	if err != nil {
		return nil, err
	}
	version, found, err := r.Version(b.document, b.version, at, false)
	if err != nil {
		return nil, err
	}
	name := domain.VersionName(b.document, b.version)
	if err := present(domain.Record{}, found, false, domain.VersionType, versionNotFound, name); err != nil {
		return nil, err
	}
	if sum := b.text.SHA256(); sum != version.SHA256 {
		return nil, errs.Invalid("source_text", domain.TextHashMismatch,
			"the text in normal form (NFC, LF) has the SHA-256 %s, that of %s has %s", sum, name, version.SHA256)
	}
	statements, err := statementsOn(r, name, at)
	if err != nil {
		return nil, err
	}
	compared := b.compare(statements, name, document.TextWithheld)
	if compared.reviews, err = b.reviews(r, at, statements, name, document.TextWithheld); err != nil {
		return nil, err
	}
	if version.Number > 1 && document.LatestVersion == version.Number {
		compared.document, compared.newest = document, version
		compared.anchors, compared.moved, err = changes.FindBrought(r, at, document, version, &b.text, b.known)
	}
	return compared, err
}

// statementsOn reads all statements that stand on a version. FAILED_PRECONDITION,
// reason TOO_MANY_FACTS, if there are more than maxVerified.
func statementsOn(r store.Reader, version string, at recordtime.Time) ([]domain.Statement, error) {
	filter, err := listquery.ParseFilter(domain.StatementFields, "document_version = "+strconv.Quote(version))
	if err != nil {
		return nil, err
	}
	order, err := listquery.ParseOrder(domain.StatementFields, "create_time")
	if err != nil {
		return nil, err
	}
	statements, err := r.Statements(store.List{At: at, Filter: filter, Order: order, Limit: maxVerified + 1, ShowDeprecated: true})
	if err == nil && len(statements) > maxVerified {
		err = errs.New(errs.FailedPrecondition, changes.TooManyFacts, "more than %d statements stand on %s", maxVerified, version).
			About(domain.VersionType, version)
	}
	return statements, err
}

// compare compares the spans that statements have on the version with the text.
func (b broughtText) compare(statements []domain.Statement, version string, withheld bool) *findings {
	found := &findings{answer: &statementsv1.VerifyStatementsResponse{}}
	source := domain.Source{Length: b.text.Len(), Text: &b.text}
	for _, statement := range statements {
		verified, mismatches := statement.VerifyOn(version, source, withheld)
		switch {
		case len(mismatches) > 0:
			found.answer.MismatchCount++
			found.mismatch(statement.Name(), mismatches)
		case statement.AnchoredOn(version):
			found.answer.AnchoredCount++
		default:
			found.answer.VerifiedCount++
			found.verified = append(found.verified, verified)
		}
	}
	return found
}

// reviews compares the spans of reviews that were not verified yet with the text, of
// statements on the version and of what was merged into them, and returns those that
// match. FAILED_PRECONDITION, reason TOO_MANY_FACTS, if there are more than maxVerified
// reviews.
func (b broughtText) reviews(
	r store.Reader, at recordtime.Time, statements []domain.Statement, version string, withheld bool,
) (found []domain.Review, err error) {
	var ids []string
	for _, statement := range statements {
		ids = append(ids, statement.ID)
		for _, appearance := range statement.Appearances {
			ids = append(ids, domain.LastID(appearance.Statement))
		}
	}
	reviews, err := r.StandingReviews(ids, at, maxVerified+1)
	if err != nil {
		return nil, err
	}
	if len(reviews) > maxVerified {
		return nil, errs.New(errs.FailedPrecondition, changes.TooManyFacts, "the statements on %s have more than %d reviews", version, maxVerified)
	}
	source := domain.Source{Length: b.text.Len(), Text: &b.text}
	for _, review := range reviews {
		if review.Span == nil || review.Span.Anchored {
			continue
		}
		of, known, err := r.Revision(review.Statement, review.StatementRevision, at)
		if err != nil {
			return nil, err
		}
		if !known || of.Statement.VersionName() != version {
			continue // a passage of another text
		}
		if verified, ok := review.Verify(of.Statement, source, withheld); ok {
			found = append(found, verified)
		}
	}
	return found, nil
}

func (f *findings) mismatch(name string, mismatches []domain.Mismatch) {
	room := maxMismatches - len(f.answer.GetMismatches())
	for _, m := range mismatches[:min(room, len(mismatches))] {
		f.answer.Mismatches = append(f.answer.Mismatches, &statementsv1.VerifyStatementsResponse_Mismatch{
			Statement: name, Field: m.Field, Description: m.Description,
		})
	}
}

// write puts the verified statements on record.
func (f *findings) write(w store.Writer, caller string) error {
	for _, statement := range f.verified {
		statement.Record = statement.Next(w.RecordTime()).As(domain.TagVerify, "")
		if err := w.PutStatement(statement, caller); err != nil {
			return err
		}
	}
	for _, review := range f.reviews {
		review.Record = review.Next(w.RecordTime()).As(domain.TagVerify, "")
		if err := w.PutReview(review, caller); err != nil {
			return err
		}
	}
	if f.moved {
		if err := changes.Reanchor(w, caller, f.document, f.newest, f.anchors); err != nil {
			return err
		}
	}
	if f.anything() {
		f.answer.RecordTime = timeToProto(w.RecordTime())
	}
	return nil
}
