package record

import (
	"context"
	"strconv"

	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// GetCorrection implements RecordService. No id is given twice, so one service has the correction at most.
func (s *Service) GetCorrection(ctx context.Context, req *gatewayv1.GetCorrectionRequest) (*typev1.Correction, error) {
	at, err := s.correctionsAt(ctx, req.GetReadTime())
	if err != nil {
		return nil, err
	}
	found, err := s.statementCorrections.GetCorrection(ctx, &statementsv1.GetCorrectionRequest{Name: req.GetName(), ReadTime: at})
	if errs.ReasonOf(err) != "CORRECTION_NOT_FOUND" {
		return found, err
	}
	return s.figureCorrections.GetCorrection(ctx, &metricsv1.GetCorrectionRequest{Name: req.GetName(), ReadTime: at})
}

// correctionsAt is the record time at which both services are read: what is asked for, or the present of both.
func (s *Service) correctionsAt(ctx context.Context, asked *timestamppb.Timestamp) (*timestamppb.Timestamp, error) {
	j, err := s.join(ctx, terms{readTime: asked, require: requireAll})
	if err != nil {
		return nil, err
	}
	return j.at, nil
}

// ListCorrections implements RecordService: it merges the lists of both services.
func (s *Service) ListCorrections(ctx context.Context, req *gatewayv1.ListCorrectionsRequest) (*gatewayv1.ListCorrectionsResponse, error) {
	page, err := pageOf("ListCorrections", req, req.GetFilter(), req.GetEntity(), strconv.FormatBool(req.GetIncludePropagations()))
	if err != nil {
		return nil, err
	}
	ctx, cancel := withJoinDeadline(ctx)
	defer cancel()
	j, err := s.join(ctx, page.terms)
	if err != nil {
		return nil, err
	}
	if err := s.checkEntity(ctx, j, req.GetEntity()); err != nil {
		return nil, err
	}
	answer := &gatewayv1.ListCorrectionsResponse{}
	var merged correctionLists
	var more *correctionList
	for lacks := -1; lacks != j.lackCount(); { // once more without a service that was lost midway
		lacks = j.lackCount()
		merged = s.mergedCorrections(j, req, page.size)
		if err := merged.resume(page.keys); err != nil {
			return nil, err
		}
		if answer.Corrections, err = merged.page(ctx, page.size); err != nil {
			return nil, err
		}
		if more, err = merged.newest(ctx); err != nil {
			return nil, err
		}
	}
	if req.GetIncludePropagations() {
		if answer.Propagations, err = s.propagations(ctx, j, answer.GetCorrections()); err != nil {
			return nil, err
		}
	}
	if more != nil {
		if answer.NextPageToken, err = page.next(j, merged.keys()...); err != nil {
			return nil, err
		}
	}
	answer.Unavailable, err = j.unavailable(ctx)
	return answer, err
}

// checkEntity refuses an entity that was never on record: of a name that is misspelt nothing
// was corrected, and an empty list would not say so.
func (s *Service) checkEntity(ctx context.Context, j *joined, name string) error {
	if name == "" {
		return nil
	}
	_, err := ask(ctx, j, statementsService, func(ctx context.Context) (*statementsv1.Entity, error) {
		return s.entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name, ReadTime: j.at, ShowDeleted: true})
	})
	return err
}

// mergedCorrections are the lists of both services. Corrections of an entity, and of what it
// said, are those of the statements service only.
func (s *Service) mergedCorrections(j *joined, req *gatewayv1.ListCorrectionsRequest, size int) correctionLists {
	statements := func(ctx context.Context, size int32, token string) ([]*typev1.Correction, string, error) {
		page, err := ask(ctx, j, statementsService, func(ctx context.Context) (*statementsv1.ListCorrectionsResponse, error) {
			return s.statementCorrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{
				PageSize: size, PageToken: token, Filter: req.GetFilter(), ReadTime: j.at, Entity: req.GetEntity(),
			})
		})
		return page.GetCorrections(), page.GetNextPageToken(), err
	}
	figures := func(ctx context.Context, size int32, token string) ([]*typev1.Correction, string, error) {
		page, err := ask(ctx, j, metricsService, func(ctx context.Context) (*metricsv1.ListCorrectionsResponse, error) {
			return s.figureCorrections.ListCorrections(ctx, &metricsv1.ListCorrectionsRequest{
				PageSize: size, PageToken: token, Filter: req.GetFilter(), ReadTime: j.at,
			})
		})
		return page.GetCorrections(), page.GetNextPageToken(), err
	}
	return correctionLists{
		{read: statements, wanted: size + 1, isGone: func() bool { return !j.has(statementsService) }},
		{read: figures, wanted: size + 1, isGone: func() bool { return req.GetEntity() != "" || !j.has(metricsService) }},
	}
}
