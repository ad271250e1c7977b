package tables

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// eraseNames takes the names of an erased entity from the entities that merges gave
// them to, wherever they were passed on to, and from what tells of the merges.
// merges are the ids of re-attributions; only are the names that count, nil is all
// that the merges passed on.
func (w writer) eraseNames(merges, only []string, caller string) error {
	for _, id := range merges {
		var passed []string
		last, err := everyRevision(w, reattributionTable, id, reattributionFields, func(row revtable.Row, was domain.Reattribution) error {
			var kept []string
			for _, alias := range was.Aliases {
				if only == nil || slices.Contains(only, alias) {
					passed = append(passed, alias)
				} else {
					kept = append(kept, alias)
				}
			}
			if len(kept) == len(was.Aliases) {
				return nil
			}
			was.Aliases = kept
			return w.rewriteReattribution(row, was)
		})
		if err != nil {
			return err
		}
		if len(passed) == 0 {
			continue // nothing, or taken before
		}
		if err := w.dropNames(domain.LastID(last.To), passed, caller); err != nil {
			return err
		}
	}
	return nil
}

// dropNames takes aliases from every revision of an entity, and from those that it
// gave them to. Who follows the record is told by another revision.
func (w writer) dropNames(id string, names []string, caller string) error {
	var merges []string
	newest, err := everyRevision(w, entityTable, id, entityFields, func(row revtable.Row, was domain.Entity) error {
		if was.Reattribution != "" && !slices.Contains(merges, was.Reattribution) {
			merges = append(merges, was.Reattribution)
		}
		now := was
		if now.DropAliases(names); len(now.Aliases) == len(was.Aliases) {
			return nil
		}
		if err := w.rewriteEntity(row, was, now); err != nil {
			return err
		}
		return w.addKeys(now)
	})
	if err != nil {
		return err
	}
	had := len(newest.Aliases)
	if newest.DropAliases(names); len(newest.Aliases) < had {
		newest.Record = newest.Next(w.tx.RecordTime()).As(domain.TagErase, "")
		if err := w.PutEntity(newest, caller); err != nil {
			return err
		}
	}
	return w.eraseNames(merges, names, caller)
}
