package storetest

import (
	"errors"
	"strconv"
	"testing"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/recordtest"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var errRefused = errors.New("refused")

func transactions(t *testing.T, open Open) {
	t.Run("an error undoes all", func(t *testing.T) {
		f := start(t, open)
		err := f.Write(t.Context(), func(w store.Writer) error {
			must.OK(t, w.PutStatement(statement("a", w.RecordTime()), caller))
			return errRefused
		})
		must.ErrorIs(t, err, errRefused)
		f.absent("a")
	})
	t.Run("a try undoes all", func(t *testing.T) {
		f := start(t, open)
		must.OK(t, f.Try(t.Context(), func(w store.Writer) error {
			must.OK(t, w.PutStatement(statement("a", w.RecordTime()), caller))
			_, found, err := w.Statement("a", store.Newest)
			must.True(t, found, "a transaction reads its own writes")
			return err
		}))
		f.absent("a")
		must.ErrorIs(t, f.Try(t.Context(), func(store.Writer) error { return errRefused }), errRefused)
	})
	t.Run("an inner try undoes its part", func(t *testing.T) {
		f := start(t, open)
		f.write(func(w store.Writer) error {
			must.OK(t, w.PutStatement(statement("a", w.RecordTime()), caller))
			must.OK(t, w.Try(func(w store.Writer) error { return w.PutStatement(statement("b", w.RecordTime()), caller) }))
			must.ErrorIs(t, w.Try(func(store.Writer) error { return errRefused }), errRefused)
			return nil
		})
		f.absent("b")
		f.read(func(r store.Reader) error {
			_, found, err := r.Statement("a", f.Settled())
			must.True(t, found)
			return err
		})
	})
	t.Run("record times are unique and settled after", func(t *testing.T) {
		recordtest.UniqueTimes(t, open(t), func(store.Writer, int) error { return nil })
	})
	t.Run("one time names an unchanged record", func(t *testing.T) { writtenTimes(t, open) })
	t.Run("waiting ends with a write", func(t *testing.T) {
		f, n := start(t, open), 0
		recordtest.Awaits(t, f, func() { n++; f.put(strconv.Itoa(n)) })
	})
	t.Run("an ended context", func(t *testing.T) {
		f := start(t, open)
		err := f.Write(canceled(t), func(store.Writer) error { return nil })
		must.True(t, errs.Is(err, errs.Canceled) && !errs.WriteUnknown(err))
		must.True(t, errs.Is(f.Read(canceled(t), func(store.Reader) error { return nil }), errs.Canceled))
	})
	t.Run("a revision follows the one before", func(t *testing.T) {
		f := start(t, open)
		a := f.put("a")
		err := f.Write(t.Context(), func(w store.Writer) error {
			a.Revision = 3
			return w.PutStatement(a, caller)
		})
		must.Err(t, err)
	})
}

func writtenTimes(t *testing.T, open Open) {
	f := start(t, open)
	f.put("a")
	at := recordtest.Written(t, f)
	must.Equal(t, recordtest.Written(t, f), at)
	f.read(func(r store.Reader) error {
		_, found, err := r.Statement("a", at)
		must.True(t, found, "a write is missing at the time of the newest")
		return err
	})
	f.put("b")
	must.True(t, at < recordtest.Written(t, f), "the record has changed, and its time has not")
}

// absent checks that a statement is not on record.
func (f fixture) absent(id string) {
	f.t.Helper()
	f.read(func(r store.Reader) error {
		_, found, err := r.Statement(id, f.Settled())
		must.False(f.t, found)
		return err
	})
}
