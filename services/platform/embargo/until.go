package embargo

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// Dated is what may be under an embargo and says when it was recorded.
type Dated interface {
	GetEmbargoEndTime() *timestamppb.Timestamp
	GetUpdateTime() *timestamppb.Timestamp
}

// Until is when readers read what is restricted: nil if nothing says when, if it is
// confidential, or if its own embargo ends before it was recorded: something else restricts
// it, or it was recorded while the record was ahead of the clock.
func Until(of Dated) *timestamppb.Timestamp {
	end := of.GetEmbargoEndTime()
	if status, has := of.(interface{ GetConfStatus() string }); has && sdmx.Confidential(status.GetConfStatus()) {
		return nil
	}
	if end == nil || !end.AsTime().After(of.GetUpdateTime().AsTime()) {
		return nil
	}
	return end
}
