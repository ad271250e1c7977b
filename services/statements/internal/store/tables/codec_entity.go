package tables

import (
	"maps"
	"slices"

	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func writeEntity(e *snapshot.Encoder, r domain.Entity) {
	snapshot.Put(e, 1, r.Record, writeRecord)
	e.Text(2, r.Type)
	e.Text(3, r.DisplayName)
	for _, alias := range r.Aliases {
		e.Item(4, alias)
	}
	e.Text(5, r.Description)
	for _, scheme := range slices.Sorted(maps.Keys(r.Identifiers)) {
		snapshot.Put(e, 6, identifier{scheme, r.Identifiers[scheme]}, writeIdentifier)
	}
	for _, name := range r.Names {
		snapshot.Put(e, 7, name, writeLocalName)
	}
	for _, membership := range r.Memberships {
		snapshot.Put(e, 8, membership, writeMembership)
	}
	e.Text(9, r.Reattribution)
}

func readEntity(d *snapshot.Decoder, r *domain.Entity) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &r.Record, readRecord)
	case 2:
		r.Type = d.Text
	case 3:
		r.DisplayName = d.Text
	case 4:
		r.Aliases = append(r.Aliases, d.Text)
	case 5:
		r.Description = d.Text
	case 6:
		var id identifier
		snapshot.Get(d, &id, readIdentifier)
		if r.Identifiers == nil {
			r.Identifiers = make(map[string]string)
		}
		r.Identifiers[id.scheme] = id.value
	case 7:
		r.Names = snapshot.GetMore(d, r.Names, readLocalName)
	case 8:
		r.Memberships = snapshot.GetMore(d, r.Memberships, readMembership)
	case 9:
		r.Reattribution = d.Text
	default:
		d.Unknown()
	}
}

type identifier struct{ scheme, value string }

func writeIdentifier(e *snapshot.Encoder, id identifier) {
	e.Text(1, id.scheme)
	e.Text(2, id.value)
}

func readIdentifier(d *snapshot.Decoder, id *identifier) {
	switch d.Field {
	case 1:
		id.scheme = d.Text
	case 2:
		id.value = d.Text
	default:
		d.Unknown()
	}
}

func writeLocalName(e *snapshot.Encoder, n domain.LocalName) {
	e.Text(1, n.Text)
	e.Text(2, n.LanguageCode)
}

func readLocalName(d *snapshot.Decoder, n *domain.LocalName) {
	switch d.Field {
	case 1:
		n.Text = d.Text
	case 2:
		n.LanguageCode = d.Text
	default:
		d.Unknown()
	}
}

func writeMembership(e *snapshot.Encoder, m domain.Membership) {
	e.Text(1, m.Organization)
	e.Text(2, m.Role)
	snapshot.Put(e, 3, m.Start, writePeriod)
	snapshot.Put(e, 4, m.End, writePeriod)
}

func readMembership(d *snapshot.Decoder, m *domain.Membership) {
	switch d.Field {
	case 1:
		m.Organization = d.Text
	case 2:
		m.Role = d.Text
	case 3:
		snapshot.Get(d, &m.Start, readPeriod)
	case 4:
		snapshot.Get(d, &m.End, readPeriod)
	default:
		d.Unknown()
	}
}
