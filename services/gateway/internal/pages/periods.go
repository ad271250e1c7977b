package pages

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// period is a TimePeriod for people.
type period struct {
	// Words is the time, or "not stated".
	Words string
	// EDTF is the notation that Words was made from, where they differ.
	EDTF string
	// Printed is how the source words it.
	Printed string
	Stated  bool
}

func newPeriod(p *typev1.TimePeriod) period {
	out := period{Printed: p.GetPrinted().GetText()}
	if p.GetEdtf() == "" {
		out.Words = "not stated"
		return out
	}
	out.Stated = true
	out.Words = words.Period(p.GetEdtf())
	if out.Words != p.GetEdtf() {
		out.EDTF = p.GetEdtf()
	}
	return out
}

// moment is a time on the record axis for people and for programs.
type moment struct{ Words, Machine string }

func newMoment(t *timestamppb.Timestamp) *moment {
	if t == nil {
		return nil
	}
	at := t.AsTime().UTC()
	return &moment{Words: at.Format("2 January 2006, 15:04:05 UTC"), Machine: at.Format(time.RFC3339Nano)}
}
