package api

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// entityFromProto reads the fields that a writer sets. path is the field of the
// entity in the request.
func entityFromProto(e *statementsv1.Entity, path string, faults *errs.Violations) domain.Entity {
	var entity domain.Entity
	updateEntity(&entity, e, path, faults)
	return entity
}

// updateEntity takes over the fields that an update may change: all.
func updateEntity(entity *domain.Entity, e *statementsv1.Entity, path string, faults *errs.Violations) {
	entity.Type, entity.DisplayName, entity.Description = e.GetEntityType().String(), e.GetDisplayName(), e.GetDescription()
	entity.Aliases, entity.Identifiers = e.GetAliases(), e.GetIdentifiers()
	entity.Names, entity.Memberships = nil, nil
	for _, name := range e.GetNames() {
		entity.Names = append(entity.Names, domain.LocalName{Text: name.GetText(), LanguageCode: name.GetLanguageCode()})
	}
	for i, membership := range e.GetMemberships() {
		at := errs.JoinPath(path, errs.Index("memberships", i))
		entity.Memberships = append(entity.Memberships, domain.Membership{
			Organization: membership.GetOrganization(), Role: membership.GetRole(),
			Start: domain.NewDay(membership.GetStartDate(), at+".start_date", faults),
			End:   domain.NewDay(membership.GetEndDate(), at+".end_date", faults),
		})
	}
}

func entityToProto(e domain.Entity) *statementsv1.Entity {
	out := &statementsv1.Entity{
		Name: e.Name(), Uid: e.UID, Etag: e.ETag(), RevisionId: resource.FormatNumber(e.Revision), RedirectTo: e.RedirectTo,
		CreateTime: timeToProto(e.Created), UpdateTime: timeToProto(e.Updated), DeleteTime: timeToProto(e.Deleted),
		Retraction: correctionToProto(e.Record, e.Name()),
		EntityType: statementsv1.Entity_EntityType(statementsv1.Entity_EntityType_value[e.Type]),
		// The domain struct is not used again, so its list and map may be shared.
		DisplayName: e.DisplayName, Aliases: e.Aliases, Description: e.Description, Identifiers: e.Identifiers,
	}
	if e.RedirectTo != "" && e.Reattribution != "" {
		out.Reattribution = domain.ReattributionName(e.Reattribution)
	}
	for _, name := range e.Names {
		out.Names = append(out.Names, &statementsv1.EntityName{Text: name.Text, LanguageCode: name.LanguageCode})
	}
	for _, membership := range e.Memberships {
		out.Memberships = append(out.Memberships, &statementsv1.Membership{
			Organization: membership.Organization, Role: membership.Role,
			StartDate: membership.Start.EDTF, EndDate: membership.End.EDTF,
		})
	}
	return out
}

func reattributionToProto(r domain.Reattribution) *statementsv1.Reattribution {
	return &statementsv1.Reattribution{
		Name: r.Name(), CreateTime: timeToProto(r.Created), Caller: r.Caller, Filter: r.Filter, FromEntity: r.From, ToEntity: r.To,
		Reason: r.Reason, StatementCount: int32(r.Count), Statements: statementNames(r.Statements), Merge: r.Merge, //nolint:gosec // at most 5,000
		UndoTime: timeToProto(r.Undone), UndoCaller: r.UndoCaller, UndoReason: r.UndoReason,
		SkippedStatements: statementNames(r.Skipped), SkippedCount: int32(r.SkippedCount), //nolint:gosec // at most 5,000
		Restricted: r.Restricted,
	}
}

// statementNames makes names of ids.
func statementNames(ids []string) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = domain.StatementName(id)
	}
	return names
}
