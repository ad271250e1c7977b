package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/fieldmask"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const documentNotFound = "DOCUMENT_NOT_FOUND"

// documents answers DocumentService. Versions are in versions.go.
type documents struct {
	statementsv1.UnimplementedDocumentServiceServer
	core
}

// CreateDocument puts a document on record, with its first version if given.
func (d *documents) CreateDocument(ctx context.Context, req *statementsv1.CreateDocumentRequest) (*statementsv1.Document, error) {
	var set changes.Set
	answer, err := run(ctx, d.core, req, write[domain.Document]{
		Method:  "CreateDocument",
		Prepare: func() (err error) { set, err = newDocument(req); return err },
		Do: func(w store.Writer, caller string) (domain.Document, []string, error) {
			return apply(w, caller, set, func(s changes.Set) domain.Document { return *s.Document })
		},
		Again: documentAgain,
	})
	if err != nil {
		return nil, err
	}
	return documentKind.created(answer, req.GetValidateOnly(), req.GetDocumentId() != ""), nil
}

// newDocument reads a create: the document and its first version.
func newDocument(req *statementsv1.CreateDocumentRequest) (changes.Set, error) {
	if err := fieldcheck.NewETag(req.GetDocument().GetEtag(), "document.etag"); err != nil {
		return changes.Set{}, err
	}
	var faults errs.Violations
	fieldcheck.Empty(req.GetDocument().GetName(), "document.name", fieldcheck.NameNotEmpty, &faults)
	document := documentFromProto(req.GetDocument(), "document", &faults)
	document.Record = newRecord(req.GetDocumentId())
	set := changes.Set{Document: &document}
	if req.GetInitialVersion() != nil {
		version := versionFromProto(req.GetInitialVersion(), "initial_version", &faults)
		prepared, _, err := version.Prepare("initial_version", document.TextWithheld)
		faults.AddErr("", err)
		prepared.Document, prepared.UID = document.ID, resource.NewUID()
		set.Version = &prepared
	}
	return set, faults.Err()
}

// newRecord chooses the uid of a new resource, and its id if the caller did not.
func newRecord(id string) domain.Record {
	uid := resource.NewUID()
	if id == "" {
		id = uid
	}
	return domain.Record{ID: id, UID: uid}
}

// documentAgain reads the answer of a write that was done before.
func documentAgain(r store.Reader, done store.Done) (domain.Document, error) {
	return documentAt(r, "name", done.Names[0], done.RecordTime, true)
}

// documentAt reads a document by the name in a field. NOT_FOUND, reason ERASED, if it was
// erased since.
func documentAt(r store.Reader, field, name string, at recordtime.Time, showDeleted bool) (domain.Document, error) {
	id, err := parseName(field, name, domain.ParseDocument)
	if err != nil {
		return domain.Document{}, err
	}
	document, found, err := r.Document(id, at)
	if err != nil {
		return domain.Document{}, err
	}
	return document, present(document.Record, found, showDeleted, domain.DocumentType, documentNotFound, name)
}

// GetDocument answers one document.
func (d *documents) GetDocument(ctx context.Context, req *statementsv1.GetDocumentRequest) (*statementsv1.Document, error) {
	return recordread.GetAs(ctx, d.store, req.GetReadTime(), documentToProto, func(r store.Reader, at recordtime.Time) (domain.Document, error) {
		return documentAt(r, "name", req.GetName(), at, req.GetShowDeleted())
	})
}

// ListDocuments answers a page of documents.
func (d *documents) ListDocuments(ctx context.Context, req *statementsv1.ListDocumentsRequest) (*statementsv1.ListDocumentsResponse, error) {
	rows, next, err := list(ctx, d.core, "ListDocuments", domain.DocumentFields, req, store.Reader.Documents)
	if err != nil {
		return nil, err
	}
	return &statementsv1.ListDocumentsResponse{Documents: toProtos(rows, documentToProto), NextPageToken: next}, nil
}

// UpdateDocument changes what is known about a document.
func (d *documents) UpdateDocument(ctx context.Context, req *statementsv1.UpdateDocumentRequest) (*statementsv1.Document, error) {
	name := req.GetDocument().GetName()
	if _, err := parseName("document.name", name, domain.ParseDocument); err != nil {
		return nil, err
	}
	return documentKind.change(ctx, d.core, "UpdateDocument", req, func(w store.Writer, caller string) (domain.Document, error) {
		before, err := standingDocument(w, name, req.GetDocument().GetEtag())
		if err != nil {
			return before, err
		}
		update := d.updateOf("document", req.GetUpdateMask(),
			"uri", "headline", "publisher", "byline", "language_code", "license", "usage_terms", "embargo_end_time")
		merged, changed, err := fieldmask.Merge(update, documentToProto(before), req.GetDocument())
		if err != nil || !changed {
			return before, err
		}
		document := before
		var faults errs.Violations
		updateDocument(&document, merged, "document", &faults)
		if err := faults.Err(); err != nil || document == before {
			return before, err
		}
		return changes.ReviseDocument(w, caller, before, document)
	})
}

// DeleteDocument retracts a document.
func (d *documents) DeleteDocument(ctx context.Context, req *statementsv1.DeleteDocumentRequest) (*statementsv1.Document, error) {
	if _, err := parseName("name", req.GetName(), domain.ParseDocument); err != nil {
		return nil, err
	}
	return documentKind.change(ctx, d.core, "DeleteDocument", req, func(w store.Writer, caller string) (domain.Document, error) {
		document, err := standingDocument(w, req.GetName(), req.GetEtag())
		if err != nil {
			return document, err
		}
		err = unused(w, domain.DocumentType, req.GetName(), "DOCUMENT_HAS_STATEMENTS", "statements stand on its versions", domain.RefDocument)
		if err != nil {
			return document, err
		}
		document.Record, err = changes.Withdraw(w, document.Record, req.GetName(), domain.Correction{
			Kind: domain.Retracted, Document: req.GetName(), Reason: req.GetReason(), Caller: caller,
		})
		if err != nil {
			return document, err
		}
		return document, w.PutDocument(document, caller)
	})
}

// standingDocument reads a document that is to change.
func standingDocument(w store.Writer, name, etag string) (domain.Document, error) {
	document, err := documentAt(w, "name", name, store.Newest, false)
	if err != nil {
		return domain.Document{}, err
	}
	return document, document.CheckETag(etag, domain.DocumentType, name)
}

// unused refuses to retract what statements, or an ingest that is not published
// yet, refer to.
func unused(w store.Writer, resourceType, name, reason, why string, kinds ...domain.RefKind) error {
	id, found, err := w.Referring(name, kinds...)
	if err != nil {
		return err
	}
	if found {
		statement := domain.StatementName(id)
		return errs.New(errs.FailedPrecondition, reason, "%s cannot be retracted: %s, such as %s", name, why, statement).
			About(resourceType, name).With("statement", statement)
	}
	return w.CheckUnused(name)
}
