package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// What a reader reads, at any time, is what an editor reads without what is restricted;
// and it never changes afterwards.
func TestReadersReadThePublicPart(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		readers := s.forReaders(t)
		rapid.Check(t, func(rt *rapid.T) {
			rests := 5
			if onServer := s.dir == ""; onServer {
				rests = 20
			}
			if rapid.IntRange(0, rests).Draw(rt, "rest") > 0 {
				return // as in TestTheRecordStaysWhole
			}
			n := openNewsroom(s, readers, t, rt)
			n.newDocument()
			steps := append(n.steps(), n.publish, n.publish, n.sweep, n.prolong, n.kill, n.notePublic, n.notePublic)
			for _, step := range rapid.SliceOfN(rapid.IntRange(0, len(steps)-1), 5, 25).Draw(rt, "steps") {
				steps[step]()
			}
			n.notePublic()
			n.publish()
			n.notePublic()
			n.checkPublic()
		})
	})
}

// embargo moves the end of the embargo of a document.
func (n *newsroom) embargo(end *timestamppb.Timestamp) (document string, err error) {
	document = "documents/" + n.one("document of the embargo", n.docs)
	_, err = n.documents.UpdateDocument(n.base.Context(), &statementsv1.UpdateDocumentRequest{
		Document:   &statementsv1.Document{Name: document, EmbargoEndTime: end},
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"embargo_end_time"}},
	})
	n.allowed(err, "ALREADY_PUBLIC", "RETRACTED")
	return document, err
}

// publish ends an embargo.
func (n *newsroom) publish() { _, _ = n.embargo(nil) }

// prolong gives an embargo a later end.
func (n *newsroom) prolong() { _, _ = n.embargo(timestamppb.New(time.Now().Add(2 * time.Hour))) }

// sweep lets an embargo end by itself.
func (n *newsroom) sweep() {
	document, err := n.embargo(timestamppb.New(n.server.Settled().Add(5 * time.Millisecond)))
	for err == nil {
		_, err := n.server.EndEmbargoes(n.base.Context())
		must.OK(n.t, err)
		got, err := n.documents.GetDocument(n.base.Context(), &statementsv1.GetDocumentRequest{Name: document})
		must.OK(n.t, err)
		if !got.GetRestricted() {
			return
		}
	}
}

// kill withdraws a document with all that stands on it.
func (n *newsroom) kill() {
	_, err := n.corrections.CorrectDocument(n.base.Context(), &statementsv1.CorrectDocumentRequest{
		Name: "documents/" + n.one("killed", n.docs), Kind: typev1.Correction_KILL, Reason: "withdrawn",
	})
	n.allowed(err, "RETRACTED")
}

// notePublic keeps what readers read now.
func (n *newsroom) notePublic() {
	at := n.settled()
	n.noted = append(n.noted, note{at: at, facts: slices.Clone(n.facts), public: n.projection(at)})
}

// checkPublic: what readers read once they read again, and they are told of changes as
// editors are.
func (n *newsroom) checkPublic() {
	for _, noted := range n.noted {
		if noted.public == nil {
			continue
		}
		facts := n.facts
		n.facts = noted.facts
		again := n.projection(noted.at)
		n.facts = facts
		must.Equal(n.t, len(again), len(noted.public))
		for i := range again {
			must.True(n.t, proto.Equal(again[i], noted.public[i]), "read at %v: %v, now %v", noted.at, noted.public[i], again[i])
		}
	}
	want, _ := until(n.base, n.watch(n.base, after(n.start)))
	want = slices.DeleteFunc(want, func(r *statementsv1.WatchResponse) bool { return r.GetChange().GetRestricted() })
	got, _ := until(n.base, n.readers.watch(n.base, after(n.start)))
	must.Equal(n.t, len(got), len(want))
	for i := range got {
		if change := want[i].GetChange(); change.GetReattributionForReaders() != nil {
			change.Resource = &statementsv1.Change_Reattribution{Reattribution: change.GetReattributionForReaders()}
			change.ReattributionForReaders = nil
		}
		must.True(n.t, proto.Equal(got[i], want[i]), "%v, want %v", got[i], want[i])
	}
}

// projection compares what readers and editors read at a time, and is what readers read.
func (n *newsroom) projection(at *timestamppb.Timestamp) (read []proto.Message) {
	hidden := n.hiddenCorrections()
	for _, id := range n.docs {
		read = append(read, n.documentAt("documents/"+id, at)...)
		read = append(read, n.statementsAt("documents/"+id, at, hidden)...)
	}
	for _, id := range n.facts {
		read = append(read, n.statementAt("statements/"+id, at)...)
	}
	for _, name := range n.swaps {
		if got := n.reattributionAt(name, at); got != nil {
			read = append(read, got)
		}
	}
	return read
}

// hiddenCorrections are the names of those that are restricted: of what was when they
// were made.
func (n *newsroom) hiddenCorrections() map[string]bool {
	hidden, restricted := map[string]bool{}, map[string]bool{} // the latter also of the newest revision, by name
	all, _ := until(n.base, n.watch(n.base, after(n.start)))
	for _, one := range all {
		change := one.GetChange()
		on, _, _ := strings.Cut(change.GetStatement().GetDocumentVersion(), "/versions/")
		if change.GetReview() != nil {
			on, _, _ = strings.Cut(change.GetName(), "/reviews/")
		}
		if on != "" { // it is restricted as what it is on
			must.True(n.t, change.GetRestricted() == restricted[on], "%v", change)
		}
		for _, resource := range []interface {
			restrictable
			GetName() string
			GetRevisionId() string
		}{change.GetDocument(), change.GetStatement(), change.GetReview()} {
			if resource.GetName() != "" {
				must.Equal(n.t, change.GetRestricted(), resource.GetRestricted())
				restricted[resource.GetName()+"@"+resource.GetRevisionId()] = resource.GetRestricted()
				restricted[resource.GetName()] = resource.GetRestricted()
			}
		}
	}
	for _, one := range all {
		change := one.GetChange()
		correction := change.GetCorrection()
		if correction == nil {
			continue
		}
		must.Equal(n.t, change.GetRestricted(), restricted[correction.GetSubject()+"@"+correction.GetPreviousRevision()])
		hidden[change.GetName()] = change.GetRestricted()
	}
	return hidden
}

// restrictable is what of a resource says whether readers read it.
type restrictable interface {
	proto.Message
	GetRestricted() bool
}

// same checks what readers are answered where editors are answered something, or refused.
// It returns the answer, nil if there is none.
func same[T restrictable](n *newsroom, reason string, editors, readers func() (T, error)) (answer proto.Message) {
	n.t.Helper()
	want, wantErr := editors()
	got, gotErr := readers()
	if wantErr == nil && !want.GetRestricted() {
		must.OK(n.t, gotErr)
		must.True(n.t, proto.Equal(got, want), "%v, want %v", got, want)
		return got
	}
	must.Equal(n.t, status.Code(gotErr), codes.NotFound)
	if wantErr == nil { // as what was never on record
		must.Equal(n.t, errs.Info(status.Convert(gotErr)).GetReason(), reason)
		must.Equal(n.t, len(status.Convert(gotErr).Details()), len(status.Convert(n.unknown(reason)).Details()))
	}
	return nil
}

// unknown is the error for what was never on record.
func (n *newsroom) unknown(reason string) (err error) {
	ctx := n.base.Context()
	switch reason {
	case "DOCUMENT_NOT_FOUND":
		_, err = n.readers.documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: "documents/never"})
	case "STATEMENT_NOT_FOUND":
		_, err = n.readers.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: "statements/never"})
	default:
		_, err = n.readers.reviews.GetReview(ctx, &statementsv1.GetReviewRequest{Name: "statements/never/reviews/never"})
	}
	return err
}

func (n *newsroom) documentAt(name string, at *timestamppb.Timestamp) (read []proto.Message) {
	ctx := n.base.Context()
	req := &statementsv1.GetDocumentRequest{Name: name, ReadTime: at, ShowDeleted: true}
	got := same(n, "DOCUMENT_NOT_FOUND",
		func() (*statementsv1.Document, error) { return n.documents.GetDocument(ctx, req) },
		func() (*statementsv1.Document, error) { return n.readers.documents.GetDocument(ctx, req) })
	listing := &statementsv1.ListDocumentsRequest{Filter: fmt.Sprintf("uri = %q", "https://example.org/"+name[len("documents/"):]), ReadTime: at, ShowDeleted: true}
	listed, err := n.readers.documents.ListDocuments(ctx, listing)
	must.OK(n.t, err)
	versions := &statementsv1.ListDocumentVersionsRequest{Parent: name, ReadTime: at}
	one := &statementsv1.GetDocumentVersionRequest{Name: name + "/versions/1", ReadTime: at}
	if got == nil {
		must.Equal(n.t, len(listed.GetDocuments()), 0)
		for _, err := range []error{
			second(n.readers.documents.ListDocumentVersions(ctx, versions)), second(n.readers.documents.GetDocumentVersion(ctx, one)),
		} {
			must.Equal(n.t, errs.Info(status.Convert(err)).GetReason(), "DOCUMENT_NOT_FOUND")
		}
		return nil
	}
	must.Equal(n.t, len(listed.GetDocuments()), 1)
	must.True(n.t, proto.Equal(listed.GetDocuments()[0], got))
	want, wantErr := n.documents.ListDocumentVersions(ctx, versions)
	all, err := n.readers.documents.ListDocumentVersions(ctx, versions)
	must.Equal(n.t, status.Code(err), status.Code(wantErr))
	must.True(n.t, proto.Equal(all, want))
	return []proto.Message{got, listed, all}
}

// statementsAt are the lists, counts and searches of a document.
func (n *newsroom) statementsAt(document string, at *timestamppb.Timestamp, hidden map[string]bool) []proto.Message {
	ctx := n.base.Context()
	filter := fmt.Sprintf("document = %q", document)
	public := filter + " AND restricted = false"
	list := func(s *service, filter string, all bool) *statementsv1.ListStatementsResponse {
		return must.Get(s.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{
			Filter: filter, ReadTime: at, IncludeCorrections: true, ShowDeleted: all, ShowDeprecated: all, PageSize: 1000,
		}))(n.t)
	}
	var read []proto.Message
	for _, all := range []bool{false, true} {
		want, got := list(n.service, filter, all), list(n.readers, filter, all)
		want.Statements = slices.DeleteFunc(want.Statements, (*statementsv1.Statement).GetRestricted)
		filtered := list(n.service, public, all)
		filtered.Corrections = got.GetCorrections() // they are compared below
		must.True(n.t, proto.Equal(filtered, got), "%v, want %v", got, filtered)
		kept := make([]*typev1.Correction, 0, len(want.GetCorrections()))
		for _, correction := range want.GetCorrections() {
			named := slices.ContainsFunc(want.GetStatements(), func(s *statementsv1.Statement) bool {
				return s.GetName() == correction.GetSubject() || strings.HasPrefix(s.GetDocumentVersion(), correction.GetSubject()+"/")
			})
			if named && !hidden[correction.GetName()] {
				kept = append(kept, correction)
			}
		}
		if want.Corrections = kept; len(kept) == 0 {
			want.Corrections = nil
		}
		must.True(n.t, proto.Equal(got, want), "%v, want %v", got, want)
		read = append(read, got)
	}
	for _, group := range []string{"speaker", "statement_type", ""} {
		count := func(s *service, filter string) *statementsv1.CountStatementsResponse {
			return must.Get(s.statements.CountStatements(ctx, &statementsv1.CountStatementsRequest{Filter: filter, ReadTime: at, GroupBy: group}))(n.t)
		}
		got := count(n.readers, filter)
		must.True(n.t, proto.Equal(got, count(n.service, public)))
		must.Equal(n.t, int(got.GetTotalCount()), len(list(n.readers, filter, false).GetStatements()))
		read = append(read, got)
	}
	search := func(s *service, filter string) *statementsv1.SearchStatementsResponse {
		return must.Get(s.statements.SearchStatements(ctx, &statementsv1.SearchStatementsRequest{
			Query: "stands", Filter: filter, ReadTime: at, Facets: []string{"speaker", "topics"}, PageSize: 1000,
		}))(n.t)
	}
	found := search(n.readers, filter)
	must.True(n.t, proto.Equal(found, search(n.service, public)))
	return append(append(read, found), n.correctionsAt(filter, at, hidden)...)
}

// correctionsAt lists corrections, which readers are told without those that are hidden.
func (n *newsroom) correctionsAt(filter string, at *timestamppb.Timestamp, hidden map[string]bool) []proto.Message {
	ctx := n.base.Context()
	req := &statementsv1.ListCorrectionsRequest{Filter: filter, ReadTime: at, PageSize: 1000}
	want := must.Get(n.corrections.ListCorrections(ctx, req))(n.t)
	want.Corrections = slices.DeleteFunc(want.Corrections, func(c *typev1.Correction) bool { return hidden[c.GetName()] })
	got := must.Get(n.readers.corrections.ListCorrections(ctx, req))(n.t)
	must.True(n.t, proto.Equal(got, want) || len(got.GetCorrections())+len(want.GetCorrections()) == 0, "%v, want %v", got, want)
	return []proto.Message{got}
}

// statementAt is a statement with its revisions and reviews.
func (n *newsroom) statementAt(name string, at *timestamppb.Timestamp) (read []proto.Message) {
	ctx := n.base.Context()
	req := &statementsv1.GetStatementRequest{Name: name, ReadTime: at, ShowDeleted: true}
	got := same(n, "STATEMENT_NOT_FOUND",
		func() (*statementsv1.Statement, error) { return n.statements.GetStatement(ctx, req) },
		func() (*statementsv1.Statement, error) { return n.readers.statements.GetStatement(ctx, req) })
	revisions := &statementsv1.ListStatementRevisionsRequest{Parent: name, ReadTime: at, PageSize: 1000}
	reviews := &statementsv1.ListReviewsRequest{Parent: name, ReadTime: at, ShowDeleted: true}
	batch := &statementsv1.BatchGetStatementsRequest{Names: []string{name}, ReadTime: at, ShowDeleted: true}
	if got == nil {
		for _, err := range []error{
			second(n.readers.statements.ListStatementRevisions(ctx, revisions)), second(n.readers.reviews.ListReviews(ctx, reviews)),
			second(n.readers.statements.BatchGetStatements(ctx, batch)),
		} {
			must.Equal(n.t, errs.Info(status.Convert(err)).GetReason(), "STATEMENT_NOT_FOUND")
		}
		return nil
	}
	want := must.Get(n.statements.ListStatementRevisions(ctx, revisions))(n.t)
	want.StatementRevisions = slices.DeleteFunc(want.StatementRevisions, func(r *statementsv1.StatementRevision) bool {
		return r.GetSnapshot().GetRestricted()
	})
	all := must.Get(n.readers.statements.ListStatementRevisions(ctx, revisions))(n.t)
	must.True(n.t, proto.Equal(all, want), "%v, want %v", all, want)
	first := must.Get(n.statements.GetStatementRevision(ctx, &statementsv1.GetStatementRevisionRequest{Name: name + "/revisions/1"}))(n.t)
	if first.GetSnapshot().GetRestricted() {
		_, err := n.readers.statements.GetStatementRevision(ctx, &statementsv1.GetStatementRevisionRequest{Name: name + "/revisions/1"})
		must.Equal(n.t, errs.Info(status.Convert(err)).GetReason(), "REVISION_NOT_FOUND")
	}
	checked := must.Get(n.reviews.ListReviews(ctx, reviews))(n.t)
	checked.Reviews = slices.DeleteFunc(checked.Reviews, (*statementsv1.Review).GetRestricted)
	told := must.Get(n.readers.reviews.ListReviews(ctx, reviews))(n.t)
	must.True(n.t, proto.Equal(told, checked), "%v, want %v", told, checked)
	return []proto.Message{got, all, told}
}

// reattributionAt is a change of speakers: readers are told of what they read, and of
// nothing else.
func (n *newsroom) reattributionAt(name string, at *timestamppb.Timestamp) proto.Message {
	ctx := n.base.Context()
	req := &statementsv1.GetReattributionRequest{Name: name, ReadTime: at}
	want, wantErr := n.reattributions.GetReattribution(ctx, req)
	got, err := n.readers.reattributions.GetReattribution(ctx, req)
	if wantErr != nil || err != nil {
		must.Equal(n.t, errs.Info(status.Convert(err)).GetReason(), "REATTRIBUTION_NOT_FOUND")
		return nil
	}
	told := must.Get(n.readers.corrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{
		Filter: fmt.Sprintf("reattribution = %q", name), ReadTime: at, PageSize: 1000,
	}))(n.t)
	for _, statement := range got.GetStatements() {
		must.True(n.t, slices.ContainsFunc(told.GetCorrections(), func(c *typev1.Correction) bool { return c.GetSubject() == statement }))
	}
	must.Equal(n.t, int(got.GetStatementCount()), len(got.GetStatements()))
	must.True(n.t, got.GetStatementCount() <= want.GetStatementCount())
	return got
}
