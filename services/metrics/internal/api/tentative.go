package api

import (
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// tentative takes from the answer of a write that was only tried what the write itself would have decided: its record time, the etag that
// goes with it, and ids nobody chose. They would be others the next time.
func tentative(answer any, tried recordtime.Time) {
	switch a := answer.(type) {
	case *metricsv1.Metric:
		a.Name, a.Uid = untaken(a.GetName(), a.GetUid(), a.GetCreateTime(), tried)
		if isTime(a.GetUpdateTime(), tried) {
			a.Etag = ""
		}
		clearTimes(tried, a.GetRetraction(), &a.CreateTime, &a.UpdateTime, &a.DeleteTime)
	case *metricsv1.Figure:
		a.Name, a.Uid = untaken(a.GetName(), a.GetUid(), a.GetCreateTime(), tried)
		if isTime(a.GetUpdateTime(), tried) {
			a.Etag = ""
		}
		clearTimes(tried, a.GetRetraction(), &a.CreateTime, &a.UpdateTime, &a.DeleteTime)
	case *metricsv1.CorrectFigureResponse:
		tentative(a.GetFigure(), tried)
		a.Correction.Name, a.Correction.RecordTime = "", nil
	case *metricsv1.BatchCreateFiguresResponse:
		for _, figure := range a.GetFigures() {
			tentative(figure, tried)
		}
	}
}

// untaken drops the uid of what was not put on record, and a name that is made of it.
func untaken(name, uid string, created *timestamppb.Timestamp, tried recordtime.Time) (string, string) {
	switch {
	case !isTime(created, tried):
		return name, uid
	case strings.HasSuffix(name, "/"+uid):
		return "", ""
	default:
		return name, ""
	}
}

func clearTimes(tried recordtime.Time, retraction *typev1.Correction, times ...**timestamppb.Timestamp) {
	if retraction != nil && isTime(retraction.GetRecordTime(), tried) {
		retraction.Name, retraction.RecordTime = "", nil
	}
	for _, t := range times {
		if isTime(*t, tried) {
			*t = nil
		}
	}
}

func isTime(t *timestamppb.Timestamp, tried recordtime.Time) bool {
	return t != nil && recordtime.FromTime(t.AsTime()) == tried
}
