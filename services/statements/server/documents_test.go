package server_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestDocumentWithVersions(t *testing.T) {
	s := start(t)
	created := s.document(t, "d", false)
	must.Equal(t, created.GetLatestVersion(), "documents/d/versions/1")
	version, err := s.documents.GetDocumentVersion(t.Context(), &statementsv1.GetDocumentVersionRequest{Name: "documents/d/versions/1"})
	must.OK(t, err)
	must.Equal(t, version.GetText(), stored)
	must.Equal(t, version.GetNormalization(), "NFC;LF")

	_, err = s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
		Parent: "documents/d", DocumentVersion: newVersion(),
	})
	statustest.Check(t, err, codes.AlreadyExists, "VERSION_EXISTS", "")
	next := newVersion()
	next.Text, next.AccessTime = "Another text.", &timestamppb.Timestamp{Seconds: 5, Nanos: 7}
	second, err := s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
		Parent: "documents/d", DocumentVersion: next,
	})
	must.OK(t, err)
	must.Equal(t, second.GetName(), "documents/d/versions/2")
	must.Equal(t, second.GetAccessTime(), next.GetAccessTime())

	document, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d"})
	must.OK(t, err)
	must.Equal(t, document.GetLatestVersion(), "documents/d/versions/2")
	before, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d", ReadTime: created.GetCreateTime()})
	must.OK(t, err)
	must.Equal(t, before, created)
	_, err = s.documents.GetDocumentVersion(t.Context(), &statementsv1.GetDocumentVersionRequest{
		Name: second.GetName(), ReadTime: created.GetCreateTime(),
	})
	statustest.Check(t, err, codes.NotFound, "VERSION_NOT_FOUND", "")

	first, err := s.documents.ListDocumentVersions(t.Context(), &statementsv1.ListDocumentVersionsRequest{Parent: "documents/d", PageSize: 1})
	must.OK(t, err)
	must.Equal(t, first.GetDocumentVersions()[0].GetName(), second.GetName())
	must.Equal(t, first.GetDocumentVersions()[0].GetText(), "")
	last, err := s.documents.ListDocumentVersions(t.Context(), &statementsv1.ListDocumentVersionsRequest{
		Parent: "documents/d", PageSize: 1, PageToken: first.GetNextPageToken(),
	})
	must.OK(t, err)
	must.Equal(t, last.GetDocumentVersions()[0].GetName(), "documents/d/versions/1")
	must.Equal(t, last.GetNextPageToken(), "")
}

func TestDocumentRefusals(t *testing.T) {
	s := start(t)
	for name, test := range map[string]struct {
		edit          func(*statementsv1.CreateDocumentRequest)
		code          codes.Code
		reason, field string
	}{
		"a name":       {func(r *statementsv1.CreateDocumentRequest) { r.Document.Name = "documents/x" }, codes.InvalidArgument, "NAME_NOT_EMPTY", "document.name"},
		"an etag":      {func(r *statementsv1.CreateDocumentRequest) { r.Document.Etag = `"x"` }, codes.InvalidArgument, "FIELD_NOT_EMPTY", "document.etag"},
		"version name": {func(r *statementsv1.CreateDocumentRequest) { r.InitialVersion.Name = "documents/d/versions/1" }, codes.InvalidArgument, "NAME_NOT_EMPTY", "initial_version.name"},
		"another hash": {func(r *statementsv1.CreateDocumentRequest) { r.InitialVersion.TextSha256 = sourcetext.HashOf(text) }, codes.InvalidArgument, "TEXT_HASH_MISMATCH", "initial_version.text_sha256"},
		"a length":     {func(r *statementsv1.CreateDocumentRequest) { r.InitialVersion.TextLength = 5 }, codes.InvalidArgument, "TEXT_LENGTH_MISMATCH", "initial_version.text_length"},
		"no time":      {func(r *statementsv1.CreateDocumentRequest) { r.InitialVersion.PublishTime = nil }, codes.InvalidArgument, "FIELD_REQUIRED", "initial_version.publish_time"},
		"month 13":     {func(r *statementsv1.CreateDocumentRequest) { r.InitialVersion.PublishTime = period("2023-13") }, codes.InvalidArgument, "INVALID_PERIOD", "initial_version.publish_time.edtf"},
		"access time": {func(r *statementsv1.CreateDocumentRequest) {
			r.InitialVersion.AccessTime = &timestamppb.Timestamp{Nanos: -1}
		}, codes.InvalidArgument, "INVALID_TIMESTAMP", "initial_version.access_time"},
		"marks": {func(r *statementsv1.CreateDocumentRequest) { r.InitialVersion.Text = "a" + repeat("\u0323", 40) }, codes.InvalidArgument, "TOO_MANY_COMBINING_MARKS", "initial_version.text"},
		"printed words": {func(r *statementsv1.CreateDocumentRequest) {
			r.InitialVersion.PublishTime.Printed = &typev1.TimePeriod_Printed{Text: "x", Span: &typev1.TextSpan{Start: at("Ana").Start, End: at("Ana").End, Exact: "Ann"}}
		}, codes.InvalidArgument, "SPAN_MISMATCH", "initial_version.publish_time.printed.span.exact"},
		"no headline": {func(r *statementsv1.CreateDocumentRequest) { r.Document.Headline = "" }, codes.InvalidArgument, "INVALID_REQUEST", "document.headline"},
		"blank":       {func(r *statementsv1.CreateDocumentRequest) { r.Document.Headline = " \u200b\n" }, codes.InvalidArgument, "FIELD_REQUIRED", "document.headline"},
		"no URI":      {func(r *statementsv1.CreateDocumentRequest) { r.Document.Uri = "not a uri" }, codes.InvalidArgument, "INVALID_REQUEST", "document.uri"},
		"no id":       {func(r *statementsv1.CreateDocumentRequest) { r.DocumentId = "-x" }, codes.InvalidArgument, "INVALID_REQUEST", "document_id"},
		"request id":  {func(r *statementsv1.CreateDocumentRequest) { r.RequestId = "x" }, codes.InvalidArgument, "INVALID_REQUEST", "request_id"},
	} {
		t.Run(name, func(t *testing.T) {
			req := &statementsv1.CreateDocumentRequest{Document: newDocument(), DocumentId: "d", InitialVersion: newVersion()}
			test.edit(req)
			_, err := s.documents.CreateDocument(t.Context(), req)
			statustest.Check(t, err, test.code, test.reason, test.field)
			_, err = s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d"})
			statustest.Check(t, err, codes.NotFound, "DOCUMENT_NOT_FOUND", "")
		})
	}
	s.document(t, "d", false)
	_, err := s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{Document: newDocument(), DocumentId: "d"})
	statustest.Check(t, err, codes.AlreadyExists, "DOCUMENT_EXISTS", "document_id")
	_, err = s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
		Parent: "documents/x", DocumentVersion: newVersion(),
	})
	statustest.Check(t, err, codes.NotFound, "DOCUMENT_NOT_FOUND", "")
}

func repeat(s string, n int) (out string) {
	for range n {
		out += s
	}
	return out
}

func TestDocumentUpdate(t *testing.T) {
	s := start(t)
	created := s.document(t, "d", false)
	update := func(document *statementsv1.Document, paths ...string) (*statementsv1.Document, error) {
		document.Name = "documents/d"
		var mask *fieldmaskpb.FieldMask
		if len(paths) > 0 {
			mask = &fieldmaskpb.FieldMask{Paths: paths}
		}
		return s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{Document: document, UpdateMask: mask})
	}
	changed, err := update(&statementsv1.Document{Byline: "Jean", Etag: created.GetEtag()})
	must.OK(t, err)
	must.Equal(t, changed.GetByline(), "Jean")
	must.Equal(t, changed.GetHeadline(), "Trade")
	must.NotEqual(t, changed.GetEtag(), created.GetEtag())
	must.Equal(t, changed.GetCreateTime(), created.GetCreateTime())
	must.True(t, changed.GetUpdateTime().AsTime().After(created.GetUpdateTime().AsTime()))

	same, err := update(&statementsv1.Document{Byline: "Jean"})
	must.OK(t, err)
	must.Equal(t, same, changed)
	cleared, err := update(&statementsv1.Document{}, "byline", "uri")
	must.OK(t, err)
	must.Equal(t, cleared.GetByline()+cleared.GetUri(), "")
	// What was read can be sent back.
	cleared.License = "CC0-1.0"
	_, err = update(cleared)
	must.OK(t, err)

	_, err = update(&statementsv1.Document{Byline: "x", Etag: created.GetEtag()})
	statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	_, err = update(&statementsv1.Document{}, "headline")
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "document.headline")
	_, err = update(&statementsv1.Document{}, "*")
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_REQUEST", "document.publisher")
	for _, path := range []string{"uid", "nothing", "headline.x", "Headline"} {
		_, err = update(&statementsv1.Document{Headline: "x"}, "headline", path)
		statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "update_mask.paths[1]")
	}
	_, err = update(&statementsv1.Document{TextWithheld: true})
	statustest.Check(t, err, codes.InvalidArgument, "FIELD_NOT_UPDATABLE", "document.text_withheld")
	_, err = s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{Document: &statementsv1.Document{Name: "documents/x"}})
	statustest.Check(t, err, codes.NotFound, "DOCUMENT_NOT_FOUND", "")
	_, err = s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{Document: &statementsv1.Document{Name: "x"}})
	statustest.Check(t, err, codes.InvalidArgument, "INVALID_NAME", "document.name")
}

func TestDocumentRetraction(t *testing.T) {
	s := startFilled(t, false)
	s.create(t, "s1", direct())
	document, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d"})
	must.OK(t, err)
	retract := func(etag string) (*statementsv1.Document, error) {
		return s.documents.DeleteDocument(t.Context(), &statementsv1.DeleteDocumentRequest{Name: "documents/d", Reason: "forged", Etag: etag})
	}
	_, err = retract("")
	statustest.Check(t, err, codes.FailedPrecondition, "DOCUMENT_HAS_STATEMENTS", "")
	_, err = s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/s1", Reason: "wrong"})
	must.OK(t, err)
	_, err = retract(`"lost"`)
	statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
	before := s.settled()
	gone, err := retract(document.GetEtag())
	must.OK(t, err)
	must.Equal(t, gone.GetRetraction(), &typev1.Correction{
		Name: gone.GetRetraction().GetName(), Kind: typev1.Correction_RETRACTION, Subject: "documents/d", Document: "documents/d", Reason: "forged",
		RecordTime: gone.GetDeleteTime(), Caller: "anonymous", PreviousRevision: "1", NewRevision: "2",
	})

	_, err = s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d"})
	st := statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	must.Equal(t, correctionOf(st), gone.GetRetraction())
	shown, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d", ShowDeleted: true})
	must.OK(t, err)
	must.Equal(t, shown, gone)
	earlier, err := s.documents.GetDocument(t.Context(), &statementsv1.GetDocumentRequest{Name: "documents/d", ReadTime: before})
	must.OK(t, err)
	must.Equal(t, earlier, document)
	_, err = s.documents.GetDocumentVersion(t.Context(), &statementsv1.GetDocumentVersionRequest{Name: "documents/d/versions/1"})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	_, err = s.documents.ListDocumentVersions(t.Context(), &statementsv1.ListDocumentVersionsRequest{Parent: "documents/d"})
	statustest.Check(t, err, codes.NotFound, "RETRACTED", "")
	for _, write := range []func() error{
		func() error { _, err := retract(""); return err },
		func() error {
			_, err := s.documents.CreateDocumentVersion(t.Context(), &statementsv1.CreateDocumentVersionRequest{
				Parent: "documents/d", DocumentVersion: newVersion(),
			})
			return err
		},
		func() error {
			_, err := s.documents.UpdateDocument(t.Context(), &statementsv1.UpdateDocumentRequest{
				Document: &statementsv1.Document{Name: "documents/d", Byline: "x"},
			})
			return err
		},
	} {
		statustest.Check(t, write(), codes.NotFound, "RETRACTED", "")
	}
	_, err = s.documents.CreateDocument(t.Context(), &statementsv1.CreateDocumentRequest{Document: newDocument(), DocumentId: "d"})
	statustest.Check(t, err, codes.AlreadyExists, "DOCUMENT_EXISTS", "")
}
