package derived

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
	"go.uber.org/zap"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
)

// Kind is a kind of resource from whose snapshots something is derived.
type Kind struct {
	// Name is that of its row in the table derived.
	Name  string
	Table *revtable.Table
	// Begin, if there is one, comes before the first revision, in its transaction: it does
	// what revisions do not tell.
	Begin func(tx recorddb.Tx) error
	// Deriver makes what derives one revision anew, for a batch. Revisions come by id
	// and number.
	Deriver func(tx recorddb.Tx) func(row revtable.Row) error
}

// batch is how many revisions are derived anew in one transaction: other writers
// wait for it.
const batch = 500

// logged is how many batches there are between two lines of the log.
const logged = 20

// patience is how long others may hold it up with nothing done meanwhile, longestPause how
// long it leaves them alone between two tries.
const (
	patience     = 5 * time.Minute
	longestPause = 5 * time.Second
)

// made is the code of a kind that is made; 0 has it made anew. A release that derives
// in another way has a migration that sets it to 0: by that, older programs cannot go
// on deriving in their way (see package migrations).
const made = 1

// Make makes anew what is derived from snapshots where a migration asks for it. It goes in
// batches, each with the place of the next: one that was cut off goes on where it
// was. What it changes says nothing new, so it is no change of the record.
//
// Where others hold the database up (UNAVAILABLE, reason STORAGE_BUSY: another process is at
// the same work, or writes for long) it tries again after a pause, and gives up with that
// error once nothing was done for five minutes.
//
// log and progress say what is done, since it may take minutes; nil says nothing.
func Make(ctx context.Context, db recorddb.Database, kinds []Kind, log *zap.Logger, progress recorddb.Progress) error {
	if log == nil {
		log = zap.NewNop()
	}
	for _, kind := range kinds {
		if err := kind.make(ctx, db, log.With(zap.String("of", kind.Name)), progress); err != nil {
			return err
		}
	}
	return nil
}

func (k Kind) make(ctx context.Context, db recorddb.Database, log *zap.Logger, told recorddb.Progress) error {
	// Asked outside of a transaction first: one would take a record time.
	var state progress
	var all int64
	err := insist(ctx, log, func() (err error) {
		if state, err = k.state(ctx, db); err == nil && state.code < made {
			all, err = k.left(ctx, db, state)
		}
		return err
	})
	if err != nil || state.code >= made {
		return err
	}
	log.Info("making the indexes anew", zap.Int64("revisions", all))
	if k.Begin != nil && state == (progress{}) {
		log.Info("beginning with what revisions do not tell: it may take long")
	}
	for batches, more := int64(0), true; more; batches++ {
		done := batches * batch
		told.Tell("revisions of "+k.Name+" indexed anew", done, all)
		if batches%logged == logged-1 {
			log.Info("making the indexes anew", zap.Int64("done", done), zap.Int64("revisions", all))
		}
		err := insist(ctx, log, func() error {
			return db.Write(ctx, func(tx recorddb.Tx) (err error) {
				more, err = k.next(tx)
				return err
			})
		})
		if err != nil {
			return err
		}
	}
	log.Info("the indexes are made anew")
	return nil
}

// insist does one step, again while others hold it up. See Make.
func insist(ctx context.Context, log *zap.Logger, step func() error) error {
	pauses := backoff.NewExponentialBackOff()
	pauses.MaxInterval = longestPause
	_, err := backoff.Retry(ctx, func() (none struct{}, err error) {
		if err = step(); err != nil && errs.ReasonOf(err) != "STORAGE_BUSY" {
			err = backoff.Permanent(err)
		}
		return none, err
	}, backoff.WithBackOff(pauses), backoff.WithMaxElapsedTime(patience),
		backoff.WithNotify(func(err error, pause time.Duration) {
			log.Warn("the indexes gave way to others and are tried again", zap.Duration("after", pause), zap.Error(err))
		}))
	return err
}

// Check is an error while something is to be made anew: FAILED_PRECONDITION, reason
// SCHEMA_TOO_OLD.
func Check(ctx context.Context, db recorddb.Database, kinds []Kind) error {
	for _, kind := range kinds {
		state, err := kind.state(ctx, db)
		if err != nil {
			return err
		}
		if state.code < made {
			return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_OLD",
				"the indexes of %s are not made anew yet, as a migration asked for: run migrate", kind.Name).NotWritten()
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

func (k Kind) state(ctx context.Context, db recorddb.Database) (state progress, err error) {
	err = db.Read(ctx, func(conn recorddb.Conn) error {
		state, err = k.progress(conn)
		return err
	})
	return state, err
}

func (k Kind) progress(conn recorddb.Conn) (state progress, err error) {
	_, err = conn.QueryOne("SELECT code, id, revision FROM derived WHERE name = ?", func(row recorddb.Row) error {
		state = progress{row.Int64(0), row.Text(1), row.Int64(2)}
		return nil
	}, k.Name)
	return state, err
}

// left is how many revisions there are to derive anew.
func (k Kind) left(ctx context.Context, db recorddb.Database, from progress) (count int64, err error) {
	err = db.Read(ctx, func(conn recorddb.Conn) error {
		_, err = conn.QueryOne("SELECT count(*) FROM "+k.Table.Name()+" WHERE (id, revision) > (?, ?)", func(row recorddb.Row) error {
			count = row.Int64(0)
			return nil
		}, from.id, from.revision)
		return err
	})
	return count, err
}

// next derives the next batch anew, and says whether there may be more.
func (k Kind) next(tx recorddb.Tx) (more bool, err error) {
	state, err := k.progress(tx)
	if err != nil || state.code >= made {
		return false, err
	}
	var rows []revtable.Row
	err = tx.Query("SELECT "+revtable.Columns("")+" FROM "+k.Table.Name()+
		" WHERE (id, revision) > (?, ?) ORDER BY id, revision "+recorddb.Limit, func(row recorddb.Row) error {
		rows = append(rows, revtable.Scan(row, 0))
		return nil
	}, state.id, state.revision, batch)
	if err != nil {
		return false, err
	}
	if k.Begin != nil && state == (progress{}) {
		if err := k.Begin(tx); err != nil {
			return false, err
		}
	}
	derive := k.Deriver(tx)
	for _, row := range rows {
		if err := derive(row); err != nil {
			return false, err
		}
	}
	if more = len(rows) == batch; more {
		last := rows[len(rows)-1]
		state.id, state.revision = last.ID, last.Revision
	} else {
		state = progress{code: made}
	}
	return more, tx.ExecOne("UPDATE derived SET code = ?, id = ?, revision = ? WHERE name = ?",
		state.code, state.id, state.revision, k.Name)
}
