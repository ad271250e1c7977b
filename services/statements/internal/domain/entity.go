package domain

import (
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Entity is somebody or something that speaks or is spoken of.
type Entity struct {
	Record
	// Type is the short name of the proto enum, such as "PERSON".
	Type        string            `json:"type"`
	DisplayName string            `json:"display_name"`
	Aliases     []string          `json:"aliases,omitempty"`
	Description string            `json:"description,omitempty"`
	Identifiers map[string]string `json:"identifiers,omitempty"`
	Names       []LocalName       `json:"names,omitempty"`
	Memberships []Membership      `json:"memberships,omitempty"`
	// Reattribution is the id of what merging the entity did to the statements that
	// named it; empty while it is not merged.
	Reattribution string `json:"reattribution,omitempty"`
}

// LocalName is a name in one language.
type LocalName struct {
	Text         string `json:"text"`
	LanguageCode string `json:"lang"`
}

// SameEntity is the reason of an entity that stands where another must.
const SameEntity = "SAME_ENTITY"

// Name is the resource name.
func (e Entity) Name() string { return EntityName(e.ID) }

// OrderKey is the value of a field that entities can be ordered by.
func (e Entity) OrderKey(field string) any {
	if field == "display_name" {
		return e.DisplayName
	}
	return e.orderKey(field)
}

// AllNames are the texts by which the entity is called, each once: the display
// name first, then those in other languages, then the aliases.
func (e Entity) AllNames() []string {
	names := make([]string, 0, 1+len(e.Names)+len(e.Aliases))
	seen := make(map[string]bool, cap(names))
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	add(e.DisplayName)
	for _, name := range e.Names {
		add(name.Text)
	}
	for _, alias := range e.Aliases {
		add(alias)
	}
	return names
}

// maxAliases is how many aliases an entity has at most, as its proto says.
const maxAliases = 100

// AddAliases adds names that the entity does not have yet, as far as there is
// room, and returns those that it added.
func (e *Entity) AddAliases(names []string) (added []string) {
	known := e.AllNames()
	e.Aliases = slices.Clone(e.Aliases)
	for _, name := range names {
		if len(e.Aliases) >= maxAliases {
			break
		}
		if !slices.Contains(known, name) && !slices.Contains(added, name) {
			added = append(added, name)
			e.Aliases = append(e.Aliases, name)
		}
	}
	return added
}

// DropAliases removes aliases.
func (e *Entity) DropAliases(names []string) {
	e.Aliases = slices.DeleteFunc(slices.Clone(e.Aliases), func(alias string) bool { return slices.Contains(names, alias) })
}

// Check refuses what an entity cannot say of itself. path is the field of the
// entity in the request.
//
// DUPLICATE_ITEM for a name that is twice in one language; of memberships
// ENDS_BEFORE_START, and SAME_ENTITY for one in itself.
func (e Entity) Check(path string, faults *errs.Violations) {
	seen := make(map[LocalName]bool, len(e.Names))
	for i, name := range e.Names {
		key := LocalName{name.Text, strings.ToLower(name.LanguageCode)}
		if seen[key] {
			faults.Add(errs.JoinPath(path, indexed("names", i)), "DUPLICATE_ITEM",
				"%q is twice among the names in %s", Shown(name.Text), name.LanguageCode)
		}
		seen[key] = true
	}
	for i, membership := range e.Memberships {
		at := errs.JoinPath(path, indexed("memberships", i))
		membership.check(at, faults)
		if e.ID != "" && membership.Organization == e.Name() {
			faults.Add(at+".organization", SameEntity, "an entity is no member of itself")
		}
	}
}
