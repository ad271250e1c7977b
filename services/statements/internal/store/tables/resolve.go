package tables

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// exactHit outweighs all words that an entity can share with a query.
const exactHit = store.ResolveWordLimit + 1

// ResolveEntities finds entities by what they are called.
func (r reader) ResolveEntities(query store.Resolve) ([]domain.Entity, error) {
	hits := map[string]int{}
	look := func(field, value string, weight int) error {
		sql, args := r.resolveSQL(query, field, value)
		return r.conn.Query(sql, func(row recorddb.Row) error {
			hits[row.Text(0)] += weight
			return nil
		}, args...)
	}
	if err := look(identifierKey, query.Name.Text, exactHit); err != nil {
		return nil, err
	}
	if err := look(nameKey, query.Name.Folded, exactHit); err != nil {
		return nil, err
	}
	words := query.Name.Words
	for _, word := range words[:min(len(words), store.ResolveWordLimit)] {
		if err := look(wordKey, word, 1); err != nil {
			return nil, err
		}
	}
	ids := slices.SortedFunc(maps.Keys(hits), func(a, b string) int {
		return cmp.Or(cmp.Compare(hits[b], hits[a]), strings.Compare(a, b))
	})
	exact := 0
	for _, id := range ids {
		if hits[id] >= exactHit {
			exact++
		}
	}
	ids = ids[:min(len(ids), max(exact, store.ResolveLimit))]
	entities, err := r.EntitiesByID(ids, query.At)
	return slices.Collect(maps.Values(entities)), err
}

// resolveSQL finds the newest entities with a key.
func (d *dialect) resolveSQL(query store.Resolve, field, value string) (sql string, args []any) {
	at := min(query.At, recordtime.Forever-1) // what is current ends at Forever
	var where recorddb.Conditions
	where.Add("k.field = ? AND k.value = ?", field, value)
	where.Add(revtable.Visible("s"), at, at)
	if query.Type != "" {
		where.Add("(s.entity_type = ? OR s.deleted = 1)", query.Type) // hidden and keyed: merged
	}
	return "SELECT k.id FROM entity_keys k " + d.Join + " entity_revisions s ON " + d.ByRevision +
		" WHERE " + where.String() + " ORDER BY k.create_time DESC, k.id DESC " + recorddb.Limit, where.Args(store.ResolveKeyLimit)
}

// MemberOf finds an entity with a membership in an organization.
func (r reader) MemberOf(organization string) (id string, found bool, err error) {
	return r.keyed(organizationKey, organization, 0)
}

// MergedInto finds an entity that is merged into another.
func (r reader) MergedInto(target string) (id string, found bool, err error) {
	return r.keyed(redirectKey, target, 1)
}

// keyed finds an entity by a key of its newest revision, whose column deleted has a
// value: 0 stands, 1 is hidden.
func (r reader) keyed(field, value string, deleted int) (id string, found bool, err error) {
	found, err = r.conn.QueryOne("SELECT k.id FROM entity_keys k "+r.Join+" entity_revisions s ON "+r.ByRevision+
		" WHERE k.field = ? AND k.value = ? AND s.record_to = ? AND s.deleted = ? LIMIT 1",
		func(row recorddb.Row) error {
			id = row.Text(0)
			return nil
		}, field, value, recordtime.Forever, deleted)
	return id, found, err
}
