package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recordread"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// corrections answers CorrectionService.
type corrections struct {
	metricsv1.UnimplementedCorrectionServiceServer
	core
}

// GetCorrection answers one correction.
func (c *corrections) GetCorrection(ctx context.Context, req *metricsv1.GetCorrectionRequest) (*typev1.Correction, error) {
	id, err := parseName("name", req.GetName(), domain.CorrectionName)
	if err != nil {
		return nil, err
	}
	return recordread.GetAs(ctx, c.store, req.GetReadTime(), correctionProto, func(r store.Reader, at recordtime.Time) (domain.Correction, error) {
		correction, found, err := r.Correction(id, at)
		if err == nil && !found {
			err = domain.NotFound(domain.CorrectionType, "CORRECTION_NOT_FOUND", req.GetName())
		}
		return correction, err
	})
}

// ListCorrections answers a page of corrections, the newest first.
func (c *corrections) ListCorrections(
	ctx context.Context, req *metricsv1.ListCorrectionsRequest,
) (*metricsv1.ListCorrectionsResponse, error) {
	filter, err := listquery.ParseFilter(domain.CorrectionFields, req.GetFilter())
	if err != nil {
		return nil, err
	}
	order, err := listquery.ParseOrder(domain.CorrectionFields, "")
	if err != nil {
		return nil, err
	}
	p, err := recordread.Begin(ctx, c.store, "ListCorrections", req, req.GetFilter())
	if err != nil {
		return nil, err
	}
	var rows []domain.Correction
	err = c.read(ctx, func(r store.Reader) error {
		rows, err = r.Corrections(store.List{At: p.At, Filter: filter, Order: order, After: p.After, Limit: p.Size + 1})
		return err
	})
	if err != nil {
		return nil, err
	}
	out := &metricsv1.ListCorrectionsResponse{}
	rows, out.NextPageToken, err = recordread.End(p, rows, order)
	for _, row := range rows {
		out.Corrections = append(out.Corrections, correctionProto(row))
	}
	return out, err
}

// correctionToProto writes why a resource was retracted; nil while it stands.
func correctionToProto(meta domain.Meta, name string) *typev1.Correction {
	correction, found := meta.Correction(name)
	if !found {
		return nil
	}
	return correctionProto(correction)
}

// correctionProto writes a correction. One without an id is of before corrections had names.
func correctionProto(c domain.Correction) *typev1.Correction {
	out := &typev1.Correction{
		Kind: typev1.Correction_Kind(typev1.Correction_Kind_value[c.Kind]), Subject: c.Subject, Reason: c.Reason,
		RecordTime: timeToProto(c.Recorded), Caller: c.Caller, Document: c.Document,
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
