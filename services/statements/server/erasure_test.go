package server_test

import (
	"context"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/recordcopy"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/statements/server"
)

// erasureIn is what stays of an erased resource, in the details of an error.
func erasureIn(st *status.Status) *statementsv1.Erasure {
	for _, detail := range st.Details() {
		if erasure, ok := detail.(*statementsv1.Erasure); ok {
			return erasure
		}
	}
	return nil
}

// TestErasureOfAStatement: it is gone at every read_time, from lists, searches and
// changes; a tombstone stays.
func TestErasureOfAStatement(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		child := indirect()
		child.ParentStatement = "statements/s1"
		s.create(t, "child", child)
		first := s.settled()
		made := must.Get(s.corrections.CorrectStatement(t.Context(),
			correction(&statementsv1.Statement{Contents: []*typev1.TextSpan{at("trade is")}}, "contents")))(t)
		second := s.settled()
		req := &statementsv1.EraseStatementRequest{Name: "statements/s1", Reason: "article 17", RequestId: uuid.NewString(), ValidateOnly: true}
		must.Get(s.erasures.EraseStatement(t.Context(), req))(t)
		must.Get(s.get(t.Context(), "s1"))(t)
		req.ValidateOnly = false
		gone := must.Get(s.erasures.EraseStatement(t.Context(), req))(t)
		must.Equal(t, gone, &statementsv1.Erasure{
			Subject: "statements/s1", Reason: "article 17", RecordTime: gone.GetRecordTime(), Caller: "anonymous", StatementCount: 1,
		})
		must.Equal(t, must.Get(s.erasures.EraseStatement(t.Context(), req))(t), gone)

		for _, when := range []*timestamppb.Timestamp{nil, first, second, s.settled()} {
			_, err := s.statements.GetStatement(t.Context(),
				&statementsv1.GetStatementRequest{Name: "statements/s1", ReadTime: when, ShowDeleted: true})
			must.Equal(t, erasureIn(statustest.Check(t, err, codes.NotFound, "ERASED", "")), gone)
			must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{ReadTime: when, ShowDeleted: true}), []string{"child"})
			found := must.Get(s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: "trade", ReadTime: when}))(t)
			must.Equal(t, len(found.GetResults()), 0)
		}
		noTraceOf(t, s)
		must.Equal(t, must.Get(s.get(t.Context(), "child"))(t).GetParentStatement(), "statements/s1")
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: direct(), StatementId: "s1"})
		statustest.Check(t, err, codes.AlreadyExists, "STATEMENT_EXISTS", "statement_id")
		left := must.Get(s.corrections.GetCorrection(t.Context(),
			&statementsv1.GetCorrectionRequest{Name: made.GetCorrection().GetName()}))(t)
		must.Equal(t, left.GetReason()+left.GetNoticeText(), "")
		watchedAsErased(t, s)
	})
}

// noTraceOf checks that every method says of statements/s1 that it was erased.
func noTraceOf(t *testing.T, s *service) {
	t.Helper()
	for name, call := range map[string]func() error{
		"batch": func() error {
			_, err := s.statements.BatchGetStatements(t.Context(), &statementsv1.BatchGetStatementsRequest{Names: []string{"statements/s1"}})
			return err
		},
		"revision": func() error {
			_, err := s.statements.GetStatementRevision(t.Context(), &statementsv1.GetStatementRevisionRequest{Name: "statements/s1/revisions/1"})
			return err
		},
		"revisions": func() error {
			_, err := s.statements.ListStatementRevisions(t.Context(), &statementsv1.ListStatementRevisionsRequest{Parent: "statements/s1"})
			return err
		},
		"diff": func() error {
			_, err := s.statements.DiffStatementRevisions(t.Context(),
				&statementsv1.DiffStatementRevisionsRequest{Name: "statements/s1/revisions/1", To: "2"})
			return err
		},
		"correct": func() error {
			_, err := s.corrections.CorrectStatement(t.Context(), correction(&statementsv1.Statement{Comment: "x"}, "comment"))
			return err
		},
		"delete": func() error {
			_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "r"})
			return err
		},
		"again": func() error {
			_, err := s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: "statements/s1", Reason: "r"})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) { statustest.Check(t, call(), codes.NotFound, "ERASED", "") })
	}
}

// watchedAsErased checks that all three changes of statements/s1 read so.
func watchedAsErased(t *testing.T, s *service) {
	t.Helper()
	changes, _ := until(t, s.watch(t, everything()))
	erased := 0
	for _, one := range changes {
		if change := one.GetChange(); change.GetName() == "statements/s1" {
			erased++
			must.Equal(t, change.GetType(), statementsv1.Change_ERASED)
			must.Equal(t, change.GetStatement(), &statementsv1.Statement{Name: "statements/s1"})
		}
	}
	must.Equal(t, erased, 3)
}

// TestErasureOfAMergedStatement: the words are gone where they were an appearance
// too, and what was merged into it stands by itself.
func TestErasureOfAMergedStatement(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, id := range []string{"e", "f"} {
			s.document(t, id, false)
		}
		on := func(document string) *statementsv1.Statement {
			statement := direct()
			statement.DocumentVersion = "documents/" + document + "/versions/1"
			return statement
		}
		s.create(t, "low", on("d"))
		s.create(t, "mid", on("e"))
		s.create(t, "top", on("f"))
		merge := func(name, target string) {
			must.Get(s.statements.MergeStatement(t.Context(),
				&statementsv1.MergeStatementRequest{Name: "statements/" + name, Target: "statements/" + target}))(t)
		}
		merge("low", "mid")
		merge("mid", "top")
		before := s.settled()
		must.Get(s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: "statements/mid", Reason: "r"}))(t)
		must.Equal(t, must.Get(s.get(t.Context(), "low"))(t).GetRedirectTo(), "")
		must.Equal(t, len(must.Get(s.get(t.Context(), "top"))(t).GetAppearances()), 0)
		then := must.Get(s.statements.GetStatement(t.Context(), &statementsv1.GetStatementRequest{Name: "statements/top", ReadTime: before}))(t)
		must.Equal(t, len(then.GetAppearances()), 1)
		must.Equal(t, then.GetAppearances()[0].GetStatement(), "statements/low")
		must.Equal(t, s.searched(t, "trade"), []string{"top", "low"})
	})
}

// TestErasureOfADocument: its texts and, with cascade, its statements.
func TestErasureOfADocument(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		s.create(t, "gone", indirect())
		must.Get(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/gone", Reason: "r"}))(t)
		s.document(t, "e", false)
		moved := direct()
		s.create(t, "moved", moved)
		req := &statementsv1.CorrectStatementRequest{
			Name: "statements/moved", Kind: typev1.Correction_ERROR, Reason: "printed there",
			Statement: &statementsv1.Statement{DocumentVersion: "documents/e/versions/1"},
		}
		must.Get(s.corrections.CorrectStatement(t.Context(), req))(t)
		before := s.settled()
		erase := &statementsv1.EraseDocumentRequest{Name: "documents/d", Reason: "article 17"}
		_, err := s.erasures.EraseDocument(t.Context(), erase)
		statustest.Check(t, err, codes.FailedPrecondition, "DOCUMENT_HAS_STATEMENTS", "")
		erase.Cascade = true
		gone := must.Get(s.erasures.EraseDocument(t.Context(), erase))(t)
		must.Equal(t, gone.GetStatementCount(), 2)
		for _, when := range []*timestamppb.Timestamp{nil, before} {
			_, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d", ReadTime: when, ShowDeleted: true})
			must.Equal(t, erasureIn(statustest.Check(t, err, codes.NotFound, "ERASED", "")), gone)
			_, err = s.documents.GetDocumentVersion(t.Context(),
				&statementsv1.GetDocumentVersionRequest{Name: "documents/d/versions/1", ReadTime: when})
			statustest.Check(t, err, codes.NotFound, "ERASED", "")
			_, err = s.documents.ListDocumentVersions(t.Context(), &statementsv1.ListDocumentVersionsRequest{Parent: "documents/d", ReadTime: when})
			statustest.Check(t, err, codes.NotFound, "ERASED", "")
			must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{ReadTime: when, ShowDeleted: true}), []string{"moved"})
		}
		_, err = s.documents.CreateDocumentVersion(t.Context(),
			&statementsv1.CreateDocumentVersionRequest{Parent: "documents/d", DocumentVersion: newVersion()})
		statustest.Check(t, err, codes.NotFound, "ERASED", "")
		_, err = s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: direct()})
		statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "statement.document_version")
		_, err = s.statements.GetStatementRevision(t.Context(),
			&statementsv1.GetStatementRevisionRequest{Name: "statements/moved/revisions/1"})
		statustest.Check(t, err, codes.NotFound, "ERASED", "")
		must.Equal(t, must.Get(s.get(t.Context(), "moved"))(t).GetDocumentVersion(), "documents/e/versions/1")
		must.Equal(t, s.searched(t, "trade"), []string{"moved"})
	})
}

// TestErasureOfAnEntity: not while a statement names it, in any revision.
func TestErasureOfAnEntity(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "ben")
		s.create(t, "s1", direct())
		must.Get(s.corrections.CorrectStatement(t.Context(),
			correction(&statementsv1.Statement{Speakers: []*statementsv1.Speaker{{Entity: "entities/ben"}}}, "speakers")))(t)
		before := s.settled()
		erase := func(name string) (*statementsv1.Erasure, error) {
			return s.erasures.EraseEntity(t.Context(), &statementsv1.EraseEntityRequest{Name: name, Reason: "article 17"})
		}
		for _, name := range []string{"entities/ana", "entities/ben"} {
			_, err := erase(name)
			statustest.Check(t, err, codes.FailedPrecondition, "ENTITY_IN_USE", "")
		}
		must.Get(s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: "statements/s1", Reason: "r"}))(t)
		gone := must.Get(erase("entities/ana"))(t)
		for _, when := range []*timestamppb.Timestamp{nil, before} {
			_, err := s.entities.GetEntity(t.Context(), &statementsv1.GetEntityRequest{Name: "entities/ana", ReadTime: when, ShowDeleted: true})
			must.Equal(t, erasureIn(statustest.Check(t, err, codes.NotFound, "ERASED", "")), gone)
		}
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: direct()})
		statustest.Check(t, err, codes.InvalidArgument, "REFERENCE_NOT_FOUND", "statement.speakers[0].entity")
		_, err = erase("entities/none")
		statustest.Check(t, err, codes.NotFound, "ENTITY_NOT_FOUND", "")
	})
}

// TestNoErasureOfWhatAnIngestNeeds: what is staged holds words of the document, and
// is published or dropped first. What was erased is not ingested again.
func TestNoErasureOfWhatAnIngestNeeds(t *testing.T) {
	s := startFilled(t, false)
	next := ingest(request1)
	next.DocumentVersion.Text += " More."
	next.Entities[0].DisplayName, next.Entities[0].Aliases = "Name of ana", nil
	s.stage(t, next)
	erase := func() error {
		_, err := s.erasures.EraseDocument(t.Context(), &statementsv1.EraseDocumentRequest{Name: "documents/d", Reason: "r", Cascade: true})
		return err
	}
	statustest.Check(t, erase(), codes.Aborted, "NAME_STAGED", "")
	_, err := s.erasures.EraseEntity(t.Context(), &statementsv1.EraseEntityRequest{Name: "entities/ana", Reason: "r"})
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	must.OK(t, s.discard(t, request1))
	must.OK(t, erase())
	_, err = s.staging.StageDocument(t.Context(), next)
	statustest.Check(t, err, codes.NotFound, "ERASED", "")
}

// TestACopyFromBeforeAnErasure is not added to: it holds what was erased.
func TestACopyFromBeforeAnErasure(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) server.Config { return server.Config{Database: "sqlite:" + filepath.Join(dir, name)} }
	source := func(name string, use func(s *service)) {
		t.Run(name, func(t *testing.T) {
			s := startOn(t, file("source.db").Database, changefeed.Options{}, rpcserver.Options{})
			use(s)
		})
	}
	source("fill", func(s *service) {
		s.document(t, "d", false)
		s.entity(t, "ana")
		s.create(t, "s1", direct())
	})
	must.Get(server.Service.Copy(t.Context(), file("source.db"), file("copy.db"), server.Deps{}, recordcopy.Options{}))(t)
	source("erase", func(s *service) {
		must.Get(s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: "statements/s1", Reason: "r"}))(t)
	})
	_, err := server.Service.Copy(t.Context(), file("source.db"), file("copy.db"), server.Deps{}, recordcopy.Options{})
	statustest.Check(t, err, codes.FailedPrecondition, "COPY_TARGET_DIFFERS", "")
}

// secret is a word of what is erased; keep one of what is not.
const (
	secret = "Zyzzogeton"
	keep   = "Quokkaville"
)

// fillAndErase puts many statements on record, some with the secret, in all that
// has words, and erases those.
func fillAndErase(t *testing.T, s *service) {
	must.Get(s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
		Document: newDocument(), DocumentId: "d", InitialVersion: newVersion(),
	}))(t)
	s.entity(t, "ana")
	entity := &statementsv1.Entity{EntityType: statementsv1.Entity_PERSON, DisplayName: "Mr " + secret, Aliases: []string{secret}}
	must.Get(s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{Entity: entity, EntityId: "e"}))(t)
	for i := range 300 {
		id := fmt.Sprintf("s%d", i)
		statement := indirect()
		statement.Text, statement.Comment = strings.Repeat(keep+" ", i), keep
		if i%10 == 0 {
			statement.Text = strings.Repeat("on "+secret+" ", 1+i)
			statement.Comment = secret
			statement.Speakers = []*statementsv1.Speaker{{AttributionText: "friends of " + secret}}
		}
		s.create(t, id, statement)
	}
	for i := 0; i < 300; i += 10 {
		name := fmt.Sprintf("statements/s%d", i)
		must.Get(s.corrections.CorrectStatement(t.Context(), &statementsv1.CorrectStatementRequest{
			Name: name, Kind: typev1.Correction_ERROR, Reason: "about " + secret, NoticeText: secret,
			Statement: &statementsv1.Statement{Text: "now " + secret + " again"},
		}))(t)
		must.Get(s.erasures.EraseStatement(t.Context(), &statementsv1.EraseStatementRequest{Name: name, Reason: "article 17"}))(t)
	}
	secretVersion := newVersion()
	secretVersion.Text = strings.Repeat(secret+" said much. ", 2000)
	document := newDocument()
	document.Headline = secret + " speaks"
	must.Get(s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
		Document: document, DocumentId: "x", InitialVersion: secretVersion,
	}))(t)
	must.Get(s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: &statementsv1.Statement{
		DocumentVersion: "documents/x/versions/1", StatementType: statementsv1.Statement_DIRECT, StatementTime: notStated(),
		Contents: []*typev1.TextSpan{{Start: proto.Int32(0), End: int32(len(secret)), Exact: secret}},
		Speakers: []*statementsv1.Speaker{{AttributionText: "nobody"}},
	}}))(t)
	must.Get(s.erasures.EraseDocument(t.Context(),
		&statementsv1.EraseDocumentRequest{Name: "documents/x", Reason: "article 17", Cascade: true}))(t)
	must.Get(s.erasures.EraseEntity(t.Context(), &statementsv1.EraseEntityRequest{Name: "entities/e", Reason: "article 17"}))(t)
}

// TestErasedWordsAreNotInTheFile of SQLite once it was closed, in any spelling that
// an index gives them; nor in a backup or a copy, which answer as it does.
func TestErasedWordsAreNotInTheFile(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) server.Config { return server.Config{Database: "sqlite:" + filepath.Join(dir, name)} }
	t.Run("erase", func(t *testing.T) {
		fillAndErase(t, startOn(t, file("statements.db").Database, changefeed.Options{}, rpcserver.Options{}))
	})
	must.OK(t, server.Service.Backup(t.Context(), file("statements.db"), filepath.Join(dir, "backup.db")))
	must.Get(server.Service.Copy(t.Context(), file("statements.db"), file("copy.db"), server.Deps{}, recordcopy.Options{}))(t)
	for _, name := range []string{"backup.db", "copy.db"} {
		t.Run(name, func(t *testing.T) {
			s := startOn(t, file(name).Database, changefeed.Options{}, rpcserver.Options{})
			_, err := s.get(t.Context(), "s0")
			must.Equal(t, erasureIn(statustest.Check(t, err, codes.NotFound, "ERASED", "")).GetReason(), "article 17")
			_, err = s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/x"})
			statustest.Check(t, err, codes.NotFound, "ERASED", "")
			must.Equal(t, len(s.list(t, &statementsv1.ListStatementsRequest{PageSize: 1000, ShowDeleted: true})), 270)
			corrections := must.Get(s.corrections.ListCorrections(t.Context(),
				&statementsv1.ListCorrectionsRequest{Filter: `subject = "statements/s0"`}))(t).GetCorrections()
			must.Equal(t, len(corrections), 1)
			must.Equal(t, corrections[0].GetReason(), "")
		})
	}
	files := must.Get(os.ReadDir(dir))(t)
	kept := false
	for _, file := range files {
		content := strings.ToLower(string(must.Get(os.ReadFile(filepath.Join(dir, file.Name())))(t)))
		must.False(t, strings.Contains(content, strings.ToLower(secret)), file.Name())
		must.False(t, strings.Contains(content, strings.ToLower(secret[2:])), file.Name()) // an index leaves out what words share
		kept = kept || strings.Contains(content, strings.ToLower(keep))
	}
	must.True(t, kept)
}

// TestErasedWordsAreInNoTable of PostgreSQL.
func TestErasedWordsAreInNoTable(t *testing.T) {
	database := pgtest.Database(t)
	fillAndErase(t, startOn(t, database, changefeed.Options{}, rpcserver.Options{}))
	conn := must.Get(pgx.Connect(t.Context(), database))(t)
	defer func() { must.OK(t, conn.Close(context.WithoutCancel(t.Context()))) }()
	rows := must.Get(conn.Query(t.Context(), `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`))(t)
	tables := must.Get(pgx.CollectRows(rows, pgx.RowTo[string]))(t)
	must.True(t, len(tables) > 10)
	kept := 0
	for _, table := range tables {
		count := func(word string) (found int) {
			sql := "SELECT count(*) FROM " + table + " r WHERE lower(r::text) LIKE '%' || $1 || '%' OR r::text LIKE '%' || $2 || '%'"
			must.OK(t, conn.QueryRow(t.Context(), sql, strings.ToLower(word), hex.EncodeToString([]byte(word))).Scan(&found))
			return found
		}
		must.Equal(t, count(secret), 0)
		kept += count(keep)
	}
	must.True(t, kept > 0)
}
