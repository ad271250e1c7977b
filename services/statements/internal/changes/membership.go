package changes

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// Roles gives each speaker of a new statement of whom the writer said neither role
// nor affiliation those of the one membership of the entity that held during all of
// the statement's time. They are kept with the statement: what is learned of
// memberships later changes no statement.
func (r *References) Roles(s *domain.Statement) error {
	s.Speakers = slices.Clone(s.Speakers) // the writer's may be used again
	for i := range s.Speakers {
		if err := r.role(&s.Speakers[i], s.Time); err != nil {
			return err
		}
	}
	return nil
}

// RolesAfter is Roles for the next revision of a statement: a speaker who is as
// before keeps what was found before, unless the time is another.
func (r *References) RolesAfter(before domain.Statement, s *domain.Statement) error {
	s.Speakers = slices.Clone(s.Speakers)
	sameTime := before.Time.EDTF == s.Time.EDTF
	for i := range s.Speakers {
		speaker := &s.Speakers[i]
		if i < len(before.Speakers) && sameOffice(before.Speakers[i], *speaker) {
			speaker.RoleFromMembership = before.Speakers[i].RoleFromMembership
			if sameTime {
				continue
			}
		}
		if speaker.RoleFromMembership {
			speaker.Role, speaker.Affiliation, speaker.RoleFromMembership = "", "", false
		}
		if err := r.role(speaker, s.Time); err != nil {
			return err
		}
	}
	return nil
}

func sameOffice(a, b domain.Speaker) bool {
	return a.Entity == b.Entity && a.Role == b.Role && a.Affiliation == b.Affiliation
}

// role finds role and affiliation of one speaker.
func (r *References) role(speaker *domain.Speaker, at domain.Period) error {
	if speaker.Entity == "" || speaker.Role != "" || speaker.Affiliation != "" {
		return nil
	}
	entity, err := r.entity(speaker.Entity)
	if err != nil || entity.fault != "" {
		return err
	}
	membership, ok := entity.MembershipAt(at)
	if !ok {
		return nil
	}
	affiliation, err := r.standing(membership.Organization)
	if err != nil {
		return err
	}
	speaker.Role, speaker.Affiliation, speaker.RoleFromMembership = membership.Role, affiliation, true
	return nil
}

// standing follows the merges of an entity to the one that stands; it is "" if
// there is none.
func (r *References) standing(name string) (string, error) {
	for seen := map[string]bool{}; name != "" && !seen[name]; {
		seen[name] = true
		entity, err := r.entity(name)
		if err != nil {
			return "", err
		}
		if entity.fault == "" {
			return name, nil
		}
		name = entity.RedirectTo
	}
	return "", nil
}

// Follow puts in the place of each merged entity that a statement names the one
// that it was merged into.
func (r *References) Follow(s *domain.Statement) error {
	for _, ref := range s.Refs() {
		if !slices.Contains(domain.EntityRefs, ref.Kind) {
			continue
		}
		target, err := r.standing(ref.Value)
		if err != nil {
			return err
		}
		if target != "" && target != ref.Value {
			*s = s.ReplaceEntity(ref.Value, target)
		}
	}
	return nil
}

// Organizations checks the organizations of an entity's memberships but those that
// it had before. path is the field of the entity in the request.
func (r *References) Organizations(entity, before domain.Entity, path string, faults *errs.Violations) error {
	for i, membership := range entity.Memberships {
		name := membership.Organization
		had := slices.ContainsFunc(before.Memberships, func(m domain.Membership) bool { return m.Organization == name })
		if name == "" || had {
			continue
		}
		organization, err := r.entity(name)
		if err != nil {
			return err
		}
		if organization.fault != "" {
			faults.Add(errs.JoinPath(path, indexed("memberships", i)+".organization"), ReferenceNotFound,
				"%s %s", name, organization.fault)
		}
	}
	return nil
}
