package changes

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Reasons of a merge that makes no sense.
const (
	// MergeCircle is that of what would be merged into what was merged into it.
	MergeCircle = "MERGE_CIRCLE"
	// SameStatement is that of a statement that would be merged into itself.
	SameStatement = "SAME_STATEMENT"
)

// Merge makes a statement an appearance of another, target, and returns that one;
// with it go those that were merged into the statement before. What is merged
// already is left as it is. reason is why, for the revisions.
//
// Errors: INVALID_ARGUMENT SAME_STATEMENT, MERGE_CIRCLE; FAILED_PRECONDITION ALREADY_MERGED,
// STATEMENT_MERGED, STATEMENTS_DIFFER, TOO_MANY_APPEARANCES, EMBARGOED.
func Merge(w store.Writer, caller string, statement, target domain.Statement, reason string) (domain.Statement, error) {
	if statement.RedirectTo == target.Name() {
		return target, nil
	}
	if err := checkMerge(w, statement, target); err != nil {
		return target, err
	}
	created, err := createdOf(w, statement, target)
	if err != nil {
		return target, err
	}
	target = target.Take(statement, created)
	if target, err = put(w, caller, target, domain.Change{Tag: domain.TagMerge, Comment: reason}); err != nil {
		return target, err
	}
	statement.RedirectTo = target.Name()
	_, err = put(w, caller, statement, domain.Change{Tag: domain.TagMerge, Comment: reason})
	return target, err
}

func checkMerge(r store.Reader, statement, target domain.Statement) error {
	fault := func(kind errs.Kind, reason, format string, args ...any) *errs.Error {
		return errs.New(kind, reason, format, args...).About(domain.StatementType, statement.Name())
	}
	if statement.Name() == target.Name() {
		return errs.Invalid("target", SameStatement, "a statement cannot be merged into itself")
	}
	if statement.IsMerged() {
		return fault(errs.FailedPrecondition, AlreadyMerged, "%s is merged into %s: undo that first", statement.Name(), statement.RedirectTo)
	}
	if target.IsMerged() {
		return intoMerged(r, statement, target)
	}
	if err := checkMergeEmbargo(r, statement, target); err != nil {
		return err
	}
	if field, same := statement.SameSaying(target); !same {
		return fault(errs.FailedPrecondition, "STATEMENTS_DIFFER",
			"%s and %s differ in %s: only the same words of the same speakers are one statement; link them instead",
			statement.Name(), target.Name(), field).With("field", field)
	}
	if count := len(target.Appearances) + 1 + len(statement.Appearances); count > domain.MaxAppearances {
		return fault(errs.FailedPrecondition, "TOO_MANY_APPEARANCES", "%s would have %d appearances, the limit is %d",
			target.Name(), count, domain.MaxAppearances)
	}
	return nil
}

// intoMerged refuses a target that is merged itself.
func intoMerged(r store.Reader, statement, target domain.Statement) error {
	root := target
	for range domain.MaxAppearances {
		if !root.IsMerged() {
			break
		}
		next, _, err := r.Statement(domain.LastID(root.RedirectTo), store.Newest)
		if err != nil {
			return err
		}
		root = next
	}
	if root.Name() == statement.Name() {
		return errs.Invalid("target", MergeCircle, "%s is merged into %s: undo that first", target.Name(), statement.Name())
	}
	return StatementMerged(target, root.Name())
}

// StatementMerged is the error of a change of a statement that was merged: it is
// an appearance of another, into.
func StatementMerged(statement domain.Statement, into string) error {
	return errs.New(errs.FailedPrecondition, "STATEMENT_MERGED", "%s is merged into %s: name that one, or undo the merge",
		statement.Name(), into).About(domain.StatementType, statement.Name()).With("redirect_to", into)
}

// Unmerge undoes a merge and returns the statement, which stands by itself again:
// with the appearances that it had before, and not among those of the statements
// it was merged into.
//
// FAILED_PRECONDITION: NOT_MERGED.
func Unmerge(w store.Writer, caller string, statement domain.Statement, reason string) (domain.Statement, error) {
	if !statement.IsMerged() {
		return statement, errs.New(errs.FailedPrecondition, NotMerged, "%s is not merged into another", statement.Name()).
			About(domain.StatementType, statement.Name())
	}
	change := domain.Change{Tag: domain.TagUnmerge, Comment: reason}
	var listed []domain.Appearance
	for above := statement.RedirectTo; above != ""; {
		holder, _, err := w.Statement(domain.LastID(above), store.Newest)
		if err != nil {
			return statement, err
		}
		above = holder.RedirectTo
		if holder.IsDeleted() || len(holder.Appearances) == 0 {
			continue // a tombstone stays as it is
		}
		created, err := createdOf(w, holder)
		if err != nil {
			return statement, err
		}
		holder, dropped := holder.Drop(statement, created)
		if _, err := put(w, caller, holder, change); err != nil {
			return statement, err
		}
		listed = dropped
	}
	statement.RedirectTo = ""
	// While it stood aside, entities that it names may have been merged.
	if err := NewReferences(w).Follow(&statement); err != nil {
		return statement, err
	}
	statement, err := reanchored(w, statement, listed)
	if err != nil {
		return statement, err
	}
	return put(w, caller, statement, change)
}

// reanchored gives a statement that stands by itself again, and those that are merged
// into it, the spans and the anchors that they had where they were listed; its own
// anchor is found anew where the texts are stored.
func reanchored(r store.Reader, statement domain.Statement, dropped []domain.Appearance) (domain.Statement, error) {
	listed := map[string]domain.Appearance{}
	for _, appearance := range dropped {
		listed[appearance.Statement] = appearance
	}
	statement.Appearances = slices.Clone(statement.Appearances)
	for i, appearance := range statement.Appearances {
		if as, known := listed[appearance.Statement]; known {
			statement.Appearances[i] = as
		}
	}
	as, own := listed[statement.Name()]
	if own {
		statement.Contents, statement.Cue, statement.SourceMentions = as.Contents, as.Cue, as.SourceMentions
	}
	statement, err := Reanchored(r, statement)
	if anchor := as.LatestAnchor; anchor != nil && statement.LatestAnchor != nil &&
		statement.LatestAnchor.State == domain.Unverified && anchor.Version == statement.LatestAnchor.Version {
		// The text of the newest version was there when it came, and is withheld.
		statement.LatestAnchor = statement.LatestAnchor.With(*anchor)
	}
	return statement, err
}

// put puts the next revision of a statement on record.
func put(w store.Writer, caller string, statement domain.Statement, change domain.Change) (domain.Statement, error) {
	statement.Record = statement.Next(w.RecordTime()).As(change.Tag, change.Comment)
	return statement, w.PutStatement(statement, caller)
}

// createdOf says when statements and those that are merged into them were put on
// record, by name.
func createdOf(r store.Reader, statements ...domain.Statement) (map[string]recordtime.Time, error) {
	created := map[string]recordtime.Time{}
	var ids []string
	for _, statement := range statements {
		created[statement.Name()] = statement.Created
		for _, appearance := range statement.Appearances {
			ids = append(ids, domain.LastID(appearance.Statement))
		}
	}
	merged, err := r.StatementsByID(ids, store.Newest)
	for _, statement := range merged {
		created[statement.Name()] = statement.Created
	}
	return created, err
}
