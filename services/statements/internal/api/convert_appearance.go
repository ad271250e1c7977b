package api

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func appearancesToProto(appearances []domain.Appearance) (out []*statementsv1.Appearance) {
	for _, a := range appearances {
		out = append(out, &statementsv1.Appearance{
			Statement: a.Statement, DocumentVersion: a.VersionName(),
			Contents: spansToProto(a.Contents, typev1.TextSpan_CONTENT), Cue: spanPointer(a.Cue, typev1.TextSpan_CUE),
			SourceMentions: spansToProto(a.SourceMentions, typev1.TextSpan_SOURCE_MENTION),
			PublishTime:    optionalPeriod(a.PublishTime), AccessTime: clockToProto(a.AccessTime),
			LatestAnchor: anchorToProto(a.LatestAnchor),
		})
	}
	return out
}

func anchorToProto(a *domain.VersionAnchor) *statementsv1.VersionAnchor {
	if a == nil {
		return nil
	}
	return &statementsv1.VersionAnchor{
		DocumentVersion: a.Version, AnchorState: anchorState(a.State), Spans: toProtos(a.Spans, spanAnchorToProto),
	}
}

func spanAnchorToProto(s domain.SpanAnchor) *statementsv1.VersionAnchor_SpanAnchor {
	out := &statementsv1.VersionAnchor_SpanAnchor{Field: s.Field, AnchorState: anchorState(s.State)}
	if s.State != domain.Orphaned && s.State != domain.Unverified {
		start, end := int32(s.Start), int32(s.End) //nolint:gosec // at most 1,000,000
		out.Start, out.End = &start, &end
	}
	return out
}

func anchorState(name string) typev1.TextSpan_AnchorState {
	return enumValue[typev1.TextSpan_AnchorState](typev1.TextSpan_AnchorState_value, name)
}
