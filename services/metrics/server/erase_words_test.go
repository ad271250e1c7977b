package server_test

import (
	"context"
	"encoding/hex"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/pgtest"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// erasedWords are of the document, and of what editors said of figures on it, as the index writes them too.
var erasedWords = []string{"a record us", "last year", "café", "quokka", "uokka"}

// tells is the word of those that a text has, "" for none.
func tells(text string) string {
	for _, word := range erasedWords {
		if strings.Contains(strings.ToLower(text), word) {
			return word
		}
	}
	return ""
}

// wordy puts figures on record of documents/d: one that stands, with corrections, one that was retracted and one that is on
// another document now; and one of documents/other whose correction documents/d prints.
func wordy(t *testing.T, s *service) {
	t.Helper()
	for _, id := range []string{"stands", "gone", "moved"} {
		f := printed()
		f.Comment, f.ReleaseTime = "quokka", proto.CloneOf(f.TimePeriod)
		must.Get(s.figures.CreateFigure(t.Context(), withText(f, id)))(t)
		req := correction(id, &metricsv1.Figure{TimePeriod: period("2021")}, "time_period")
		req.Reason, req.NoticeText, req.SourceText, req.SourceTextSha256 = "quokka", "quokka", text, sourcetext.HashOf(text)
		req.NoticeDocumentVersion = version
		s.correct(t, req)
	}
	must.Get(s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/gone", Reason: "quokka"}))(t)
	other := printed()
	other.DocumentVersion, other.Comment = "documents/other/versions/1", "kept"
	move := correction("moved", other, "document_version", "comment")
	move.Reason, move.SourceText, move.SourceTextSha256 = "quokka", text, sourcetext.HashOf(text)
	s.correct(t, move)
	noticed := observed("2020", "5", area("US"))
	s.figure(t, "noticed", noticed)
	notice := correction("noticed", &metricsv1.Figure{Value: number("6")}, "value")
	notice.Reason, notice.NoticeText, notice.NoticeDocumentVersion = "kept reason", "quokka", version
	s.correct(t, notice)
}

// heardOf is everything that whoever follows the record from its beginning hears.
func heardOf(t *testing.T, s *service) (heard []string) {
	t.Helper()
	events, _ := until(t, s.watch(t, &metricsv1.WatchRequest{StartTime: &timestamppb.Timestamp{}}))
	for _, event := range events {
		heard = append(heard, protojson.Format(event))
	}
	return heard
}

// erasedOf are the names of the figures, and of the document in each transaction, of which whoever follows the record hears that words
// were erased, in order.
func erasedOf(t *testing.T, s *service) (names []string) {
	t.Helper()
	events, _ := until(t, s.watch(t, &metricsv1.WatchRequest{StartTime: &timestamppb.Timestamp{}}))
	for _, event := range events {
		if event.GetChange().GetWordsErased() {
			names = append(names, event.GetChange().GetName())
		}
	}
	slices.Sort(names)
	return names
}

func TestTheWordsOfAnErasedDocumentLeaveItsFigures(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		wordy(t, s)
		then := s.settled()
		erase := func(validateOnly bool) *metricsv1.EraseFigureWordsResponse {
			t.Helper()
			request := &metricsv1.EraseFigureWordsRequest{Document: "documents/d", ValidateOnly: validateOnly}
			return must.Get(s.figures.EraseFigureWords(t.Context(), request))(t)
		}
		must.Equal(t, erase(true), &metricsv1.EraseFigureWordsResponse{ErasedCount: 3, NoticeCount: 4})
		before := heardOf(t, s)
		must.NotEqual(t, tells(strings.Join(before, "")), "")
		done := erase(false)
		must.True(t, done.GetRecordTime().AsTime().After(then.AsTime()))
		must.Equal(t, done, &metricsv1.EraseFigureWordsResponse{ErasedCount: 3, NoticeCount: 4, RecordTime: done.GetRecordTime()})
		must.Equal(t, erase(false), &metricsv1.EraseFigureWordsResponse{})
		must.Equal(t, erasedOf(t, s), []string{"documents/d", "documents/d", "figures/moved", "figures/stands"})

		for id, revision := range map[string]string{"stands": "3", "moved": "4"} {
			now := must.Get(s.get(t, id))(t)
			must.Equal(t, now.GetRevisionId(), revision)
			must.Equal(t, must.Get(s.figures.GetFigureRevision(t.Context(), &metricsv1.GetFigureRevisionRequest{
				Name: "figures/" + id + "/revisions/" + revision,
			}))(t).GetTags(), []string{"erase"})
			was := must.Get(s.figures.GetFigure(t.Context(), &metricsv1.GetFigureRequest{Name: "figures/" + id, ReadTime: then}))(t)
			must.Equal(t, was.GetValue(), number("860"))
		}
		stands := must.Get(s.get(t, "stands"))(t)
		must.Equal(t, stands.GetDocumentVersion(), version)
		must.Equal(t, stands.GetReported().GetNumberText(), "860")
		must.Equal(t, stands.GetNormalized().GetValue(), number("860000000000"))
		_, err := s.get(t, "gone")
		statustest.Check(t, err, codes.NotFound, "RETRACTED", "")

		for _, id := range []string{"stands", "gone", "moved"} {
			for _, at := range []*timestamppb.Timestamp{nil, then} {
				revisions := must.Get(s.figures.ListFigureRevisions(t.Context(), &metricsv1.ListFigureRevisionsRequest{Parent: "figures/" + id, ReadTime: at}))(t)
				must.False(t, strings.Contains(protojson.Format(revisions), "quokka"), "revisions of %s, at %v: %v", id, at, revisions)
			}
		}

		// What stands on the other document keeps its words.
		kept := proto.CloneOf(must.Get(s.get(t, "moved"))(t))
		must.Equal(t, kept.GetComment(), "kept")
		must.True(t, len(kept.GetReported().GetSpans()) > 0, "%v", kept)

		heard := heardOf(t, s)
		for _, event := range heard {
			if strings.Contains(event, "documents/other") { // it keeps all but the words of the one that is erased
				must.False(t, strings.Contains(event, "quokka"), "%s", event)
			} else {
				must.True(t, tells(event) == "", "%q is in %s", tells(event), event)
			}
		}
		must.Contains(t, strings.Join(heard, ""), "kept reason")
		for _, query := range []string{"quokka", `"a record"`} {
			for _, at := range []*metricsv1.SearchFiguresRequest{{Query: query}, {Query: query, ReadTime: then}} {
				for _, found := range must.Get(s.figures.SearchFigures(t.Context(), at))(t).GetResults() {
					must.Equal(t, found.GetFigure().GetName(), "figures/moved")
				}
			}
		}
		vintages := must.Get(s.metrics.ListVintages(t.Context(), &metricsv1.ListVintagesRequest{Parent: "metrics/trade", ReadTime: then}))(t)
		rows := must.Get(s.metrics.QueryMetric(t.Context(), &metricsv1.QueryMetricRequest{Name: "metrics/trade", ReadTime: then}))(t)
		must.False(t, strings.Contains(vintages.String()+rows.String(), "quokka"), "%v %v", vintages, rows)
	})
}

// TestErasedWordsAreNotInAnyFigureOnDisk: in no file of SQLite once it was closed, nor in a table of PostgreSQL.
func TestErasedWordsAreNotInAnyFigureOnDisk(t *testing.T) {
	fillAndErase := func(t *testing.T, s *service) {
		t.Helper()
		s.fill(t)
		for _, id := range []string{"one", "two"} {
			f := printed()
			f.Comment, f.ReleaseTime = "quokka", proto.CloneOf(f.TimePeriod)
			must.Get(s.figures.CreateFigure(t.Context(), withText(f, id)))(t)
			req := correction(id, &metricsv1.Figure{TimePeriod: period("2021"), Comment: "quokkas"}, "time_period", "comment")
			req.Reason, req.SourceText, req.SourceTextSha256 = "quokka", text, sourcetext.HashOf(text)
			s.correct(t, req)
		}
		must.Get(s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/two", Reason: "quokka"}))(t)
		must.Get(s.figures.EraseFigureWords(t.Context(), &metricsv1.EraseFigureWordsRequest{Document: "documents/d"}))(t)
	}
	dir := t.TempDir()
	t.Run("sqlite", func(t *testing.T) {
		fillAndErase(t, startOn(t, "sqlite:"+filepath.Join(dir, "metrics.db"), changefeed.Options{}, rpcserver.Options{}))
	})
	kept := false
	for _, file := range must.Get(os.ReadDir(dir))(t) {
		content := string(must.Get(os.ReadFile(filepath.Join(dir, file.Name())))(t))
		must.Equal(t, tells(content), "")
		kept = kept || strings.Contains(content, "860")
	}
	must.True(t, kept)
	t.Run("postgres", func(t *testing.T) {
		database := pgtest.Database(t)
		fillAndErase(t, startOn(t, database, changefeed.Options{}, rpcserver.Options{}))
		checkTables(t, database)
	})
}

// checkTables looks for erased words in all tables.
func checkTables(t *testing.T, database string) {
	t.Helper()
	conn := must.Get(pgx.Connect(t.Context(), database))(t)
	defer func() { must.OK(t, conn.Close(context.WithoutCancel(t.Context()))) }()
	rows := must.Get(conn.Query(t.Context(), `SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables
		WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')`))(t)
	tables := must.Get(pgx.CollectRows(rows, pgx.RowTo[string]))(t)
	must.True(t, len(tables) > 10)
	for _, table := range tables {
		for _, word := range erasedWords {
			var found int
			sql := "SELECT count(*) FROM " + table + " r WHERE lower(r::text) LIKE '%' || $1 || '%' OR r::text LIKE '%' || $2 || '%'"
			must.OK(t, conn.QueryRow(t.Context(), sql, word, hex.EncodeToString([]byte(word))).Scan(&found))
			must.True(t, found == 0, "%s has %q", table, word)
		}
	}
}

// TestWordsThatAreStagedAreNotErased: what is not finished is finished or discarded first.
func TestWordsThatAreStagedAreNotErased(t *testing.T) {
	s := startFilled(t)
	req := ingest()
	must.Get(s.staging.StageFigures(t.Context(), req))(t)
	request := &metricsv1.EraseFigureWordsRequest{Document: "documents/d"}
	_, err := s.figures.EraseFigureWords(t.Context(), request)
	statustest.Check(t, err, codes.Aborted, "NAME_STAGED", "")
	must.Get(s.publish(t, req.RequestId))(t)
	must.Equal(t, must.Get(s.figures.EraseFigureWords(t.Context(), request))(t).GetErasedCount(), int32(1))
}

// eraseRetracted puts a figure on record of documents/d, retracts it and erases its words.
func (s *service) eraseRetracted(t *testing.T, id string) *metricsv1.EraseFigureWordsResponse {
	t.Helper()
	must.Get(s.figures.CreateFigure(t.Context(), withText(printed(), id)))(t)
	must.Get(s.figures.DeleteFigure(t.Context(), &metricsv1.DeleteFigureRequest{Name: "figures/" + id, Reason: "quokka"}))(t)
	return must.Get(s.figures.EraseFigureWords(t.Context(), &metricsv1.EraseFigureWordsRequest{Document: "documents/d"}))(t)
}

// TestErasedTombstonesAndNoticesAreTold though no revision of theirs says so: the answer counts them, and who follows the record and may
// know the document hears of it.
func TestErasedTombstonesAndNoticesAreTold(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		request := &metricsv1.EraseFigureWordsRequest{Document: "documents/d"}
		done := s.eraseRetracted(t, "gone")
		must.Equal(t, done.GetErasedCount(), int32(1))
		told := &metricsv1.Change{
			Type: metricsv1.Change_ERASED, Name: "documents/d", RecordTime: done.GetRecordTime(), Restricted: true, WordsErased: true,
		}
		events, _ := until(t, s.watch(t, everything()))
		last := events[len(events)-1].GetChange()
		told.Caller = last.GetCaller()
		must.Equal(t, last, told)
		events, _ = until(t, s.reader(t).watch(t, everything()))
		for _, event := range events {
			must.NotEqual(t, event.GetChange().GetType(), metricsv1.Change_ERASED)
		}

		s.figure(t, "noticed", observed("2020", "5", area("US")))
		notice := correction("noticed", &metricsv1.Figure{Value: number("6")}, "value")
		notice.NoticeText, notice.NoticeDocumentVersion = "quokka", version
		s.correct(t, notice)
		done = must.Get(s.figures.EraseFigureWords(t.Context(), request))(t)
		must.Equal(t, done, &metricsv1.EraseFigureWordsResponse{NoticeCount: 1, RecordTime: done.GetRecordTime()})
		must.Equal(t, erasedOf(t, s), []string{"documents/d", "documents/d"})

		request.Document = "documents/misspelt"
		must.Equal(t, must.Get(s.figures.EraseFigureWords(t.Context(), request))(t), &metricsv1.EraseFigureWordsResponse{})
	})
}
