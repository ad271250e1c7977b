package tables

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// EraseParts erases parts of a statement in every revision, and their words from
// the index.
func (w writer) EraseParts(id string, parts store.Parts, erasure domain.Erasure) error {
	changed := false
	var gone []int64 // the revisions that are erased
	var before domain.Statement
	newest, err := everyRevision(w, statementTable, id, statementFields, func(row revtable.Row, was domain.Statement) error {
		now := without(was, parts, erasure)
		if tellsOf(before, was, parts) {
			now.Change.Comment = ""
		}
		before = was
		erased := now.Erased != nil && was.Erased == nil
		if erased {
			gone = append(gone, row.Revision)
		}
		if !erased && len(now.Appearances) == len(was.Appearances) && now.Change == was.Change {
			return nil
		}
		changed = true
		return w.rewriteStatement(row, was, now)
	})
	if err != nil || !changed {
		return err
	}
	if len(gone) > 0 {
		if err := w.replay(id); err != nil {
			return err
		}
		if err := w.replaceCorrectionEntities(id); err != nil {
			return err
		}
		if err := w.eraseWordsOn(id, gone, erasure); err != nil {
			return err
		}
	}
	last := without(newest, parts, erasure)
	if last.Retraction != nil && last.Retraction.Revision == 0 {
		why := *last.Retraction
		why.Revision, last.Retraction = last.Revision, &why
	}
	last.Record = last.Next(w.tx.RecordTime()).As(domain.TagErase, "")
	return w.PutStatement(last, erasure.Caller)
}

// tellsOf says whether the reason of a change is about parts that are erased: it
// moved the statement away from them, or one of them came or went by a merge.
func tellsOf(before, now domain.Statement, parts store.Parts) bool {
	if before.Revision == 0 {
		return false
	}
	if parts.Document != "" && before.Document == parts.Document {
		return true
	}
	has := func(all []domain.Appearance, one domain.Appearance) bool {
		return slices.ContainsFunc(all, func(a domain.Appearance) bool { return a.Statement == one.Statement })
	}
	for _, appearance := range before.Appearances {
		if isPart(appearance, parts) && !has(now.Appearances, appearance) {
			return true
		}
	}
	for _, appearance := range now.Appearances {
		if isPart(appearance, parts) && !has(before.Appearances, appearance) {
			return true
		}
	}
	return false
}

// isPart says whether an appearance is erased.
func isPart(a domain.Appearance, parts store.Parts) bool {
	return parts.Document != "" && a.Document == parts.Document || slices.Contains(parts.Statements, a.Statement)
}

// without is what is left of a revision.
func without(was domain.Statement, parts store.Parts, erasure domain.Erasure) domain.Statement {
	if parts.Document != "" && was.Document == parts.Document {
		return bareStatement(was, erasure)
	}
	now := was
	now.Appearances = slices.DeleteFunc(slices.Clone(was.Appearances), func(a domain.Appearance) bool { return isPart(a, parts) })
	if document, _, err := domain.ParseVersion(now.FirstAppearance); err == nil && len(now.Appearances) < len(was.Appearances) &&
		!slices.ContainsFunc(now.Appearances, func(a domain.Appearance) bool { return a.Document == document }) {
		now.FirstAppearance = "" // its own
	}
	return now
}

// eraseWordsOn erases the reviews of some revisions of a statement, which are erased,
// and the words of the corrections that made them or changed them.
func (w writer) eraseWordsOn(statement string, revisions []int64, erasure domain.Erasure) error {
	names, err := w.eraseReviews(statement, erasure, erasure.Caller, func(review domain.Review) bool {
		return slices.Contains(revisions, review.StatementRevision)
	})
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := w.EraseCorrections(name); err != nil {
			return err
		}
	}
	return w.eraseCorrections("SELECT snapshot FROM corrections WHERE subject = ?", func(c domain.Correction) bool {
		return slices.Contains(revisions, c.PreviousRevision) || slices.Contains(revisions, c.NewRevision)
	}, domain.StatementName(statement))
}

// eraseMergeComments takes from statements the reasons for which they were merged
// into one that is erased, or were parted from it.
func (w writer) eraseMergeComments(ids []string, into string) error {
	for _, id := range ids {
		before := ""
		_, err := everyRevision(w, statementTable, id, statementFields, func(row revtable.Row, was domain.Statement) error {
			told := was.RedirectTo != before && (was.RedirectTo == into || before == into)
			before = was.RedirectTo
			if !told || was.Change.Comment == "" {
				return nil
			}
			now := was
			now.Change.Comment = ""
			return w.rewriteStatement(row, was, now)
		})
		if err != nil {
			return err
		}
	}
	return nil
}
