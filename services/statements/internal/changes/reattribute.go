package changes

import (
	"reflect"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// Reattribution is a change of the speaker of many statements: what its resource
// says, and which.
type Reattribution struct {
	domain.Reattribution
	// Which is the filter of the statements, parsed.
	Which listquery.Expr
	// KeepRoles keeps role and affiliation of the speakers.
	KeepRoles bool
}

// reattributer carries out one re-attribution or the undoing of one.
type reattributer struct {
	w      store.Writer
	caller string
	refs   *References
	// reason is told in every revision.
	reason string
	name   string // of the re-attribution
	// changed are the revisions that it made.
	changed []domain.Statement
}

func newReattributer(w store.Writer, caller string, r domain.Reattribution, reason string) *reattributer {
	return &reattributer{w: w, caller: caller, refs: NewReferences(w), reason: reason, name: r.Name()}
}

// Reattribute puts one entity in the place of another as the speaker of statements,
// and returns the re-attribution as written.
//
// INVALID_ARGUMENT: REFERENCE_NOT_FOUND, SAME_ENTITY. FAILED_PRECONDITION:
// NOTHING_TO_REATTRIBUTE, TOO_MANY_STATEMENTS.
func Reattribute(w store.Writer, caller string, in Reattribution) (domain.Reattribution, error) {
	r := newReattributer(w, caller, in.Reattribution, in.Reason)
	if err := r.check(in.Reattribution); err != nil {
		return domain.Reattribution{}, err
	}
	statements, err := r.find(in)
	if err != nil {
		return domain.Reattribution{}, err
	}
	out := in.Reattribution
	out.Caller, out.Record = caller, out.First(w.RecordTime()).As(domain.TagReattribute, in.Reason)
	for _, statement := range statements {
		before := statement
		statement, changed := statement.ReplaceSpeaker(in.From, in.To)
		if !in.KeepRoles {
			for _, i := range changed {
				speaker := &statement.Speakers[i]
				speaker.Role, speaker.Affiliation, speaker.RoleFromMembership = "", "", false
				if err := r.refs.role(speaker, statement.Time); err != nil {
					return domain.Reattribution{}, err
				}
			}
		}
		out.Add(r.next(before, statement.DropDoubles(changed)))
	}
	if err := r.put(); err != nil {
		return domain.Reattribution{}, err
	}
	out.Restricted = out.Partly && out.Public.Count == 0
	return out, w.PutReattribution(out, caller)
}

// check checks the two entities.
func (r *reattributer) check(in domain.Reattribution) error {
	if in.From == in.To {
		return errs.Invalid("to_entity", domain.SameEntity, "%s is the speaker that is to be replaced", in.To)
	}
	_, found, err := r.w.Entity(domain.LastID(in.From), store.Newest)
	if err != nil {
		return err
	}
	var faults errs.Violations
	if fault := absent(domain.Record{}, found); fault != "" {
		faults.Add("from_entity", ReferenceNotFound, "%s %s", in.From, fault)
	}
	to, err := r.refs.entity(in.To)
	if err != nil {
		return err
	}
	if to.fault != "" {
		faults.Add("to_entity", ReferenceNotFound, "%s %s", in.To, to.fault)
	}
	return faults.Err()
}

// find reads the statements, in the order of their ids.
func (r *reattributer) find(in Reattribution) ([]domain.Statement, error) {
	speaker, err := listquery.ParseFilter(domain.StatementFields, `speaker:"`+in.From+`"`)
	if err != nil {
		return nil, err
	}
	order, err := listquery.ParseOrder(domain.StatementFields, "")
	if err != nil {
		return nil, err
	}
	query := store.List{
		At: store.Newest, Filter: speaker, Order: order, Limit: domain.MaxReattributed + 1, ShowDeprecated: true,
	}
	switch {
	case demands(in.Which, in.From):
		query.Filter = in.Which // told twice, a planner would think that few meet both
	case in.Which != nil:
		query.Filter = listquery.And{Left: speaker, Right: in.Which}
	}
	statements, err := r.w.Statements(query)
	switch {
	case err != nil:
		return nil, err
	case len(statements) == 0:
		return nil, errs.New(errs.FailedPrecondition, "NOTHING_TO_REATTRIBUTE", "no statement that matches has the speaker %s", in.From).
			About(domain.EntityType, in.From)
	case len(statements) > domain.MaxReattributed:
		return nil, tooMany(in.From)
	}
	slices.SortFunc(statements, func(a, b domain.Statement) int { return strings.Compare(a.ID, b.ID) })
	return statements, nil
}

// demands reports whether all that a filter finds have the speaker.
func demands(filter listquery.Expr, speaker string) bool {
	switch e := filter.(type) {
	case listquery.And:
		return demands(e.Left, speaker) || demands(e.Right, speaker)
	case listquery.Compare:
		return e.Field == "speaker" && (e.Op == listquery.OpHas || e.Op == listquery.OpEq) && e.Value.Text == speaker
	default:
		return false
	}
}

func tooMany(entity string) error {
	return errs.New(errs.FailedPrecondition, "TOO_MANY_STATEMENTS",
		"more than %d statements name %s: re-attribute them a part at a time, by a filter with a range of create_time",
		domain.MaxReattributed, entity).About(domain.EntityType, entity)
}

// next makes the next revision of a statement and keeps it for put.
func (r *reattributer) next(before, statement domain.Statement) domain.Statement {
	statement.Record = before.Next(r.w.RecordTime()).As(domain.TagReattribute, r.reason)
	r.changed = append(r.changed, statement)
	return statement
}

// put puts all revisions that were made on record, with the corrections that tell of
// them.
func (r *reattributer) put() error {
	if err := r.w.PutNaming(r.changed, r.caller); err != nil {
		return err
	}
	for _, statement := range r.changed {
		_, err := Correct(r.w, domain.Correction{
			Kind: domain.Corrected, Subject: statement.Name(), Document: domain.DocumentName(statement.Document), Reattribution: r.name,
			Reason: r.reason, Caller: r.caller, PreviousRevision: statement.Revision - 1, NewRevision: statement.Revision,
			Restricted: statement.Restricted,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// UndoReattribution gives every statement back what a re-attribution took, but for
// those that were changed since, and returns the re-attribution as written.
//
// FAILED_PRECONDITION: ALREADY_UNDONE, MERGE_NOT_UNDONE_HERE.
func UndoReattribution(w store.Writer, caller string, r domain.Reattribution, reason string) (domain.Reattribution, error) {
	switch {
	case r.Undone != 0:
		return r, errs.New(errs.FailedPrecondition, "ALREADY_UNDONE", "%s was undone at %s", r.Name(), r.Undone).
			About(domain.ReattributionType, r.Name())
	case r.Merge:
		return r, errs.New(errs.FailedPrecondition, "MERGE_NOT_UNDONE_HERE",
			"%s is what the merge of %s into %s did: undo it by unmerging %s", r.Name(), r.From, r.To, r.From).
			About(domain.ReattributionType, r.Name()).With("entity", r.From)
	}
	return undo(w, caller, r, reason)
}

// undo undoes what a re-attribution or a merge did to statements.
func undo(w store.Writer, caller string, done domain.Reattribution, reason string) (domain.Reattribution, error) {
	r := newReattributer(w, caller, done, reason)
	made, err := w.Reattributed(done.ID)
	if err != nil {
		return done, err
	}
	ids := make([]string, len(made))
	for i, one := range made {
		ids[i] = one.Made.ID
	}
	present, err := w.StatementsByID(ids, store.Newest)
	if err != nil {
		return done, err
	}
	for _, one := range made {
		current := present[one.Made.ID]
		restored, complete, err := r.restore(current, one)
		if err != nil {
			return done, err
		}
		same := reflect.DeepEqual(restored, current)
		if !complete || same {
			done.Skip(current)
		}
		// Of a merge what can be restored is, field by field.
		if same || !complete && !done.Merge {
			continue
		}
		r.next(current, restored)
	}
	if err := r.put(); err != nil {
		return done, err
	}
	done.Record = done.Next(w.RecordTime()).As(domain.TagReattribute, reason)
	// Readers hear of it once it tells of what they may read.
	done.Restricted = done.Restricted && done.Public.SkippedCount == 0 &&
		!slices.ContainsFunc(r.changed, func(s domain.Statement) bool { return !s.Restricted })
	done.Undone, done.UndoCaller, done.UndoReason = w.RecordTime(), caller, reason
	return done, w.PutReattribution(done, caller)
}

// restore makes the statement that undoing leaves; complete is false if all or a part
// of it is left alone: it was changed since, is not on record any more, would name what is
// not, or what it said before is erased.
func (r *reattributer) restore(current domain.Statement, one store.Reattributed) (restored domain.Statement, complete bool, err error) {
	if current.IsHidden() || one.Before.Erased != nil || one.Made.Erased != nil {
		return current, false, nil
	}
	restored, complete = current.Restore(one.Before, one.Made)
	if !complete {
		// What was only merged since counts as what it was merged into.
		untouched, err := r.untouched(current, one.Made.Revision)
		if err != nil {
			return current, false, err
		}
		if untouched {
			if err := r.refs.Follow(&one.Made); err != nil {
				return current, false, err
			}
			restored, complete = current.Restore(one.Before, one.Made)
		}
	}
	// Who is given back held the office at the time that the statement had then.
	if restored.Time.EDTF != one.Before.Time.EDTF && !reflect.DeepEqual(restored.Speakers, current.Speakers) {
		if err := r.refs.RolesAfter(one.Before, &restored); err != nil {
			return current, false, err
		}
	}
	if err := r.refs.Follow(&restored); err != nil {
		return current, false, err
	}
	var faults errs.Violations
	if err := r.refs.Entities(restored, "", &faults); err != nil {
		return current, false, err
	}
	if faults.Len() > 0 {
		return current, false, nil
	}
	return restored, complete, nil
}

// maxLooked is how many revisions are looked at to tell who changed a statement; one
// with more counts as changed.
const maxLooked = 50

// untouched reports whether all revisions after one were made by re-attributions and
// merges, or by what changes no words.
func (r *reattributer) untouched(current domain.Statement, after int64) (bool, error) {
	since := current.Revision - after
	if since <= 0 || since > maxLooked {
		return false, nil
	}
	revisions, err := r.w.Revisions(current.ID, store.Newest, 0, int(since))
	if err != nil {
		return false, err
	}
	for _, revision := range revisions {
		switch revision.Statement.Change.Tag {
		case domain.TagReattribute, domain.TagReanchor, domain.TagVerify, domain.TagEmbargo:
		default:
			return false, nil
		}
	}
	return true, nil
}
