package record

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
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
	settled, err := settledBy(ctx, func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.statementCorrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{PageSize: 1}, header)
		return err
	}, func(ctx context.Context, header grpc.CallOption) error {
		_, err := s.figureCorrections.ListCorrections(ctx, &metricsv1.ListCorrectionsRequest{PageSize: 1}, header)
		return err
	})
	if err != nil {
		return nil, err
	}
	rpcserver.SetSettled(ctx, settled)
	return readTime(asked, settled)
}

// readTime is the record time that is asked for, or how far both services are settled; they must be settled at it.
func readTime(asked *timestamppb.Timestamp, settled time.Time) (*timestamppb.Timestamp, error) {
	switch {
	case asked == nil:
		return timestamppb.New(settled), nil
	case asked.AsTime().After(settled):
		return nil, errs.Invalid("read_time", "READ_TIME_NOT_SETTLED",
			"is after the settled time, %s: something may still be recorded before it", settled.Format(rpcserver.SettledLayout)).
			With("settled_time", settled.Format(rpcserver.SettledLayout))
	default:
		return asked, nil
	}
}

// ListCorrections implements RecordService: it merges the lists of both services.
func (s *Service) ListCorrections(ctx context.Context, req *gatewayv1.ListCorrectionsRequest) (*gatewayv1.ListCorrectionsResponse, error) {
	size, err := paging.Size(req.GetPageSize())
	if err != nil {
		return nil, err
	}
	asked := ""
	if at := req.GetReadTime(); at != nil {
		if err := at.CheckValid(); err != nil {
			return nil, errs.Invalid("read_time", "INVALID_TIMESTAMP", "%s", err.Error())
		}
		asked = recordtime.FromTime(at.AsTime()).String()
	}
	binding := paging.Bind("ListCorrections", req.GetFilter(), asked)
	token, err := paging.Decode(req.GetPageToken(), binding)
	if err != nil {
		return nil, err
	}
	at := req.GetReadTime()
	if !token.First() {
		at = timestamppb.New(token.ReadTime.Time())
	}
	if at, err = s.correctionsAt(ctx, at); err != nil {
		return nil, err
	}
	merged, err := s.mergedCorrections(req.GetFilter(), at, size, token.Keys)
	if err != nil {
		return nil, err
	}
	answer := &gatewayv1.ListCorrectionsResponse{}
	for len(answer.GetCorrections()) < size {
		next, err := merged.next(ctx)
		if err != nil || next == nil {
			return answer, err
		}
		answer.Corrections = append(answer.Corrections, next)
	}
	if more, err := merged.newest(ctx); err != nil || more == nil {
		return answer, err
	}
	answer.NextPageToken, err = paging.Token{ReadTime: recordtime.FromTime(at.AsTime()), Keys: merged.keys()}.Encode(binding)
	return answer, err
}

// mergedCorrections starts the merged list where a page starts; keys are those of its token, none on the first.
func (s *Service) mergedCorrections(filter string, at *timestamppb.Timestamp, size int, keys []any) (merged correctionLists, err error) {
	statements := func(ctx context.Context, size int32, token string) ([]*typev1.Correction, string, error) {
		page, err := s.statementCorrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{
			PageSize: size, PageToken: token, Filter: filter, ReadTime: at,
		})
		return page.GetCorrections(), page.GetNextPageToken(), err
	}
	figures := func(ctx context.Context, size int32, token string) ([]*typev1.Correction, string, error) {
		page, err := s.figureCorrections.ListCorrections(ctx, &metricsv1.ListCorrectionsRequest{
			PageSize: size, PageToken: token, Filter: filter, ReadTime: at,
		})
		return page.GetCorrections(), page.GetNextPageToken(), err
	}
	merged = correctionLists{{read: statements, wanted: size + 1}, {read: figures, wanted: size + 1}}
	return merged, merged.resume(keys)
}
