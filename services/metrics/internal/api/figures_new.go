package api

import (
	"errors"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/embargo"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// sourced is a request that may carry the text of a document version.
type sourced interface {
	GetSourceText() string
	GetSourceTextSha256() string
	GetTextWithheld() bool
}

// creating is one that creates figures, which end their embargo with the document.
type creating interface {
	GetDocumentEmbargoEndTime() *timestamppb.Timestamp
}

// documentEmbargoField is left out of what makes two requests the same: a document's embargo may get another end between them.
const documentEmbargoField = "document_embargo_end_time"

// sourceOf reads the text that spans are verified against and compares it with the hash that the document version has on record.
func sourceOf(req sourced) (domain.SourceText, error) {
	source := domain.SourceText{Withheld: req.GetTextWithheld()}
	if creates, ok := req.(creating); ok {
		var faults errs.Violations
		source.EmbargoEnd = embargo.ReadEnd(documentEmbargoField, creates.GetDocumentEmbargoEndTime(), &faults)
		if err := faults.Err(); err != nil {
			return source, err
		}
	}
	if req.GetSourceText() == "" {
		return source, nil
	}
	if req.GetSourceTextSha256() == "" {
		return source, errs.Invalid("source_text_sha256", "FIELD_REQUIRED", "source_text goes with the SHA-256 that the document version has on record")
	}
	text, err := sourcetext.Normalize(req.GetSourceText())
	if err != nil {
		var refused *sourcetext.TextError
		if !errors.As(err, &refused) {
			return source, err
		}
		return source, errs.Invalid("source_text", string(refused.Reason), "%s", refused.Error())
	}
	if hash := text.SHA256(); hash != req.GetSourceTextSha256() {
		return source, errs.Invalid("source_text", "TEXT_HASH_MISMATCH", "in its normal form the text has the SHA-256 %s, not that of source_text_sha256", hash)
	}
	source.Text, source.SHA256 = &text, req.GetSourceTextSha256()
	return source, nil
}

// newFigure reads, checks and completes a figure that is to be put on record under an id; "" is its uid.
func newFigure(f *metricsv1.Figure, path, id string, source domain.SourceText) (changes.Figure, error) {
	var faults errs.Violations
	fieldcheck.Empty(f.GetName(), path+".name", fieldcheck.NameNotEmpty, &faults)
	figure, err := prepareFigure(f, path, source, nil)
	faults.AddErr("", err)
	figure.Meta = newMeta(id)
	return figure, faults.Err()
}

// prepareFigure does all that needs no store. before is the figure on record, nil of a new one.
func prepareFigure(f *metricsv1.Figure, path string, source domain.SourceText, before *domain.Figure) (changes.Figure, error) {
	var faults errs.Violations
	faults.AddErr("", fieldcheck.NewETag(f.GetEtag(), path+".etag"))
	figure, err := figureFromProto(f)
	faults.AddErr(path, err)
	if figure.DocumentVersion != "" && figure.EmbargoEnd == 0 {
		figure.EmbargoEnd = source.EmbargoEnd
	}
	switch {
	case err != nil:
	case before == nil:
		faults.AddErr(path, figure.Check())
		faults.AddErr(path, source.Anchor(&figure))
	default:
		faults.AddErr(path, figure.CheckAfter(*before))
		faults.AddErr(path, source.AnchorAfter(&figure, *before))
	}
	if faults.Len() == 0 {
		faults.AddErr(path, figure.Compute())
	}
	return changes.Figure{Figure: figure, Path: path}, faults.Err()
}

// oneVersion refuses spans in several document versions: one text cannot verify them all.
func oneVersion(all []changes.Figure, has func(changes.Figure) bool, faults *errs.Violations) {
	version := ""
	for _, figure := range all {
		switch {
		case !has(figure) || figure.DocumentVersion == "" || figure.DocumentVersion == version:
		case version == "":
			version = figure.DocumentVersion
		default:
			faults.Add(errs.JoinPath(figure.Path, "document_version"), contradictory,
				"one request is about one document version: this figure lies in %s, one before it in %s", figure.DocumentVersion, version)
		}
	}
}
