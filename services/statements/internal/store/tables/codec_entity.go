package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func entityFields(c *snapshot.Codec, r *domain.Entity) {
	snapshot.Struct(c, 1, &r.Record, recordFields)
	c.Text(2, &r.Type)
	c.Text(3, &r.DisplayName)
	c.Texts(4, &r.Aliases)
	c.Text(5, &r.Description)
	identifiersField(c, 6, &r.Identifiers)
	snapshot.List(c, 7, &r.Names, localNameFields)
	snapshot.List(c, 8, &r.Memberships, membershipFields)
	c.Text(9, &r.Reattribution)
}

// identifiersField is a map, written one way for one map.
func identifiersField(c *snapshot.Codec, field uint64, identifiers *map[string]string) {
	var list []identifier
	if c.Writing() {
		for _, scheme := range slices.Sorted(maps.Keys(*identifiers)) {
			list = append(list, identifier{scheme, (*identifiers)[scheme]})
		}
	}
	snapshot.List(c, field, &list, identifierFields)
	if c.Writing() || list == nil {
		return
	}
	if *identifiers == nil {
		*identifiers = make(map[string]string, len(list))
	}
	for _, id := range list {
		(*identifiers)[id.scheme] = id.value
	}
}

type identifier struct{ scheme, value string }

func identifierFields(c *snapshot.Codec, id *identifier) {
	c.Text(1, &id.scheme)
	c.Text(2, &id.value)
}

func localNameFields(c *snapshot.Codec, n *domain.LocalName) {
	c.Text(1, &n.Text)
	c.Text(2, &n.LanguageCode)
}

func membershipFields(c *snapshot.Codec, m *domain.Membership) {
	c.Text(1, &m.Organization)
	c.Text(2, &m.Role)
	snapshot.Struct(c, 3, &m.Start, periodFields)
	snapshot.Struct(c, 4, &m.End, periodFields)
}
