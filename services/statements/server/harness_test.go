package server_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/config"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/rpctest"
	"github.com/onrecord/onrecord/services/statements/server"
)

// service is a running service with its clients.
type service struct {
	documents  statementsv1.DocumentServiceClient
	entities   statementsv1.EntityServiceClient
	statements statementsv1.StatementServiceClient
	staging    statementsv1.StagingServiceClient
	texts      statementsv1.VerificationServiceClient
	changes    statementsv1.ChangeServiceClient

	corrections    statementsv1.CorrectionServiceClient
	erasures       statementsv1.ErasureServiceClient
	reviews        statementsv1.ReviewServiceClient
	reattributions statementsv1.ReattributionServiceClient

	server *server.Server
	dir    string       // of the database
	ahead  atomic.Int64 // how far the service's clock is ahead, in nanoseconds
}

// start runs a service on an empty store until the test ends.
func start(t testing.TB) *service {
	t.Helper()
	return startWatched(t, changefeed.Options{}, rpcserver.Options{})
}

// startWatched is start with intervals for watchers and options of the gRPC
// server.
func startWatched(t testing.TB, watch changefeed.Options, options rpcserver.Options) *service {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "statements.db")
	emptyFile.Put(t, file)
	s := startOn(t, "sqlite:"+file, watch, options)
	s.dir = dir
	return s
}

// startOn is startWatched on a database, which others may use too.
func startOn(t testing.TB, database string, watch changefeed.Options, options rpcserver.Options) *service {
	t.Helper()
	s := &service{}
	srv, err := server.Service.New(t.Context(), server.Config{Database: database},
		server.Deps{Migrate: true, Watch: watch, Now: func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }})
	must.OK(t, err)
	t.Cleanup(func() { must.OK(t, srv.Close()) })
	// The race detector and a busy machine make calls slow; how long one may take is
	// tested in package rpcserver.
	options.Timeout = cmp.Or(options.Timeout, 5*time.Minute)
	s.server = srv
	s.connect(t, options)
	return s
}

// connect reaches the service through a gRPC server with options.
func (s *service) connect(t testing.TB, options rpcserver.Options) {
	t.Helper()
	options.Settled = func(string) time.Time { return s.server.Settled() }
	conn := rpctest.Conn(t, options, func(r grpc.ServiceRegistrar) { s.server.Register(r) })
	s.documents = statementsv1.NewDocumentServiceClient(conn)
	s.entities = statementsv1.NewEntityServiceClient(conn)
	s.statements = statementsv1.NewStatementServiceClient(conn)
	s.staging = statementsv1.NewStagingServiceClient(conn)
	s.texts = statementsv1.NewVerificationServiceClient(conn)
	s.changes = statementsv1.NewChangeServiceClient(conn)
	s.corrections = statementsv1.NewCorrectionServiceClient(conn)
	s.erasures = statementsv1.NewErasureServiceClient(conn)
	s.reviews = statementsv1.NewReviewServiceClient(conn)
	s.reattributions = statementsv1.NewReattributionServiceClient(conn)
}

// forReaders is the service as readers reach it, who show no credential.
func (s *service) forReaders(t testing.TB) *service {
	t.Helper()
	list := filepath.Join(t.TempDir(), "access")
	must.OK(t, os.WriteFile(list, []byte("desk editor "+auth.HashKey(auth.NewKey())+"\n"), 0o600))
	guard, err := auth.New(config.Access{APIKeys: list, AnonymousRole: "reader"}, nil)
	must.OK(t, err)
	readers := &service{server: s.server, dir: s.dir}
	readers.connect(t, rpcserver.Options{Guard: guard, Timeout: 5 * time.Minute})
	return readers
}

// text is the text of the test document: a direct quotation, combining marks
// (one that composes, one that cannot), an emoji, and CRLF.
const text = "\u2003On Friday Ana told Ben \U0001F600: \"Cafe\u0301 trade is up.\"\r\nThe ministry x\u0323\u0301 stressed the wall."

// stored is text in normal form.
const stored = "\u2003On Friday Ana told Ben \U0001F600: \"Caf\u00e9 trade is up.\"\nThe ministry x\u0323\u0301 stressed the wall."

// at is the span of words in stored: code points, first occurrence.
func at(words string) *typev1.TextSpan {
	runes, want := []rune(stored), []rune(words)
	for i := range runes {
		if i+len(want) <= len(runes) && string(runes[i:i+len(want)]) == words {
			return &typev1.TextSpan{Start: proto.Int32(int32(i)), End: int32(i + len(want)), Exact: words}
		}
	}
	panic(fmt.Sprintf("%q does not stand in the text", words))
}

func notStated() *typev1.TimePeriod {
	return &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED}
}

func period(edtf string) *typev1.TimePeriod { return &typev1.TimePeriod{Edtf: edtf} }

func newDocument() *statementsv1.Document {
	return &statementsv1.Document{Headline: "Trade", Publisher: "AFP", LanguageCode: "en", Uri: "https://example.org/a"}
}

func newVersion() *statementsv1.DocumentVersion {
	return &statementsv1.DocumentVersion{Text: text, PublishTime: period("2023-11-18")}
}

// document puts a document with the test text on record.
func (s *service) document(t testing.TB, id string, withheld bool) *statementsv1.Document {
	t.Helper()
	document := newDocument()
	document.TextWithheld = withheld
	out, err := s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
		Document: document, DocumentId: id, InitialVersion: newVersion(),
	})
	must.OK(t, err)
	return out
}

// entity puts a person on record.
func (s *service) entity(t testing.TB, id string) *statementsv1.Entity {
	t.Helper()
	out, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{
		Entity: &statementsv1.Entity{EntityType: statementsv1.Entity_PERSON, DisplayName: "Name of " + id}, EntityId: id,
	})
	must.OK(t, err)
	return out
}

// direct is a direct quotation of documents/d.
func direct() *statementsv1.Statement {
	return &statementsv1.Statement{
		DocumentVersion: "documents/d/versions/1", StatementType: statementsv1.Statement_DIRECT,
		Contents: []*typev1.TextSpan{at("Caf\u00e9 trade is up.")}, Cue: at("told"),
		SourceMentions: []*typev1.TextSpan{at("Ana")},
		Speakers:       []*statementsv1.Speaker{{Entity: "entities/ana", Role: "President"}},
		StatementTime: &typev1.TimePeriod{
			Edtf: "2023-11-17", Printed: &typev1.TimePeriod_Printed{Text: "On Friday", Span: at("On Friday")},
		},
	}
}

// indirect is an indirect statement of documents/d with a summary.
func indirect() *statementsv1.Statement {
	return &statementsv1.Statement{
		DocumentVersion: "documents/d/versions/1", StatementType: statementsv1.Statement_INDIRECT,
		Text: "The ministry talked about walls.", Contents: []*typev1.TextSpan{at("stressed the wall")},
		Speakers:      []*statementsv1.Speaker{{AttributionText: "The ministry"}},
		StatementTime: notStated(),
	}
}

// startFilled is start with documents/d and entities/ana on record.
func startFilled(t testing.TB, withheld bool) *service {
	t.Helper()
	s := start(t)
	s.document(t, "d", withheld)
	s.entity(t, "ana")
	return s
}

// create puts a statement on record.
func (s *service) create(t testing.TB, id string, statement *statementsv1.Statement) *statementsv1.Statement {
	t.Helper()
	out, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: statement, StatementId: id})
	must.OK(t, err)
	return out
}

// settled is the settled time as a read time.
func (s *service) settled() *timestamppb.Timestamp { return timestamppb.New(s.server.Settled()) }

// get reads a statement.
func (s *service) get(ctx context.Context, id string) (*statementsv1.Statement, error) {
	return s.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: "statements/" + id})
}
