package changes

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// AlreadyMerged is the reason of an entity that is to change and was merged into
// another.
const AlreadyMerged = "ALREADY_MERGED"

// NotMerged is the reason for which what was not merged is not unmerged.
const NotMerged = "NOT_MERGED"

// EntityMerge is a merge of one entity into another.
type EntityMerge struct {
	Entity domain.Entity // to be merged, as it stands
	Target string        // name
	Reason string
	// Reattribution is the record of what it does to statements: its ID and UID are
	// set.
	Reattribution domain.Record
}

// Unmerged refuses to change an entity that was merged: FAILED_PRECONDITION,
// ALREADY_MERGED.
func Unmerged(entity domain.Entity) error {
	if entity.RedirectTo == "" {
		return nil
	}
	return errs.New(errs.FailedPrecondition, AlreadyMerged, "%s was merged into %s", entity.Name(), entity.RedirectTo).
		About(domain.EntityType, entity.Name()).With("redirect_to", entity.RedirectTo)
}

// MergeEntity merges an entity into another and returns it as written.
//
// INVALID_ARGUMENT: SAME_ENTITY, MERGE_CIRCLE, REFERENCE_NOT_FOUND.
// FAILED_PRECONDITION: TOO_MANY_STATEMENTS, ALREADY_MERGED. ABORTED: NAME_STAGED.
func MergeEntity(w store.Writer, caller string, merge EntityMerge) (domain.Entity, error) {
	entity, name := merge.Entity, merge.Entity.Name()
	if merge.Target == name {
		return entity, errs.Invalid("target", domain.SameEntity, "%s cannot be merged into itself", name)
	}
	if err := Unmerged(entity); err != nil {
		return entity, err
	}
	target, err := mergeTarget(w, name, merge.Target)
	if err != nil {
		return entity, err
	}
	if err := w.CheckUnused(name); err != nil {
		return entity, err
	}
	reattribution := domain.Reattribution{
		Record: merge.Reattribution.First(w.RecordTime()).As(domain.TagMerge, merge.Reason), Caller: caller,
		From: name, To: merge.Target, Reason: merge.Reason, Merge: true,
	}
	if err := renameIn(w, caller, &reattribution); err != nil {
		return entity, err
	}
	if reattribution.Aliases = target.AddAliases(entity.AllNames()); len(reattribution.Aliases) > 0 {
		target.Record = target.Next(w.RecordTime()).As(domain.TagMerge, merge.Reason)
		if err := w.PutEntity(target, caller); err != nil {
			return entity, err
		}
	}
	entity.Record = entity.Next(w.RecordTime()).As(domain.TagMerge, merge.Reason)
	entity.RedirectTo, entity.Reattribution = merge.Target, reattribution.ID
	if err := w.PutEntity(entity, caller); err != nil {
		return entity, err
	}
	return entity, w.PutReattribution(reattribution, caller)
}

// mergeTarget finds the entity that another is to be merged into.
func mergeTarget(w store.Writer, name, target string) (domain.Entity, error) {
	refs := NewReferences(w)
	found, err := refs.entity(target)
	if err != nil || found.fault == "" {
		return found.Entity, err
	}
	seen := []string{target}
	for next := found.RedirectTo; next != "" && !slices.Contains(seen, next); {
		if next == name {
			return found.Entity, errs.Invalid("target", MergeCircle, "%s was itself merged into %s", target, name)
		}
		seen = append(seen, next)
		merged, err := refs.entity(next)
		if err != nil {
			return found.Entity, err
		}
		next = merged.RedirectTo
	}
	return found.Entity, errs.Invalid("target", ReferenceNotFound, "%s %s", target, found.fault)
}

// renameIn puts the one entity in the place of the other in all statements that
// name it.
func renameIn(w store.Writer, caller string, reattribution *domain.Reattribution) error {
	r := newReattributer(w, caller, *reattribution, reattribution.Reason)
	ids, err := w.Naming(reattribution.From, domain.MaxReattributed+1, domain.EntityRefs...)
	if err != nil {
		return err
	}
	if len(ids) > domain.MaxReattributed {
		return tooMany(reattribution.From)
	}
	statements, err := w.StatementsByID(ids, store.Newest)
	if err != nil {
		return err
	}
	for _, id := range ids {
		before := statements[id]
		reattribution.Add(r.next(before, before.ReplaceEntity(reattribution.From, reattribution.To)))
	}
	return r.put()
}

// UnmergeEntity undoes a merge and returns the entity as written.
//
// FAILED_PRECONDITION: NOT_MERGED.
func UnmergeEntity(w store.Writer, caller string, entity domain.Entity, reason string) (domain.Entity, error) {
	name := entity.Name()
	if entity.RedirectTo == "" {
		return entity, errs.New(errs.FailedPrecondition, NotMerged, "%s was not merged", name).About(domain.EntityType, name)
	}
	done, _, err := w.Reattribution(entity.Reattribution, store.Newest)
	if err != nil {
		return entity, err
	}
	entity.Record = entity.Next(w.RecordTime()).As(domain.TagUnmerge, reason)
	entity.RedirectTo, entity.Reattribution = "", ""
	// Before the statements, which are to name it again.
	if err := w.PutEntity(entity, caller); err != nil {
		return entity, err
	}
	if err := dropAliases(w, caller, done.To, done.Aliases, reason); err != nil {
		return entity, err
	}
	_, err = undo(w, caller, done, reason)
	return entity, err
}

// dropAliases takes from the target of a merge the names that the merge gave it, and
// from what the target was itself merged into those that came with it. Merges make no
// circle.
func dropAliases(w store.Writer, caller, to string, aliases []string, reason string) error {
	for to != "" && len(aliases) > 0 {
		target, found, err := w.Entity(domain.LastID(to), store.Newest)
		if err != nil || !found || target.IsDeleted() || target.Erased != nil {
			return err
		}
		had := len(target.Aliases)
		if target.DropAliases(aliases); len(target.Aliases) < had {
			target.Record = target.Next(w.RecordTime()).As(domain.TagUnmerge, reason)
			if err := w.PutEntity(target, caller); err != nil {
				return err
			}
		}
		if to = target.RedirectTo; to == "" {
			return nil
		}
		passed, _, err := w.Reattribution(target.Reattribution, store.Newest)
		if err != nil {
			return err
		}
		aliases = slices.DeleteFunc(slices.Clone(aliases), func(alias string) bool { return !slices.Contains(passed.Aliases, alias) })
	}
	return nil
}
