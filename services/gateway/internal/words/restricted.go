package words

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// Restricted says of what only editors and admins read that they do, and until when if an
// embargo ends. end is nil where nothing says when.
func Restricted(end *timestamppb.Timestamp) string {
	if end == nil {
		return "only editors and admins read it"
	}
	return "under embargo until " + end.AsTime().UTC().Format("2 January 2006, 15:04:05 UTC") + ": only editors and admins read it"
}

// restricted is a figure, or an observation of one.
type restricted interface {
	GetConfStatus() string
	GetEmbargoEndTime() *timestamppb.Timestamp
	GetUpdateTime() *timestamppb.Timestamp
}

// EmbargoEnd is when readers read a figure that is restricted: nil if it is confidential, or if
// its own embargo had ended when it was recorded, so that something else restricts it.
func EmbargoEnd(of restricted) *timestamppb.Timestamp {
	end := of.GetEmbargoEndTime()
	if sdmx.Confidential(of.GetConfStatus()) || end != nil && !end.AsTime().After(of.GetUpdateTime().AsTime()) {
		return nil
	}
	return end
}
