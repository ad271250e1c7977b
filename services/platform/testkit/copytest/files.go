package copytest

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
)

// drawn is a file with a drawn history, and a folder for its copies.
func (s Suite[S, C]) drawn(t *rapid.T) (h History[S, C], source, folder string) {
	folder = must.Get(os.MkdirTemp("", "copy"))(t)
	source = filepath.Join(folder, "source.db")
	h = s.New()
	s.write(t, h, source)
	return h, source, folder
}

// write puts drawn transactions on record in a file.
func (s Suite[S, C]) write(t *rapid.T, h History[S, C], path string) {
	st := s.Open(t, path)
	h.Write(t, st, s.Draw(t))
	must.OK(t, st.Close())
}

// interrupted copies, and goes on after each of drawn interruptions.
func (s Suite[S, C]) interrupted(t *rapid.T, source, target string) (report recordcopy.Report) {
	options := recordcopy.Options{Page: rapid.IntRange(1, 6).Draw(t, "page")}
	for {
		ctx, interrupt := context.WithCancel(context.Background())
		commits := rapid.IntRange(1, 10).Draw(t, "commits")
		options.Progress = func(recordcopy.Progress) {
			if commits--; commits == 0 {
				interrupt()
			}
		}
		report, err := s.copyFiles(ctx, source, target, options)
		interrupt()
		if err == nil {
			return report
		}
		statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
	}
}

// SameRecord checks a copy at every time, whatever was interrupted on the way; and that
// what is recorded later is added to it.
func (s Suite[S, C]) SameRecord(t *testing.T) {
	t.Parallel() // it waits for the disk
	rapid.Check(t, func(t *rapid.T) {
		h, source, folder := s.drawn(t)
		defer os.RemoveAll(folder)
		target := filepath.Join(folder, "target.db")
		s.Empty(t, target)
		first := s.interrupted(t, source, target)
		again := must.Get(s.copyFiles(context.Background(), source, target, recordcopy.Options{}))(t)
		must.Equal(t, again.Changes, 0)
		must.Equal(t, again.Kinds, first.Kinds)

		s.write(t, h, source)
		s.interrupted(t, source, target)
		s.same(t, h, s.Open(t, source), s.Open(t, target))
	})
}

// Past checks that a copy answers at its last time as the source answered at that time, and
// has nothing later.
func (s Suite[S, C]) Past(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h, source, folder := s.drawn(t)
		defer os.RemoveAll(folder)
		if len(h.Times()) == 0 {
			return
		}
		target := filepath.Join(folder, "target.db")
		s.Empty(t, target)
		until := rapid.SampledFrom(h.Times()).Draw(t, "until") + recordtime.Time(rapid.IntRange(-1, 1).Draw(t, "beside it"))
		report, err := s.copyFiles(context.Background(), source, target, recordcopy.Options{Until: until})
		must.OK(t, err)
		must.True(t, report.To <= until)
		a, b := s.Open(t, source), s.Open(t, target)
		must.Equal(t, s.Answers(t, b, until), s.Answers(t, a, until))
		must.Equal(t, s.Changes(t, b, recordtime.Forever), s.Changes(t, a, until))
		must.OK(t, a.Close())
		must.OK(t, b.Close())
	})
}

// AnotherTarget checks that a target that is not the beginning of the source is refused.
func (s Suite[S, C]) AnotherTarget(t *testing.T) {
	source := s.filled(t, "ana", "a", "b")
	for name, tt := range map[string]struct {
		target string
		want   string
	}{
		"another caller":   {s.filled(t, "ben", "a"), s.Collection + "/a is not the same"},
		"another resource": {s.filled(t, "ana", "c"), s.Collection + "/a is in the source and not in the target"},
		"more":             {s.filled(t, "ana", "a", "b", "c", "d"), "its record goes to"},
	} {
		t.Run(name, func(t *testing.T) {
			before := must.Get(os.ReadFile(tt.target))(t)
			_, err := s.copyFiles(t.Context(), source, tt.target, recordcopy.Options{})
			statustest.Check(t, err, codes.FailedPrecondition, "COPY_TARGET_DIFFERS", "")
			must.Contains(t, err.Error(), tt.want)
			must.True(t, string(must.Get(os.ReadFile(tt.target))(t)) == string(before), "the target was written")
		})
	}
	_, err := s.copyFiles(t.Context(), source, source, recordcopy.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "COPY_SAME_DATABASE", "")
}

// ItsSource checks that a source must be there, and not be in use.
func (s Suite[S, C]) ItsSource(t *testing.T) {
	path := filepath.Join(t.TempDir(), "none.db")
	_, err := s.copyFiles(t.Context(), path, filepath.Join(t.TempDir(), "target.db"), recordcopy.Options{})
	must.ErrorIs(t, err, os.ErrNotExist)
	_, err = os.Stat(path)
	must.ErrorIs(t, err, os.ErrNotExist)

	source := s.filled(t, "ana", "a")
	st := s.Open(t, source)
	defer func() { must.OK(t, st.Close()) }()
	_, err = s.copyFiles(t.Context(), source, path, recordcopy.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_IN_USE", "")
}

// BackedUp checks a backup of a file in use.
func (s Suite[S, C]) BackedUp(t *testing.T) {
	source := s.filled(t, "ana", "a", "b")
	st := s.Open(t, source)
	defer func() { must.OK(t, st.Close()) }()
	to := filepath.Join(t.TempDir(), "backup.db")
	must.OK(t, s.Backup(t.Context(), "sqlite:"+source, to))
	copied := s.Open(t, to)
	must.Equal(t, s.Changes(t, copied, recordtime.Forever), s.Changes(t, st, recordtime.Forever))
	must.OK(t, copied.Close())
	err := s.Backup(t.Context(), "postgres://localhost/x", to)
	statustest.Check(t, err, codes.FailedPrecondition, "DATABASE_UNSUPPORTED", "")
}
