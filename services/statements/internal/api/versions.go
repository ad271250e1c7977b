package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/changes"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

const versionNotFound = "VERSION_NOT_FOUND"

// CreateDocumentVersion adds the next version of a document's text.
func (d *documents) CreateDocumentVersion(
	ctx context.Context, req *statementsv1.CreateDocumentVersionRequest,
) (*statementsv1.DocumentVersion, error) {
	id, err := parseName("parent", req.GetParent(), domain.ParseDocument)
	if err != nil {
		return nil, err
	}
	var set changes.Set
	answer, err := run(ctx, d.core, req, write[domain.Version]{
		Method: "CreateDocumentVersion",
		Prepare: func() (err error) {
			set, err = d.newVersion(ctx, id, req.GetDocumentVersion())
			return err
		},
		Do: func(w store.Writer, caller string) (domain.Version, []string, error) {
			if _, err := standingDocument(w, domain.DocumentName(id), ""); err != nil {
				return domain.Version{}, nil, err
			}
			return apply(w, caller, set, func(s changes.Set) domain.Version { return *s.Version })
		},
		Again: func(r store.Reader, done store.Done) (domain.Version, error) {
			return versionAgain(r, done.Names[0], done.RecordTime)
		},
	})
	if err != nil {
		return nil, err
	}
	out := versionToProto(answer)
	if req.GetValidateOnly() {
		out.Uid, out.CreateTime = "", nil
	}
	return out, nil
}

// newVersion prepares a version of a document on record. Whether its text is
// withheld never changes, so the transaction need not look again.
func (d *documents) newVersion(ctx context.Context, id string, in *statementsv1.DocumentVersion) (changes.Set, error) {
	var document domain.Document
	err := d.read(ctx, func(r store.Reader) (err error) {
		document, err = documentAt(r, "name", domain.DocumentName(id), store.Newest, false)
		return err
	})
	if err != nil {
		return changes.Set{}, err
	}
	var faults errs.Violations
	version, source, err := versionFromProto(in, "document_version", &faults).Prepare("document_version", document.TextWithheld)
	faults.AddErr("", err)
	version.Document, version.UID = id, resource.NewUID()
	if err := faults.Err(); err != nil {
		return changes.Set{}, err
	}
	set := changes.Set{Version: &version}
	err = d.read(ctx, func(r store.Reader) error {
		set.Anchors, err = changes.FindAnchors(r, version, source.Text)
		return err
	})
	return set, err
}

func versionAgain(r store.Reader, name string, at recordtime.Time) (domain.Version, error) {
	document, number, err := domain.ParseVersion(name)
	if err != nil {
		return domain.Version{}, err
	}
	if _, err := documentAt(r, "name", domain.DocumentName(document), at, true); err != nil {
		return domain.Version{}, err
	}
	version, _, err := r.Version(document, number, at, true)
	return version, err
}

// GetDocumentVersion answers one version, with its text if it is stored.
func (d *documents) GetDocumentVersion(
	ctx context.Context, req *statementsv1.GetDocumentVersionRequest,
) (*statementsv1.DocumentVersion, error) {
	id, number, err := domain.ParseVersion(req.GetName())
	if err != nil {
		return nil, badName("name", err)
	}
	return recordread.GetAs(ctx, d.store, req.GetReadTime(), versionToProto, func(r store.Reader, at recordtime.Time) (domain.Version, error) {
		if _, err := documentAt(r, "name", domain.DocumentName(id), at, false); err != nil {
			return domain.Version{}, err
		}
		version, found, err := r.Version(id, number, at, true)
		if err != nil {
			return version, err
		}
		return version, present(domain.Record{}, found, false, domain.VersionType, versionNotFound, req.GetName())
	})
}

// ListDocumentVersions answers a page of a document's versions, without text.
func (d *documents) ListDocumentVersions(
	ctx context.Context, req *statementsv1.ListDocumentVersionsRequest,
) (*statementsv1.ListDocumentVersionsResponse, error) {
	id, err := parseName("parent", req.GetParent(), domain.ParseDocument)
	if err != nil {
		return nil, err
	}
	rows, next, err := recordread.Numbered(ctx, d.store, "ListDocumentVersions", req, req.GetParent(),
		func(v domain.Version) int64 { return v.Number },
		func(r store.Reader, at recordtime.Time, below int64, limit int) ([]domain.Version, error) {
			if _, err := documentAt(r, "parent", req.GetParent(), at, false); err != nil {
				return nil, err
			}
			return r.Versions(id, at, below, limit)
		})
	return &statementsv1.ListDocumentVersionsResponse{DocumentVersions: toProtos(rows, versionToProto), NextPageToken: next}, err
}
