package api

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// correctable are the fields that a correction changes: all that CreateStatement
// takes.
var correctable = []protoreflect.Name{
	"document_version", "statement_type", "text", "language_code", "contents", "cue", "source_mentions", "speakers",
	"audience", "event", "location", "statement_time", "parent_statement", "comment", "original_text",
	"original_language_code", "translator", "topics", "links", "rank", "rank_reason", "references", "qualifiers", "extraction",
}

// corrected is a statement before and after a correction, with the correction.
type corrected struct {
	statement  domain.Statement
	correction domain.Correction
}

// CorrectStatement changes what a statement says.
func (c *corrections) CorrectStatement(
	ctx context.Context, req *statementsv1.CorrectStatementRequest,
) (*statementsv1.CorrectStatementResponse, error) {
	if err := c.checkCorrect(req); err != nil {
		return nil, err
	}
	var answer corrected
	err := retryStale(func() (err error) {
		var set changes.Set
		answer, err = run(ctx, c.core, req, write[corrected]{
			Method:  "CorrectStatement",
			Prepare: func() (err error) { set, err = c.prepareCorrect(ctx, req); return err },
			Do: func(w store.Writer, caller string) (corrected, []string, error) {
				return correct(w, caller, req, set.Statements[0])
			},
			Again: correctedAgain,
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &statementsv1.CorrectStatementResponse{
		Statement: statementToProto(answer.statement), Correction: fullCorrection(answer.correction),
	}
	if req.GetValidateOnly() {
		out.Statement.Etag, out.Statement.UpdateTime = "", nil
		notWritten(out.GetCorrection())
	}
	return out, nil
}

// checkCorrect refuses what needs no look at the record.
func (c *corrections) checkCorrect(req *statementsv1.CorrectStatementRequest) error {
	if _, err := parseName("name", req.GetName(), domain.ParseStatement); err != nil {
		return err
	}
	if err := notWithdrawn(req.GetKind(), "RETRACTION is made by DeleteStatement, KILL by CorrectDocument",
		typev1.Correction_RETRACTION, typev1.Correction_KILL); err != nil {
		return err
	}
	var faults errs.Violations
	if name := req.GetStatement().GetName(); name != "" && name != req.GetName() {
		faults.Add("statement.name", fieldcheck.NameNotEmpty, "names another statement: leave it empty")
	}
	if req.GetStatement() == nil {
		faults.Add("statement", domain.FieldRequired, "is required: the statement with its new values")
	}
	if one, other := req.GetEtag(), req.GetStatement().GetEtag(); one != "" && other != "" && one != other {
		faults.Add("etag", domain.Contradictory, "is not statement.etag: set one of the two")
	}
	return faults.Err()
}

// correctedETag is the state that a correction is meant for; "" is whatever it is in.
func correctedETag(req *statementsv1.CorrectStatementRequest) string {
	return cmp.Or(req.GetEtag(), req.GetStatement().GetEtag())
}

// notWithdrawn refuses kinds that another method makes.
func notWithdrawn(kind typev1.Correction_Kind, how string, others ...typev1.Correction_Kind) error {
	if slices.Contains(others, kind) {
		return errs.Invalid("kind", "KIND_NOT_APPLICABLE", "%s", how)
	}
	return nil
}

// errStale says that a statement changed between the preparation of its
// correction and the writing.
var errStale = errors.New("the statement changed meanwhile")

// maxStale is how often a correction is prepared anew.
const maxStale = 10

// retryStale does a write again while others change the same statement.
func retryStale(write func() error) (err error) {
	for range maxStale {
		if err = write(); !errors.Is(err, errStale) {
			return err
		}
	}
	return errs.New(errs.Aborted, domain.ETagMismatch, "the statement is changed by others all the time: try again").NotWritten()
}

// prepareCorrect merges a correction into the statement as it is and verifies the
// result as a create is verified.
func (c *corrections) prepareCorrect(ctx context.Context, req *statementsv1.CorrectStatementRequest) (changes.Set, error) {
	before, err := c.standing(ctx, req.GetName(), correctedETag(req))
	if err != nil {
		return changes.Set{}, err
	}
	current := statementToProto(before)
	update := c.updateOf("statement", req.GetUpdateMask(), correctable...)
	merged, changed, err := fieldmask.Merge(update, current, req.GetStatement())
	if err != nil {
		return changes.Set{}, err
	}
	if !changed {
		return changes.Set{}, nothingCorrected(req.GetName())
	}
	if before.HasDerivedText() && merged.GetText() == current.GetText() {
		merged.Text = "" // it follows from the passages
	}
	merged.Name, merged.Etag = "", ""
	set, err := c.prepare(ctx, req.GetSourceText(), []newStatement{{in: merged, path: "statement"}})
	if err != nil {
		return changes.Set{}, err
	}
	set.Statements[0].Record = before.Record
	return set, nil
}

// standing reads a statement that is to change, before the transaction in which it
// does.
func (c core) standing(ctx context.Context, name, etag string) (domain.Statement, error) {
	return recordread.Get(ctx, c.store, nil, func(r store.Reader, at recordtime.Time) (domain.Statement, error) {
		statement, err := statementAt(r, "name", name, at, false)
		if err != nil {
			return statement, err
		}
		return statement, statement.CheckETag(etag, domain.StatementType, name)
	})
}

func nothingCorrected(name string) error {
	return errs.New(errs.InvalidArgument, "NOTHING_CORRECTED", "%s says that already", name).About(domain.StatementType, name)
}

// correct writes a prepared correction.
func correct(
	w store.Writer, caller string, req *statementsv1.CorrectStatementRequest, prepared changes.Statement,
) (corrected, []string, error) {
	before, err := standingStatement(w, req.GetName(), correctedETag(req))
	if err != nil {
		return corrected{}, nil, err
	}
	if before.Revision != prepared.Revision {
		return corrected{}, nil, errStale
	}
	correction := domain.Correction{
		Kind: req.GetKind().String(), Reason: req.GetReason(), Caller: caller,
		NoticeText: req.GetNoticeText(), NoticeVersion: req.GetNoticeDocumentVersion(),
	}
	if err := changes.CheckNotice(w, before.Document, correction.NoticeVersion); err != nil {
		return corrected{}, nil, err
	}
	after, err := changes.Revise(w, before, prepared, before)
	if err != nil {
		return corrected{}, nil, err
	}
	if proto.Equal(statementToProto(after), statementToProto(before)) {
		return corrected{}, nil, nothingCorrected(req.GetName())
	}
	after.Record = before.Next(w.RecordTime()).As(domain.TagCorrect, req.GetReason())
	correction.Subject, correction.Document = after.Name(), domain.DocumentName(after.Document)
	correction.PreviousRevision, correction.NewRevision, correction.Restricted = before.Revision, after.Revision, after.Restricted
	if correction, err = changes.Correct(w, correction); err != nil {
		return corrected{}, nil, err
	}
	return corrected{after, correction}, []string{after.Name(), correction.Name()}, w.PutStatement(after, caller)
}

// correctedAgain reads the answer of a correction that was made before.
func correctedAgain(r store.Reader, done store.Done) (answer corrected, err error) {
	if answer.statement, err = statementAt(r, "name", done.Names[0], done.RecordTime, true); err != nil {
		return answer, err
	}
	answer.correction, _, err = r.Correction(domain.LastID(done.Names[1]), done.RecordTime)
	return answer, err
}
