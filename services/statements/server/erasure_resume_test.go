package server_test

import (
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// tokenService is the service that resume tokens are of.
const tokenService = "onrecord.statements.v1"

// TestWhoWasSentWhatIsErasedGoesOn: from each change before the erasure, though that of a
// version is told at another time since.
func TestWhoWasSentWhatIsErasedGoesOn(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.document(t, "e", false)
		s.create(t, "said", onDocument("e"))
		before, _ := until(t, s.watch(t, everything()))
		_ = must.Get(s.erasures.EraseDocument(t.Context(), &statementsv1.EraseDocumentRequest{Name: "documents/e", Reason: "r", Cascade: true}))(t)
		for _, one := range before {
			got := s.changesAfter(t, one.GetResumeToken())
			for _, name := range []string{"documents/e", "documents/e/versions/1", "statements/said"} {
				must.Equal(t, got[name], statementsv1.Change_ERASED)
			}
		}
	})
}

// TestResumeWhereAnErasedVersionWasTold: of an erased version a place is known if the version was
// told there, when it was recorded and at the end of its embargo, and no other.
func TestResumeWhereAnErasedVersionWasTold(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		readers := s.forReaders(t)
		s.embargoed(t, "e")
		must.OK(t, second(s.embargo(t, "documents/e", later())))
		must.OK(t, second(s.embargo(t, "documents/e", nil)))
		must.OK(t, second(s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{
			Document: &statementsv1.Document{Name: "documents/e", Headline: "New"},
		})))
		all, _ := until(t, s.watch(t, everything()))
		s.eraseDocument(t, "e")
		s.entity(t, "after")
		erased, beat := until(t, s.watch(t, everything()))

		told, other := map[string]bool{}, map[string]bool{}
		for _, one := range append(all, erased...) {
			place := must.Get(changefeed.ParseToken(tokenService, one.GetResumeToken()))(t)
			of := place.Kind == store.VersionChange && place.ID == "e"
			place.Kind, place.ID, place.Revision = store.VersionChange, "e", 1
			if of {
				told[changefeed.Token(tokenService, place)] = true
			}
			for _, step := range []recordtime.Time{-1, 0, 1} {
				near := place
				near.Time += step
				other[changefeed.Token(tokenService, near)] = true
			}
		}
		must.Equal(t, len(told), 3) // recorded, published, erased
		for token := range told {
			delete(other, token)
			_, end := until(t, s.watch(t, after(token)))
			must.Equal(t, end.GetResumeToken(), beat.GetResumeToken())
		}
		heard := 0
		for token := range told {
			if _, err := readers.watch(t, after(token))(); err == nil {
				heard++
			}
		}
		must.Equal(t, heard, 2) // they were not told that it was recorded
		for token := range other {
			for _, who := range []*service{s, readers} {
				_, err := who.watch(t, after(token))()
				statustest.Check(t, err, codes.InvalidArgument, "INVALID_RESUME_TOKEN", "resume_token")
			}
		}
	})
}

// TestResumeAfterARestoreAndAnErasure: who was told of an erasure that was undone with the restore is
// told to start anew, though the document was erased once more.
func TestResumeAfterARestoreAndAnErasure(t *testing.T) {
	for engine, database := range map[string]func(t testing.TB) string{
		"sqlite":   func(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "statements.db") },
		"postgres": pgtest.Database,
	} {
		t.Run(engine, func(t *testing.T) {
			lost, restored := database(t), database(t)
			use := func(name, database string, use func(t *testing.T, s *service)) {
				t.Run(name, func(t *testing.T) { use(t, startOn(t, database, changefeed.Options{}, rpcserver.Options{})) })
			}
			var before, erased []*statementsv1.WatchResponse
			use("record", lost, func(t *testing.T, s *service) {
				s.document(t, "e", false)
				before, _ = until(t, s.watch(t, everything()))
			})
			must.Get(copies.Copy(t.Context(), lost, restored, recordcopy.Options{}))(t)
			use("erase", lost, func(t *testing.T, s *service) {
				s.eraseDocument(t, "e")
				erased, _ = until(t, s.watch(t, everything()))
			})
			use("erase anew", restored, func(t *testing.T, s *service) {
				s.eraseDocument(t, "e")
				for _, one := range before { // those are of both
					must.Equal(t, s.changesAfter(t, one.GetResumeToken())["documents/e/versions/1"], statementsv1.Change_ERASED)
				}
				refused := 0
				for _, one := range erased {
					if one.GetChange().GetName() != "documents/e/versions/1" {
						continue
					}
					refused++
					_, err := s.watch(t, after(one.GetResumeToken()))()
					statustest.Check(t, err, codes.InvalidArgument, "INVALID_RESUME_TOKEN", "resume_token")
				}
				must.Equal(t, refused, 1)
			})
		})
	}
}
