package copytest

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// ThroughPostgres copies into PostgreSQL, with interruptions, and back again.
func (s Suite[S, C]) ThroughPostgres(t *testing.T) {
	for seed := range 4 {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			source, target := filepath.Join(t.TempDir(), "source.db"), filepath.Join(t.TempDir(), "target.db")
			h, st := s.New(), s.Open(t, source)
			for more := range 4 {
				h.Write(t, st, rapid.Custom(s.Draw).Example(10*seed+more))
			}
			must.OK(t, st.Close())
			url := pgtest.Database(t)
			interruptions := 0
			for {
				ctx, interrupt := context.WithCancel(t.Context())
				_, err := s.Copy(ctx, "sqlite:"+source, url, recordcopy.Options{Page: 5, Progress: func(recordcopy.Progress) { interrupt() }})
				interrupt()
				if err == nil {
					break
				}
				statustest.Check(t, err, codes.Canceled, "CANCELLED", "")
				interruptions++
			}
			must.True(t, interruptions > 0)
			s.same(t, h, s.Open(t, source), s.OpenPostgres(t, url))

			must.Get(s.Copy(t.Context(), url, "sqlite:"+target, recordcopy.Options{}))(t)
			s.same(t, h, s.Open(t, source), s.Open(t, target))
		})
	}
}

// AnotherPostgres checks that a database with another record is refused.
func (s Suite[S, C]) AnotherPostgres(t *testing.T) {
	url := pgtest.Database(t)
	must.Get(s.Copy(t.Context(), "sqlite:"+s.filled(t, "ana", "a"), url, recordcopy.Options{}))(t)
	_, err := s.Copy(t.Context(), "sqlite:"+s.filled(t, "ben", "a"), url, recordcopy.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "COPY_TARGET_DIFFERS", "")
	must.Contains(t, err.Error(), s.Collection+"/a is not the same")
}
