package sqlitedb_test

import (
	"errors"
	"testing"

	"github.com/onrecord/onrecord/services/platform/sqlitedb"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func TestStoreTriesAndWrites(t *testing.T) {
	store := sqlitedb.NewStore(open(t, tempPath(t), sqlitedb.Options{}),
		func(conn *sqlitedb.Conn) *sqlitedb.Conn { return conn },
		func(tx *sqlitedb.Tx) *sqlitedb.Tx { return tx })
	refused := errors.New("refused")

	must.OK(t, store.Try(t.Context(), insert("a")))
	must.ErrorIs(t, store.Try(t.Context(), func(*sqlitedb.Tx) error { return refused }), refused)
	must.OK(t, store.Write(t.Context(), func(tx *sqlitedb.Tx) error {
		must.OK(t, insert("b")(tx))
		must.OK(t, tx.Try(func() error { return insert("c")(tx) }))
		must.ErrorIs(t, tx.Try(func() error { return errors.Join(insert("d")(tx), refused) }), refused)
		return insert("e")(tx)
	}))
	must.OK(t, store.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		found, err := conn.QueryOne("SELECT 1 FROM notes WHERE id = 'b'", nil)
		must.True(t, found)
		return err
	}))
	must.Equal(t, len(notes(t.Context(), t, store.DB)), 2)
}

func TestConditions(t *testing.T) {
	var c sqlitedb.Conditions
	c.Add("a = ? OR b = ?", 1, 2)
	c.Add("")
	c.Add("c")
	must.Equal(t, c.String(), "(a = ? OR b = ?) AND (c)")
	must.Equal(t, c.Args(3), []any{1, 2, 3})
	must.Equal(t, c.Args(4), []any{1, 2, 4})
}
