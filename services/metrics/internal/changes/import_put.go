package changes

import (
	"slices"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// tooManyFacts is the reason of what would change too much, or would be too many.
const tooManyFacts = "TOO_MANY_FACTS"

// guard rejects rows whose figure must stay as it is.
func (im *importer) guard() error {
	if len(im.changes) == 0 {
		return nil
	}
	if err := im.guardStaged(); err != nil {
		return err
	}
	im.dropRejected()
	if err := im.guardCited(); err != nil {
		return err
	}
	im.dropRejected()
	return nil
}

func (im *importer) dropRejected() {
	im.changes = slices.DeleteFunc(im.changes, func(c change) bool { return c.row.Fault != nil })
}

// guardStaged rejects rows for figures that a stage needs: they are asked for one by one only if there is one.
func (im *importer) guardStaged() error {
	names := make([]string, len(im.changes))
	for i, c := range im.changes {
		names[i] = c.before.Name()
	}
	const staged = "NAME_STAGED"
	err := im.w.CheckUnused(names...)
	if errs.ReasonOf(err) != staged {
		return err
	}
	for i, c := range im.changes {
		err := im.w.CheckUnused(names[i])
		if err != nil && errs.ReasonOf(err) != staged {
			return err
		}
		c.row.reject(err)
	}
	return nil
}

// guardCited rejects rows from whose figures too many others are computed, together with those before them.
func (im *importer) guardCited() error {
	ids := make([]string, len(im.changes))
	for i, c := range im.changes {
		ids[i] = c.before.ID
	}
	fresh, _, err := dependents(im.w, ids)
	im.cited = err != nil || len(fresh) > 0
	if errs.ReasonOf(err) != tooManyFacts {
		return err
	}
	taken := map[string]bool{}
	for i, c := range im.changes {
		_, read, err := dependents(im.w, ids[i:i+1])
		if err != nil && errs.ReasonOf(err) != tooManyFacts {
			return err
		}
		c.row.reject(err)
		more := 0
		for id := range read {
			if id != ids[i] && !taken[id] {
				more++
			}
		}
		if c.row.Fault == nil && len(taken)+more > MaxDependents {
			c.row.Fault = &errs.Violation{Reason: tooManyFacts, Description: "more figures are computed from those of this request up to here than one " +
				"request may make stale: send it in another"}
		}
		if c.row.Fault != nil {
			continue
		}
		for id := range read {
			if id != ids[i] {
				taken[id] = true
			}
		}
	}
	return nil
}

// put puts everything on record that was not rejected.
func (im *importer) put() error {
	im.markStale()
	for _, c := range im.changes {
		put := im.revise
		if c.after == nil {
			put = im.retract
		}
		if err := put(c); err != nil {
			return err
		}
	}
	if err := im.w.PutImported(im.next, im.caller); err != nil {
		return err
	}
	for i, row := range im.created {
		if im.next[i].ID == "" {
			row.Fault = &errs.Violation{Field: "time_period", Reason: tooManyFacts, Description: "the series already has 65,536 figures that begin " +
				"with this period, of this source and release, retracted ones included, or the metric has too many releases"}
			im.done.Created--
		}
	}
	return nil
}

// markStale marks those of the changed figures that are computed from another of them: Spread leaves what changed itself as it is.
func (im *importer) markStale() {
	ids := map[string]bool{}
	for _, c := range im.changes {
		ids[c.before.ID] = true
	}
	for _, c := range im.changes {
		if c.after != nil && slices.ContainsFunc(c.after.Derivation.IDs(), func(id string) bool { return ids[id] }) {
			c.after.Stale = true
		}
	}
}

// revise puts another state of a figure on record.
func (im *importer) revise(c change) error {
	figure := *c.after
	figure.Corrected = true
	figure.Meta = c.before.Revised(im.w.RecordTime(), domain.RevisionNote{Tag: domain.TagImport})
	_, err := Correct(im.w, domain.Correction{
		Kind: domain.Updated, Subject: figure.Name(), Document: Document(figure), Reason: importReason, Caller: im.caller,
		PreviousRevision: c.before.Revision, NewRevision: figure.Revision, Restricted: c.before.Restricted || figure.Restricted,
	})
	if figure.Restricted != c.before.Restricted {
		im.turned = append(im.turned, figure.ID)
	}
	im.next, im.changed = append(im.next, figure), append(im.changed, figure.ID)
	im.done.Updated++
	return err
}

// retract takes a figure off the record.
func (im *importer) retract(c change) error {
	figure, err := withdrawFigure(im.w, im.caller, c.before, withdrawnReason)
	figure.Note.Tag = domain.TagImport
	im.next, im.deleted = append(im.next, figure), append(im.deleted, figure.ID)
	im.done.Deleted++
	return err
}

// tell marks what is computed from what changed.
func (im *importer) tell() error {
	if err := spreadRestriction(im.w, im.caller, MaxDependents, im.turned...); err != nil || !im.cited {
		return err
	}
	if _, err := Spread(im.w, im.caller, "an import changed an input", im.changed...); err != nil {
		return err
	}
	_, err := Spread(im.w, im.caller, "an import retracted an input", im.deleted...)
	return err
}
