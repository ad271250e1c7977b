package server_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/server"
)

// drawnSource is a file with a drawn history, and a folder for its copies.
func drawnSource(t *rapid.T) (h *history, source, folder string) {
	folder = must.Get(os.MkdirTemp("", "copy"))(t)
	source = filepath.Join(folder, "source.db")
	st := openFile(t, source)
	h = &history{}
	h.write(t, st, drawTransactions(t))
	must.OK(t, st.Close())
	return h, source, folder
}

func copyTo(ctx context.Context, from, to string, options recordcopy.Options) (recordcopy.Report, error) {
	return server.Service.Copy(ctx, server.Config{Database: "sqlite:" + from}, server.Config{Database: "sqlite:" + to}, server.Deps{}, options)
}

// compareFiles checks that a copy answers as its source does, at every time.
func compareFiles(t tb, h *history, source, target string) {
	a, b := openFile(t, source), openFile(t, target)
	for _, at := range h.times {
		must.Equal(t, answersAt(t, b, at), answersAt(t, a, at))
	}
	must.Equal(t, changesOf(t, b, store.Newest), changesOf(t, a, store.Newest))
	must.Equal(t, workOf(t, b, h), workOf(t, a, h))
	must.OK(t, a.Close())
	must.OK(t, b.Close())
}

// copyWithInterruptions copies, and goes on after each of drawn interruptions.
func copyWithInterruptions(t *rapid.T, source, target string) (report recordcopy.Report) {
	options := recordcopy.Options{Page: rapid.IntRange(1, 6).Draw(t, "page")}
	for {
		ctx, interrupt := context.WithCancel(context.Background())
		commits := rapid.IntRange(1, 10).Draw(t, "commits")
		options.Progress = func(recordcopy.Progress) {
			if commits--; commits == 0 {
				interrupt()
			}
		}
		report, err := copyTo(ctx, source, target, options)
		interrupt()
		if err == nil {
			return report
		}
		statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
	}
}

// TestACopyIsTheSameRecord: at every time, whatever was interrupted on the way;
// and what is recorded later is added to it.
func TestACopyIsTheSameRecord(t *testing.T) {
	t.Parallel() // it waits for the disk
	rapid.Check(t, func(t *rapid.T) {
		h, source, folder := drawnSource(t)
		defer os.RemoveAll(folder)
		target := filepath.Join(folder, "target.db")
		emptyFile.Put(t, target)
		first := copyWithInterruptions(t, source, target)
		again := must.Get(copyTo(context.Background(), source, target, recordcopy.Options{}))(t)
		must.Equal(t, again.Changes, 0)
		must.Equal(t, again.Kinds, first.Kinds)

		st := openFile(t, source)
		h.write(t, st, drawTransactions(t))
		must.OK(t, st.Close())
		copyWithInterruptions(t, source, target)
		compareFiles(t, h, source, target)
	})
}

// TestACopyOfThePast: at its last time it answers as the source answered at that
// time, and has nothing later.
func TestACopyOfThePast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, source, folder := drawnSource(t)
		defer os.RemoveAll(folder)
		if len(h.times) == 0 {
			return
		}
		target := filepath.Join(folder, "target.db")
		emptyFile.Put(t, target)
		until := rapid.SampledFrom(h.times).Draw(t, "until") + recordtime.Time(rapid.IntRange(-1, 1).Draw(t, "beside it"))
		report, err := copyTo(context.Background(), source, target, recordcopy.Options{Until: until})
		must.OK(t, err)
		must.True(t, report.To <= until)
		a, b := openFile(t, source), openFile(t, target)
		must.Equal(t, answersAt(t, b, until), answersAt(t, a, until))
		must.Equal(t, changesOf(t, b, store.Newest), changesOf(t, a, until))
		must.OK(t, a.Close())
		must.OK(t, b.Close())
	})
}

// filled is a file with some documents, written by who.
func filled(t *testing.T, who string, documents ...string) string {
	path, _ := file(t, "filled.db")
	st := openFile(t, path)
	defer func() { must.OK(t, st.Close()) }()
	for _, id := range documents {
		must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
			d := example(id)
			d.Record = d.First(w.RecordTime())
			return w.PutDocument(d, who)
		}))
	}
	return path
}

func TestACopyRefusesAnotherTarget(t *testing.T) {
	source := filled(t, "ana", "a", "b")
	for name, tt := range map[string]struct {
		target string
		want   string
	}{
		"another caller":   {filled(t, "ben", "a"), "documents/a is not the same"},
		"another document": {filled(t, "ana", "c"), "documents/a is in the source and not in the target"},
		"more":             {filled(t, "ana", "a", "b", "c", "d"), "its record goes to"},
	} {
		t.Run(name, func(t *testing.T) {
			before := must.Get(os.ReadFile(tt.target))(t)
			_, err := copyTo(t.Context(), source, tt.target, recordcopy.Options{})
			statustest.Check(t, err, codes.FailedPrecondition, "COPY_TARGET_DIFFERS", "")
			must.Contains(t, err.Error(), tt.want)
			must.True(t, string(must.Get(os.ReadFile(tt.target))(t)) == string(before), "the target was written")
		})
	}
	_, err := copyTo(t.Context(), source, source, recordcopy.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "COPY_SAME_DATABASE", "")
}

func TestACopyNeedsItsSource(t *testing.T) {
	path, _ := file(t, "none.db")
	_, err := copyTo(t.Context(), path, filepath.Join(t.TempDir(), "target.db"), recordcopy.Options{})
	must.ErrorIs(t, err, os.ErrNotExist)
	_, err = os.Stat(path)
	must.ErrorIs(t, err, os.ErrNotExist)

	source := filled(t, "ana", "a")
	st := openFile(t, source)
	defer func() { must.OK(t, st.Close()) }()
	_, err = copyTo(t.Context(), source, path, recordcopy.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_IN_USE", "")
}

func TestBackup(t *testing.T) {
	source := filled(t, "ana", "a", "b")
	st := openFile(t, source) // in use
	defer func() { must.OK(t, st.Close()) }()
	to, _ := file(t, "backup.db")
	must.OK(t, server.Service.Backup(t.Context(), server.Config{Database: "sqlite:" + source}, to))
	copied := openFile(t, to)
	must.Equal(t, changesOf(t, copied, store.Newest), changesOf(t, st, store.Newest))
	must.OK(t, copied.Close())
	err := server.Service.Backup(t.Context(), server.Config{Database: "postgres://localhost/x"}, to)
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_UNSUPPORTED", "")
}
