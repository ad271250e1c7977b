package server_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// TestACascadeHasALimit: 5,000 statements are withdrawn with their document, and
// erased with it; one more is refused and changes nothing.
func TestACascadeHasALimit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	st := openFile(t, path)
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		at := w.RecordTime()
		document := domain.Document{
			Record: domain.Record{ID: "d", UID: "u"}.First(at), Headline: "h", Publisher: "p", LanguageCode: "en", LatestVersion: 1,
		}
		must.OK(t, w.PutDocument(document, "ana"))
		must.OK(t, w.PutVersion(domain.Version{Document: "d", Number: 1, UID: "v", Created: at, SHA256: "s", Length: 9, Text: "words said"}, "ana"))
		for i := range 5001 {
			statement := domain.Statement{
				Record: domain.Record{ID: fmt.Sprint("s", i), UID: fmt.Sprint("u", i)}.First(at), Document: "d", Version: 1, Type: domain.Direct,
				Text: "words", TextKey: domain.KeyOf("words"), LanguageCode: "en", Contents: []domain.Span{{End: 5, Exact: "words"}},
				Speakers: []domain.Speaker{{AttributionText: "x"}}, Time: domain.Period{Missing: domain.NotStated},
			}
			if err := w.PutStatement(statement, "ana"); err != nil {
				return err
			}
		}
		return nil
	}))
	must.OK(t, st.Close())
	s := startOn(t, "sqlite:"+path, changefeed.Options{}, rpcserver.Options{})
	kill := func() error {
		_, err := s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
			Name: "documents/d", Kind: typev1.Correction_KILL, Reason: "invented",
		})
		return err
	}
	erase := func() (*statementsv1.Erasure, error) {
		return s.erasures.EraseDocument(t.Context(), &statementsv1.EraseDocumentRequest{Name: "documents/d", Reason: "r", Cascade: true})
	}
	statustest.Check(t, kill(), codes.FailedPrecondition, "TOO_MANY_FACTS", "")
	_, err := erase()
	statustest.Check(t, err, codes.FailedPrecondition, "TOO_MANY_FACTS", "")
	must.Get(s.get(t.Context(), "s0"))(t)
	must.Get(s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: "statements/s5000", Reason: "r"}))(t)
	must.OK(t, kill())
	must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{})), 0)
	must.Equal(t, must.Get(erase())(t).GetStatementCount(), 5000)
	must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{ShowDeleted: true})), 0)
}
