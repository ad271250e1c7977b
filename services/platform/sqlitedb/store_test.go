package sqlitedb_test

import (
	"errors"
	"testing"

	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestStoreTriesAndWrites(t *testing.T) {
	db := open(t, tempPath(t), sqlitedb.Options{})
	store := recorddb.NewStore(db,
		func(conn recorddb.Conn) recorddb.Conn { return conn },
		func(tx recorddb.Tx) recorddb.Tx { return tx })
	refused := errors.New("refused")

	must.OK(t, store.Try(t.Context(), insert("a")))
	must.ErrorIs(t, store.Try(t.Context(), func(recorddb.Tx) error { return refused }), refused)
	must.OK(t, store.Write(t.Context(), func(tx recorddb.Tx) error {
		must.OK(t, insert("b")(tx))
		must.OK(t, tx.Try(func() error { return insert("c")(tx) }))
		must.ErrorIs(t, tx.Try(func() error { return errors.Join(insert("d")(tx), refused) }), refused)
		return insert("e")(tx)
	}))
	must.OK(t, store.Read(t.Context(), func(conn recorddb.Conn) error {
		found, err := conn.QueryOne("SELECT 1 FROM notes WHERE id = 'b'", nil)
		must.True(t, found)
		return err
	}))
	must.Equal(t, len(notes(t.Context(), t, db)), 2)
}
