package tables

import (
	"context"

	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// derivation is one kind of resource from whose snapshots something is derived.
type derivation struct {
	// name is that of its row in the table derived.
	name string
	// code is the number of the code that derives. It goes up with each release that
	// derives in another way.
	code  int64
	table *revtable.Table
	// deriver makes what derives one revision anew, for a batch.
	deriver func(w writer) func(row revtable.Row) error
}

// derivations are all kinds: columns, references and search entries of statements,
// what entities are found by, columns of re-attributions.
var derivations = []derivation{
	{"statements", 1, statementTable, statementDeriver},
	{"entities", 1, entityTable, func(w writer) func(revtable.Row) error { return w.deriveEntity }},
	{"reattributions", 1, reattributionTable, func(w writer) func(revtable.Row) error { return w.deriveReattribution }},
}

const (
	// deriveBatch is how many revisions are derived anew in one transaction: other
	// writers wait for it.
	deriveBatch = 500
)

// Derive makes anew what is derived from snapshots, if older code made it. It goes in
// batches, each with the place of the next: one that was cut off goes on where it
// was. What it changes says nothing new, so it is no change of the record.
//
// log says what is done, since it may take minutes; nil says nothing.
func Derive(ctx context.Context, st *Store, dialect Dialect, log *zap.Logger) error {
	if log == nil {
		log = zap.NewNop()
	}
	d := dialect.prepare()
	for _, kind := range derivations {
		if err := deriveKind(ctx, st, d, kind, log.With(zap.String("of", kind.name))); err != nil {
			return err
		}
	}
	return nil
}

func deriveKind(ctx context.Context, st *Store, d *dialect, kind derivation, log *zap.Logger) error {
	// Asked outside of a transaction first: one would take a record time.
	state, err := derivedState(ctx, st, kind)
	if err != nil || state.code >= kind.code {
		return err
	}
	log.Info("making the indexes anew")
	for more := true; more; {
		err = st.Database.Write(ctx, func(tx recorddb.Tx) (err error) {
			more, err = newWriter(tx, d).deriveNext(kind)
			return err
		})
		if err != nil {
			return err
		}
	}
	log.Info("the indexes are made anew")
	return nil
}

// CheckDerived is an error while what is derived from the snapshots was made by
// older code: FAILED_PRECONDITION, reason SCHEMA_TOO_OLD.
func CheckDerived(ctx context.Context, st *Store) error {
	for _, kind := range derivations {
		state, err := derivedState(ctx, st, kind)
		if err != nil {
			return err
		}
		if state.code < kind.code {
			return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_OLD",
				"the indexes of %s were made by an older program (%d, this one makes %d): run migrate", kind.name, state.code, kind.code).
				NotWritten()
		}
	}
	return nil
}

// progress is how far what is derived goes.
type progress struct {
	code     int64
	id       string
	revision int64
}

func derivedState(ctx context.Context, st *Store, kind derivation) (state progress, err error) {
	err = st.Database.Read(ctx, func(conn recorddb.Conn) error {
		state, err = readProgress(conn, kind)
		return err
	})
	return state, err
}

func readProgress(conn recorddb.Conn, kind derivation) (state progress, err error) {
	_, err = conn.QueryOne("SELECT code, id, revision FROM derived WHERE name = ?", func(row recorddb.Row) error {
		state = progress{row.Int64(0), row.Text(1), row.Int64(2)}
		return nil
	}, kind.name)
	return state, err
}

// deriveNext derives the next batch anew, and says whether there may be more.
func (w writer) deriveNext(kind derivation) (more bool, err error) {
	state, err := readProgress(w.conn, kind)
	if err != nil || state.code >= kind.code {
		return false, err
	}
	var rows []revtable.Row
	err = w.conn.Query("SELECT "+revtable.Columns("")+" FROM "+kind.table.Name()+
		" WHERE (id, revision) > (?, ?) ORDER BY id, revision "+recorddb.Limit, func(row recorddb.Row) error {
		rows = append(rows, revtable.Scan(row, 0))
		return nil
	}, state.id, state.revision, deriveBatch)
	if err != nil {
		return false, err
	}
	derive := kind.deriver(w)
	for _, row := range rows {
		if err := derive(row); err != nil {
			return false, err
		}
	}
	if more = len(rows) == deriveBatch; more {
		last := rows[len(rows)-1]
		state.id, state.revision = last.ID, last.Revision
	} else {
		state = progress{code: kind.code}
	}
	return more, w.tx.ExecOne("UPDATE derived SET code = ?, id = ?, revision = ? WHERE name = ?",
		state.code, state.id, state.revision, kind.name)
}

// deriveEntity makes anew what one revision of an entity is found by.
func (w writer) deriveEntity(row revtable.Row) error {
	var entity domain.Entity
	if err := decode(string(row.Snapshot), &entity); err != nil {
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
	if err := decode(string(row.Snapshot), &statement); err != nil {
		return err
	}
	if !row.Erased {
		if err := w.addTimes(&statement, versions); err != nil {
			return err
		}
	}
	snapshot, err := encode(statement)
	if err != nil {
		return err
	}
	row.Snapshot = snapshot
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
