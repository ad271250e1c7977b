package api

import (
	"context"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// corrections answers CorrectionService. CorrectStatement is in correct.go,
// CorrectDocument in correct_document.go.
type corrections struct {
	statementsv1.UnimplementedCorrectionServiceServer
	core
}

// GetCorrection answers one correction.
func (c *corrections) GetCorrection(ctx context.Context, req *statementsv1.GetCorrectionRequest) (*typev1.Correction, error) {
	id, err := parseName("name", req.GetName(), domain.ParseCorrection)
	if err != nil {
		return nil, err
	}
	return recordread.GetAs(ctx, c.store, req.GetReadTime(), fullCorrection, func(r store.Reader, at recordtime.Time) (domain.Correction, error) {
		correction, found, err := r.Correction(id, at)
		if err != nil {
			return correction, err
		}
		return correction, present(domain.Record{}, found, false, domain.CorrectionType, "CORRECTION_NOT_FOUND", req.GetName())
	})
}

// ListCorrections answers a page of corrections, the newest first.
func (c *corrections) ListCorrections(
	ctx context.Context, req *statementsv1.ListCorrectionsRequest,
) (*statementsv1.ListCorrectionsResponse, error) {
	filter, err := listquery.ParseFilter(domain.CorrectionFields, req.GetFilter())
	if err != nil {
		return nil, err
	}
	order, err := listquery.ParseOrder(domain.CorrectionFields, "")
	if err != nil {
		return nil, err
	}
	p, err := recordread.Begin(ctx, c.store, "ListCorrections", req, req.GetFilter(), req.GetEntity())
	if err != nil {
		return nil, err
	}
	var rows []domain.Correction
	err = c.read(ctx, func(r store.Reader) (err error) {
		rows, err = r.Corrections(store.List{At: p.At, Filter: filter, Order: order, After: p.After, Limit: p.Size + 1}, req.GetEntity())
		return err
	})
	if err != nil {
		return nil, err
	}
	rows, next, err := recordread.End(p, rows, order)
	return &statementsv1.ListCorrectionsResponse{Corrections: toProtos(rows, fullCorrection), NextPageToken: next}, err
}

const (
	// pageCorrections is how many corrections of each statement and each document an
	// answer has at most, maxPageCorrections how many of all together.
	pageCorrections    = 10
	maxPageCorrections = 1_000
)

// correctionsFor reads the newest corrections of statements and of their documents,
// the newest first.
func correctionsFor(r store.Reader, statements []domain.Statement, at recordtime.Time) ([]*typev1.Correction, error) {
	var subjects []string
	seen := make(map[string]bool, len(statements))
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			subjects = append(subjects, name)
		}
	}
	for _, statement := range statements {
		add(statement.Name())
		add(domain.DocumentName(statement.Document))
	}
	found, err := r.CorrectionsOf(subjects, at, pageCorrections)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return toProtos(found[:min(len(found), maxPageCorrections)], fullCorrection), nil
}

// fullCorrection writes a correction. One without an id is of before corrections
// had names.
func fullCorrection(c domain.Correction) *typev1.Correction {
	out := &typev1.Correction{
		Kind: typev1.Correction_Kind(typev1.Correction_Kind_value[c.Kind]), Subject: c.Subject, Reason: c.Reason,
		RecordTime: timeToProto(c.Recorded), Caller: c.Caller, Document: c.Document, Reattribution: c.Reattribution,
		NoticeText: c.NoticeText, NoticeDocumentVersion: c.NoticeVersion,
		Restricted: c.Restricted,
	}
	if c.ID != "" {
		out.Name = c.Name()
	}
	if c.PreviousRevision > 0 {
		out.PreviousRevision = resource.FormatNumber(c.PreviousRevision)
	}
	if c.NewRevision > 0 {
		out.NewRevision = resource.FormatNumber(c.NewRevision)
	}
	return out
}

// notWritten takes from a correction what only writing gives it; nil is left as it is.
func notWritten(correction *typev1.Correction) {
	if correction != nil {
		correction.Name, correction.RecordTime = "", nil
	}
}
