package tables

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/derived"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// derivations are all kinds: columns, references and search entries of statements,
// what entities are found by, columns of re-attributions.
func derivations(d *dialect) []derived.Kind {
	return []derived.Kind{
		{Name: "statements", Table: statementTable, Deriver: func(tx recorddb.Tx) func(revtable.Row) error {
			return statementDeriver(newWriter(tx, d))
		}},
		{Name: "entities", Table: entityTable, Deriver: func(tx recorddb.Tx) func(revtable.Row) error {
			return newWriter(tx, d).deriveEntity
		}},
		{Name: "reattributions", Table: reattributionTable, Deriver: func(tx recorddb.Tx) func(revtable.Row) error {
			return newWriter(tx, d).deriveReattribution
		}},
	}
}

// Derive makes anew what a migration asked for. See derived.Make.
func Derive(ctx context.Context, st *Store, dialect Dialect, log *zap.Logger, progress recorddb.Progress) error {
	return derived.Make(ctx, st.Database, derivations(dialect.prepare()), log, progress)
}

// CheckDerived is an error while there is something to make anew. See derived.Check.
func CheckDerived(ctx context.Context, st *Store) error {
	return derived.Check(ctx, st.Database, derivations(nil)) // nothing is derived
}

// deriveEntity makes anew what one revision of an entity is found by.
func (w writer) deriveEntity(row revtable.Row) error {
	var entity domain.Entity
	if err := decode(string(row.Snapshot), &entity, entityFields); err != nil {
		return err
	}
	return w.addKeys(entity)
}

// addKeys adds the keys of a revision of an entity that is on record, as far as they
// are not there.
func (w writer) addKeys(entity domain.Entity) error {
	key, err := w.revisionKey(entityTable, entity.ID, entity.Revision)
	if err != nil {
		return err
	}
	add := "INSERT INTO entity_keys (field, value, create_time, id, " + w.RevisionColumn + ") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
	for _, k := range keysOf(entity) {
		if err := w.tx.Exec(add, k[0], k[1], entity.Created, entity.ID, key); err != nil {
			return err
		}
	}
	return nil
}

func statementDeriver(w writer) func(revtable.Row) error {
	versions := map[string]domain.Version{} // those read so far
	return func(row revtable.Row) error { return w.derive(row, versions) }
}

// derive makes anew what is derived from one revision. versions are those read so
// far.
func (w writer) derive(row revtable.Row, versions map[string]domain.Version) error {
	var statement domain.Statement
	if err := decode(string(row.Snapshot), &statement, statementFields); err != nil {
		return err
	}
	if !row.Erased {
		if err := w.addTimes(&statement, versions); err != nil {
			return err
		}
	}
	row.Snapshot = encode(&statement, statementFields)
	refs, kinds := refsOf(statement)
	if err := statementTable.Rewrite(w.tx, row, valuesOf(statement, kinds)...); err != nil {
		return err
	}
	key, err := w.revisionKey(statementTable, row.ID, row.Revision)
	if err != nil {
		return err
	}
	add := "INSERT INTO statement_refs (kind, value, create_time, id, " + w.RevisionColumn + ") VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
	for _, ref := range refs {
		if err := w.tx.Exec(add, int(ref.Kind), ref.Value, statement.Created, row.ID, key); err != nil {
			return err
		}
	}
	return w.reindex(statement, row.From)
}

// addTimes gives a statement the times of its version, if it is from before it kept
// them: a version never changes, so they are what they were.
func (w writer) addTimes(statement *domain.Statement, versions map[string]domain.Version) error {
	version, known := versions[statement.VersionName()]
	if !known {
		var err error
		if version, _, err = w.Version(statement.Document, statement.Version, store.Newest, false); err != nil {
			return err
		}
		versions[statement.VersionName()] = version
	}
	statement.PublishTime, statement.AccessTime = version.PublishTime, version.AccessTime
	return nil
}
