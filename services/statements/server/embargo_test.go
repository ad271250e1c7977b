package server_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// later is an end that no test lives to see.
func later() *timestamppb.Timestamp {
	return timestamppb.New(time.Now().Add(time.Hour).Truncate(time.Microsecond))
}

// embargoed puts a document with the test text under embargo on record.
func (s *service) embargoed(t testing.TB, id string) *statementsv1.Document {
	t.Helper()
	document := newDocument()
	document.EmbargoEndTime = later()
	return must.Get(s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{
		Document: document, DocumentId: id, InitialVersion: newVersion(),
	}))(t)
}

// embargo gives the embargo of a document another end; nil ends it.
func (s *service) embargo(t testing.TB, name string, end *timestamppb.Timestamp) (*statementsv1.Document, error) {
	t.Helper()
	return s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{
		Document:   &statementsv1.Document{Name: name, EmbargoEndTime: end},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"embargo_end_time"}},
	})
}

// on is a statement of another document than documents/d.
func on(document string, statement *statementsv1.Statement) *statementsv1.Statement {
	statement.DocumentVersion = "documents/" + document + "/versions/1"
	return statement
}

func TestAnEmbargoEndsForReaders(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		readers := s.forReaders(t)
		made := s.embargoed(t, "e")
		must.True(t, made.GetRestricted())
		hidden := s.create(t, "hidden", on("e", direct()))
		must.True(t, hidden.GetRestricted())
		must.False(t, s.create(t, "open", direct()).GetRestricted())
		review := must.Get(s.reviews.CreateReview(t.Context(), &statementsv1.CreateReviewRequest{
			Parent: "statements/hidden", Review: &statementsv1.Review{Reviewer: "R", TextualRating: "True", PublishTime: notStated()},
		}))(t)
		must.True(t, review.GetRestricted())
		during := s.settled()
		_, err := readers.get(t.Context(), "hidden")
		statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
		_, err = s.embargo(t, "documents/e", timestamppb.New(time.Now().AddDate(11, 0, 0)))
		statustest.Check(t, err, codes.InvalidArgument, "EMBARGO_TOO_LONG", "document.embargo_end_time")
		_, err = s.embargo(t, "documents/e", later())
		must.OK(t, err)

		_, err = s.embargo(t, "documents/e", timestamppb.New(time.Time{}))
		statustest.Check(t, err, codes.InvalidArgument, "INVALID_TIMESTAMP", "document.embargo_end_time")
		renamed := newDocument()
		renamed.Name, renamed.Headline = "documents/e", "New"
		all := must.Get(s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{
			Document: renamed, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"*"}},
		}))(t)
		must.Equal(t, all.GetHeadline(), "New")
		must.True(t, all.GetRestricted()) // who replaces all fields does not publish it by leaving one out

		public, err := s.embargo(t, "documents/e", nil)
		must.OK(t, err)
		must.False(t, public.GetRestricted())
		for name, at := range map[string]*timestamppb.Timestamp{"during": during, "after": s.settled()} {
			_, err := readers.documents.GetDocumentVersion(t.Context(), &statementsv1.GetDocumentVersionRequest{Name: "documents/e/versions/1", ReadTime: at})
			if name == "during" {
				statustest.Check(t, err, codes.NotFound, "DOCUMENT_NOT_FOUND", "")
				continue
			}
			must.OK(t, err)
			must.OK(t, second(readers.get(t.Context(), "hidden")))
			told := must.Get(readers.reviews.GetReview(t.Context(), &statementsv1.GetReviewRequest{Name: review.GetName(), ReadTime: at}))(t)
			must.Equal(t, told.GetStatementRevision(), "2") // which they read
			must.OK(t, second(readers.reviews.ExportClaimReview(t.Context(), &statementsv1.ExportClaimReviewRequest{Name: review.GetName()})))
		}
		_, err = s.embargo(t, "documents/e", later())
		statustest.Check(t, err, codes.FailedPrecondition, "ALREADY_PUBLIC", "document.embargo_end_time")
		_, err = s.embargo(t, "documents/d", later())
		statustest.Check(t, err, codes.FailedPrecondition, "ALREADY_PUBLIC", "document.embargo_end_time")
		_, err = s.embargo(t, "documents/d", timestamppb.New(time.Unix(1, 0)))
		must.OK(t, err) // what was is told
	})
}

// TestNothingTellsOfAnEmbargo: what readers read, or will before its end, cannot name
// what is under embargo.
func TestNothingTellsOfAnEmbargo(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, id := range []string{"e", "f"} {
			s.embargoed(t, id)
			s.create(t, "in-"+id, on(id, direct()))
		}
		s.create(t, "open", direct())
		link := func(to string, from *statementsv1.Statement) error {
			from.Links = []*statementsv1.StatementLink{{Type: statementsv1.StatementLink_SAME, Statement: "statements/" + to}}
			return second(s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: from}))
		}
		correct := func(name, path string, to *statementsv1.Statement, notice string) error {
			return second(s.corrections.CorrectStatement(t.Context(), &statementsv1.CorrectStatementRequest{
				Name: "statements/" + name, Kind: typev1.Correction_ERROR, Reason: "r", Statement: to, NoticeDocumentVersion: notice,
				UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{path}},
			}))
		}
		update := func(name string, statement *statementsv1.Statement) error {
			statement.Name = "statements/" + name
			return second(s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{Statement: statement}))
		}
		reference := []*statementsv1.Reference{{DocumentVersion: "documents/e/versions/1"}}
		merge := func(name, target string) error {
			return second(s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{
				Name: "statements/" + name, Target: "statements/" + target, Reason: "r",
			}))
		}
		batch := func() error {
			open := direct()
			open.Links = []*statementsv1.StatementLink{{Type: statementsv1.StatementLink_SAME, Statement: "statements/together"}}
			return second(s.statements.BatchCreateStatements(t.Context(), &statementsv1.BatchCreateStatementsRequest{
				Requests: []*statementsv1.CreateStatementRequest{{Statement: open}, {Statement: on("e", direct()), StatementId: "together"}},
			}))
		}
		const refused = "EMBARGOED"
		s.refused(t, []refusal{
			{"a link to it", func() error { return link("in-e", direct()) }, codes.FailedPrecondition, refused, "statement.links[0].statement"},
			{"a link between two", func() error { return link("in-e", on("f", direct())) }, codes.FailedPrecondition, refused, "statement.links[0].statement"},
			{"a link within a batch", batch, codes.FailedPrecondition, refused, "requests[0].statement.links[0].statement"},
			{"a reference to it", func() error { return update("open", &statementsv1.Statement{References: reference}) }, codes.FailedPrecondition, refused, "statement.references[0].document_version"},
			{"a move out of it", func() error { return correct("in-e", "document_version", on("d", &statementsv1.Statement{}), "") }, codes.FailedPrecondition, refused, "statement.document_version"},
			{"a move into it", func() error { return correct("open", "document_version", on("e", &statementsv1.Statement{}), "") }, codes.FailedPrecondition, refused, "statement.document_version"},
			{"a notice in it", func() error {
				return correct("open", "statement_time", &statementsv1.Statement{StatementTime: period("2020")}, "documents/e/versions/1")
			}, codes.FailedPrecondition, refused, "notice_document_version"},
			{"a merge into what is public", func() error { return merge("in-e", "open") }, codes.FailedPrecondition, refused, ""},
			{"a merge of what is public", func() error { return merge("open", "in-e") }, codes.FailedPrecondition, refused, ""},
			{"a merge of two", func() error { return merge("in-e", "in-f") }, codes.FailedPrecondition, refused, ""},
		})
		must.OK(t, link("open", on("e", direct())))
		must.OK(t, link("in-e", on("e", direct())))
		must.OK(t, update("in-e", &statementsv1.Statement{References: reference}))
		s.create(t, "twice", on("e", direct()))
		must.OK(t, merge("twice", "in-e"))
		must.OK(t, correct("in-e", "statement_time", &statementsv1.Statement{StatementTime: period("2020")}, "documents/e/versions/1"))
	})
}

// TestAnIngestUnderEmbargo: the embargo begins with the document.
func TestAnIngestUnderEmbargo(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		readers := s.forReaders(t)
		req := ingest(request1)
		req.Document.EmbargoEndTime = later()
		s.stage(t, req)
		published, err := s.publish(t, request1)
		must.OK(t, err)
		must.True(t, published.GetDocument().GetRestricted() && published.GetStatements()[1].GetRestricted())
		must.Equal(t, len(readers.list(t, &statementsv1.ListStatementsRequest{ShowDeleted: true})), 0)
		// Entities are shared by all documents.
		must.OK(t, second(readers.entities.GetEntity(t.Context(), &statementsv1.GetEntityRequest{Name: "entities/ana"})))

		again := ingest(request2)
		again.Statements = nil
		must.OK(t, second(s.staging.StageDocument(t.Context(), again))) // it says nothing of an embargo
		other := ingest(request3)
		other.Document.EmbargoEndTime = timestamppb.New(time.Now().Add(9 * time.Hour))
		_, err = s.staging.StageDocument(t.Context(), other)
		statustest.Check(t, err, codes.FailedPrecondition, "DOCUMENT_DIFFERS", "document.embargo_end_time")

		// One that ended before the document is on record restricts nothing.
		past := newDocument()
		past.EmbargoEndTime = timestamppb.New(time.Now().Add(-time.Hour))
		made := must.Get(s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{Document: past, DocumentId: "past"}))(t)
		must.False(t, made.GetRestricted())
		must.OK(t, second(readers.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/past"})))
	})
}

// TestWhatGoesUnderEmbargoStaysUnknown: what was withdrawn or erased before the end is to
// readers as if it had never been, then and later.
func TestWhatGoesUnderEmbargoStaysUnknown(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		readers := s.forReaders(t)
		_, beat := until(t, s.watch(t, &statementsv1.WatchRequest{}))
		for _, id := range []string{"killed", "erased", "kept"} {
			s.embargoed(t, id)
			s.create(t, "in-"+id, on(id, direct()))
		}
		s.create(t, "gone", on("kept", direct()))
		must.OK(t, second(s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/gone", Reason: "wrong"})))
		must.OK(t, second(s.corrections.CorrectDocument(t.Context(), &statementsv1.CorrectDocumentRequest{
			Name: "documents/killed", Kind: typev1.Correction_KILL, Reason: "withdrawn",
		})))
		must.OK(t, second(s.erasures.EraseDocument(t.Context(), &statementsv1.EraseDocumentRequest{Name: "documents/erased", Cascade: true, Reason: "law"})))
		_, err := s.embargo(t, "documents/kept", nil)
		must.OK(t, err)
		for _, id := range []string{"killed", "erased"} {
			_, err := readers.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/" + id, ShowDeleted: true})
			statustest.Check(t, err, codes.NotFound, "DOCUMENT_NOT_FOUND", "")
		}
		for _, id := range []string{"in-killed", "in-erased", "gone"} {
			_, err := readers.get(t.Context(), id)
			statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
		}
		must.Equal(t, len(must.Get(readers.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{}))(t).GetCorrections()), 0)
		known := must.Get(s.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{}))(t).GetCorrections()
		must.True(t, len(known) > 0)
		for _, one := range known {
			must.True(t, one.GetRestricted(), "%v", one)
		}
		told, _ := until(t, readers.watch(t, after(beat.GetResumeToken())))
		var names []string
		for _, one := range told {
			must.Equal(t, one.GetChange().GetType(), statementsv1.Change_UPDATED)
			names = append(names, one.GetChange().GetName())
		}
		must.Equal(t, names, []string{"documents/kept", "documents/kept/versions/1", "statements/in-kept"})

		// What is erased later they hear of.
		must.OK(t, second(s.erasures.EraseDocument(t.Context(), &statementsv1.EraseDocumentRequest{Name: "documents/kept", Cascade: true, Reason: "law"})))
		_, err = readers.get(t.Context(), "in-kept")
		statustest.Check(t, err, codes.NotFound, "ERASED", "")
		told, _ = until(t, readers.watch(t, after(beat.GetResumeToken())))
		names = nil
		for _, one := range told {
			must.Equal(t, one.GetChange().GetType(), statementsv1.Change_ERASED)
			names = append(names, one.GetChange().GetName())
		}
		must.Equal(t, names, []string{
			"documents/kept", "statements/in-kept", // in the revisions that ended the embargo
			"documents/kept", "documents/kept/versions/1", "statements/in-kept",
		})
	})
}

// TestAFilterTellsReadersOfNoEmbargo: that of a re-attribution may name what is under embargo,
// though it changed nothing there.
func TestAFilterTellsReadersOfNoEmbargo(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		readers := s.forReaders(t)
		_, beat := until(t, s.watch(t, &statementsv1.WatchRequest{}))
		s.embargoed(t, "e")
		s.create(t, "open", direct())
		must.Get(s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{
			EntityId: "other", Entity: &statementsv1.Entity{DisplayName: "Other", EntityType: statementsv1.Entity_PERSON},
		}))(t)
		const filter = `document = "documents/d" OR document = "documents/e"`
		made := must.Get(s.reattributions.ReattributeStatements(t.Context(), &statementsv1.ReattributeStatementsRequest{
			Filter: filter, FromEntity: "entities/ana", ToEntity: "entities/other", Reason: "r",
		}))(t)
		must.Equal(t, made.GetStatements(), []string{"statements/open"})
		for told, who := range map[string]*service{filter: s, "": readers} {
			got := must.Get(who.reattributions.GetReattribution(t.Context(), &statementsv1.GetReattributionRequest{Name: made.GetName()}))(t)
			must.Equal(t, got.GetFilter(), told)
			must.Equal(t, got.GetStatementCount(), int32(1))
			heard, _ := until(t, who.watch(t, after(beat.GetResumeToken())))
			for _, one := range heard {
				if one.GetChange().GetReattribution() != nil {
					must.Equal(t, one.GetChange().GetReattribution().GetFilter(), told)
					must.Equal(t, one.GetChange().GetReattributionForReaders().GetFilter(), "")
				}
			}
		}
	})
}

// A document under embargo has as many statements as can be published at once.
func TestADocumentUnderEmbargoHasSoManyStatements(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.entity(t, "ana")
	s.embargoed(t, "e")
	batch := func(count int) error {
		req := &statementsv1.BatchCreateStatementsRequest{}
		for range count {
			req.Requests = append(req.Requests, &statementsv1.CreateStatementRequest{Statement: on("e", indirect())})
		}
		return second(s.statements.BatchCreateStatements(t.Context(), req))
	}
	for range 5 {
		must.OK(t, batch(1000))
	}
	statustest.Check(t, batch(1), codes.FailedPrecondition, "TOO_MANY_FACTS", "")
	public, err := s.embargo(t, "documents/e", nil)
	must.OK(t, err)
	counted := must.Get(s.forReaders(t).statements.CountStatements(t.Context(), &statementsv1.CountStatementsRequest{
		Filter: fmt.Sprintf("document = %q", public.GetName()),
	}))(t)
	must.Equal(t, counted.GetTotalCount(), 5000)
	must.OK(t, batch(1))
}
