package server_test

import (
	"path/filepath"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
	"github.com/onrecord/onrecord/services/statements/internal/store/sqlite"
)

// TestAURIThatRunsCodeIsRefused: others make links of URIs. Of any other scheme they may be.
func TestAURIThatRunsCodeIsRefused(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	for field, write := range map[string]func(uri string) error{
		"document.uri": func(uri string) error {
			document := newDocument()
			document.Uri = uri
			_, err := s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{Document: document, InitialVersion: newVersion(), ValidateOnly: true})
			return err
		},
		"review.uri": func(uri string) error {
			review := checked()
			review.Uri = uri
			_, err := s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{Parent: "statements/s1", Review: review, ValidateOnly: true})
			return err
		},
		"statement.references[0].uri": func(uri string) error {
			statement := direct()
			statement.References = []*statementsv1.Reference{{Uri: uri}}
			_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: statement, ValidateOnly: true})
			return err
		},
	} {
		for _, uri := range []string{"javascript:alert(1)", "JAVAscript:alert(1)", "vbscript:x", "data:text/html,x"} {
			err := write(uri)
			statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", field)
			must.Equal(t, statustest.Violations(err)[0].GetReason(), "URI_RUNS_CODE")
		}
		for _, uri := range []string{"https://example.org/javascript:x", "urn:isbn:9783161484100", "doi:10.1000/182"} {
			must.OK(t, write(uri))
		}
	}
}

// TestWhatHadSuchAURIBeforeCanBeChanged: in all other fields, and to a URI that is allowed.
func TestWhatHadSuchAURIBeforeCanBeChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	emptyFile.Put(t, path)
	t.Run("before", func(t *testing.T) {
		s := startOn(t, "sqlite:"+path, changefeed.Options{}, rpcserver.Options{})
		s.document(t, "d", false)
		s.entity(t, "ana")
		s.create(t, "s1", direct())
		s.review(t, "s1", "r1", checked())
	})
	writeOldURIs(t, path, "data:text/html,x")
	s := startOn(t, "sqlite:"+path, changefeed.Options{}, rpcserver.Options{})

	document := &statementsv1.Document{Name: "documents/d", Headline: "Trade in May", Uri: "https://example.org/b"}
	review := &statementsv1.Review{Name: "statements/s1/reviews/r1", Headline: "Was it up?", Uri: "https://example.org/b"}
	reference := &statementsv1.Statement{Topics: []string{"entities/ana"}, References: []*statementsv1.Reference{{Uri: "https://example.org/b"}}}
	for _, field := range []string{"headline", "uri"} {
		mask := &fieldmaskpb.FieldMask{Paths: []string{field}}
		must.Get(s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{Document: document, UpdateMask: mask}))(t)
		must.Get(s.reviews.UpdateReview(t.Context(), &statementsv1.UpdateReviewRequest{Review: review, UpdateMask: mask}))(t)
	}
	must.OK(t, s.corrected(t, "s1", "topics", reference))
	statement := must.Get(s.get(t.Context(), "s1"))(t)
	must.Equal(t, statement.GetTopics(), []string{"entities/ana"})
	must.Equal(t, statement.GetReferences()[0].GetUri(), "data:text/html,x")
	must.OK(t, s.corrected(t, "s1", "references", reference))
}

// writeOldURIs gives documents/d, statements/s1 and its review r1 a URI that was allowed once.
func writeOldURIs(t *testing.T, path, uri string) {
	t.Helper()
	st := must.Get(sqlite.Open(t.Context(), path, sqlite.Options{Now: time.Now}))(t)
	must.OK(t, st.Write(t.Context(), func(w store.Writer) error {
		document, _, err := w.Document("d", store.Newest)
		must.OK(t, err)
		document.URI, document.Record = uri, document.Next(w.RecordTime())
		must.OK(t, w.PutDocument(document, "ana"))
		statement, _, err := w.Statement("s1", store.Newest)
		must.OK(t, err)
		statement.References, statement.Record = []domain.Reference{{URI: uri}}, statement.Next(w.RecordTime())
		must.OK(t, w.PutStatement(statement, "ana"))
		review, _, err := w.Review("s1", "r1", store.Newest)
		must.OK(t, err)
		review.URI, review.Record = uri, review.Next(w.RecordTime())
		return w.PutReview(review, "ana")
	}))
	must.OK(t, st.Close())
}
