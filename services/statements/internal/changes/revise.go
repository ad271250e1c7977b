package changes

import (
	"strconv"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// maxRevisedFamily is how many statements may be reported in one whose place in
// another changes: the depth of all of them is checked.
const maxRevisedFamily = 5_000

// Revise checks what a statement is to say from now on, and returns it as it can be
// put on record: with the record of before, and what only the service sets. next is
// verified; its speakers who are as in model keep the roles that were found for them.
//
// Errors: those of Apply for a statement; FAILED_PRECONDITION STATEMENT_MERGED,
// STATEMENTS_DIFFER if others with the same words are merged into the statement and
// the words change, STATEMENT_HAS_CHILDREN if it moves to another version without
// those that are reported in it; ABORTED NAME_STAGED if it moves, or others get
// deeper, while an ingest that is not finished needs one of them.
func Revise(w store.Writer, before domain.Statement, next Statement, model domain.Statement) (domain.Statement, error) {
	if before.IsMerged() {
		return before, StatementMerged(before, before.RedirectTo)
	}
	next.Record = before.Record
	next.Appearances, next.FirstAppearance = before.Appearances, before.FirstAppearance
	next.Statement = next.KeepAnchors(before)
	var faults errs.Violations
	if err := NewReferences(w).complete(&next, &before, &model, &faults); err != nil {
		return before, err
	}
	if err := checkFamily(w, before, next, &faults); err != nil {
		return before, err
	}
	if err := faults.Err(); err != nil {
		return before, err
	}
	if len(before.Appearances) > 0 {
		if field := next.DifferentWords(before); field != "" {
			return before, errs.New(errs.FailedPrecondition, "STATEMENTS_DIFFER",
				"the same words are merged into %s as its appearances: undo those merges before its words change", before.Name()).
				About(domain.StatementType, before.Name()).With("field", field)
		}
	}
	if next.VersionName() == before.VersionName() && next.Passages().Key() == before.Passages().Key() {
		next.LatestAnchor = before.LatestAnchor
		return next.Statement, nil
	}
	return Reanchored(w, next.Statement)
}

// checkFamily checks the statement in which another is reported, and those that are
// reported in it.
func checkFamily(w store.Writer, before domain.Statement, next Statement, faults *errs.Violations) error {
	moves := before.VersionName() != next.VersionName()
	if !moves && before.Parent == next.Parent {
		return nil
	}
	p := parents{w: w, batch: map[string]Statement{next.Name(): next}, depth: map[string]int{}}
	if err := p.check(next, faults); err != nil || faults.Len() > 0 {
		return err
	}
	above := 0
	if next.Parent != "" {
		level, err := p.level(next.Statement)
		if err != nil {
			return err
		}
		above = level - 1
	}
	below, family, err := generations(w, next.Name())
	if err != nil {
		return err
	}
	// A staged statement was checked as one that is reported in them where they are.
	if err := w.CheckUnused(family...); err != nil {
		return err
	}
	switch {
	case moves && below > 0:
		return errs.New(errs.FailedPrecondition, "STATEMENT_HAS_CHILDREN",
			"%s cannot move to another version: others are reported in it", before.Name()).About(domain.StatementType, before.Name())
	case above+1+below > domain.MaxDepth:
		faults.Add(errs.JoinPath(next.Path, "parent_statement"), "PARENT_TOO_DEEP",
			"statements may be reported in each other at most %d levels deep", domain.MaxDepth)
	}
	return nil
}

// generations counts how deep others are reported in a statement. family are the
// names of all of them, its own first.
func generations(r store.Reader, name string) (count int, family []string, err error) {
	order, err := listquery.ParseOrder(domain.StatementFields, "create_time")
	if err != nil {
		return 0, nil, err
	}
	family = []string{name}
	for names := []string{name}; len(names) > 0; count++ {
		var children []string
		for _, parent := range names {
			filter, err := listquery.ParseFilter(domain.StatementFields, "parent_statement = "+strconv.Quote(parent))
			if err != nil {
				return 0, nil, err
			}
			found, err := r.Statements(store.List{
				At: store.Newest, Filter: filter, Order: order, Limit: maxRevisedFamily + 1, ShowDeleted: true, ShowDeprecated: true,
			})
			if err != nil {
				return 0, nil, err
			}
			for _, child := range found {
				if !child.IsDeleted() {
					children = append(children, child.Name())
				}
			}
		}
		if family = append(family, children...); len(family) > maxRevisedFamily {
			return 0, nil, errs.New(errs.FailedPrecondition, TooManyFacts,
				"more than %d statements are reported in %s: their depth cannot be checked", maxRevisedFamily, name).
				About(domain.StatementType, name)
		}
		if len(children) == 0 {
			return count, family, nil
		}
		names = children
	}
	return count, family, nil
}
