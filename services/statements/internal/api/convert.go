package api

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/fieldcheck"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// timeToProto writes a record time; 0 is unset.
func timeToProto(t recordtime.Time) *timestamppb.Timestamp {
	if t == 0 {
		return nil
	}
	return timestamppb.New(t.Time())
}

// instantToProto writes a time that may lie anywhere, 1970 included.
func instantToProto(t recordtime.Time, set bool) *timestamppb.Timestamp {
	if !set {
		return nil
	}
	return timestamppb.New(t.Time())
}

// timeFromProto reads a time of the caller's.
func timeFromProto(t *timestamppb.Timestamp, path string, faults *errs.Violations) time.Time {
	if t == nil {
		return time.Time{}
	}
	if err := t.CheckValid(); err != nil {
		faults.Add(path, "INVALID_TIMESTAMP", "%s", err.Error())
		return time.Time{}
	}
	return t.AsTime()
}

// correctionToProto writes why a resource was retracted; nil while it stands.
func correctionToProto(record domain.Record, name string) *typev1.Correction {
	correction, found := record.Correction(name)
	if !found {
		return nil
	}
	return fullCorrection(correction)
}

// periodFromProto reads a time as precise as its source. A missing one is a
// fault.
func periodFromProto(p *typev1.TimePeriod, path string, faults *errs.Violations) domain.Period {
	if p == nil {
		faults.Add(path, domain.FieldRequired, "the time is required: set edtf or missing_reason")
		return domain.Period{}
	}
	missing := ""
	if p.GetMissingReason() == typev1.TimePeriod_NOT_STATED {
		missing = domain.NotStated
	}
	period, err := domain.NewPeriod(p.GetEdtf(), missing)
	faults.AddErr(path, err)
	if printed := p.GetPrinted(); printed != nil {
		period.Printed = &domain.Printed{Text: printed.GetText()}
		if printed.GetSpan() != nil {
			span := spanFromProto(printed.GetSpan(), path+".printed.span", faults)
			period.Printed.Span = &span
		}
	}
	return period
}

func periodToProto(p domain.Period) *typev1.TimePeriod {
	out := &typev1.TimePeriod{
		Edtf: p.EDTF, StartTime: instantToProto(p.Start, p.HasStart), EndTime: instantToProto(p.End, p.HasEnd),
	}
	if p.Missing == domain.NotStated {
		out.MissingReason = typev1.TimePeriod_NOT_STATED
	}
	if p.Printed != nil {
		out.Printed = &typev1.TimePeriod_Printed{Text: p.Printed.Text}
		if p.Printed.Span != nil {
			out.Printed.Span = spanToProto(*p.Printed.Span)
		}
	}
	return out
}

// optionalPeriod writes a time that resources from before it was kept lack.
func optionalPeriod(p domain.Period) *typev1.TimePeriod {
	if p == (domain.Period{}) {
		return nil
	}
	return periodToProto(p)
}

// clockToProto writes a time of the caller's; the zero time is unset.
func clockToProto(t time.Time) *timestamppb.Timestamp {
	if t.IsZero() {
		return nil
	}
	return timestamppb.New(t)
}

// spanFromProto reads a span that shows nothing in particular.
func spanFromProto(s *typev1.TextSpan, path string, faults *errs.Violations) domain.Span {
	return spanAs(s, typev1.TextSpan_ROLE_UNSPECIFIED, path, faults)
}

// spanAs reads a span in a field that says what it shows: a writer may say that
// too, and nothing else.
func spanAs(s *typev1.TextSpan, role typev1.TextSpan_Role, path string, faults *errs.Violations) domain.Span {
	if s.GetRole() != typev1.TextSpan_ROLE_UNSPECIFIED && s.GetRole() != role {
		faults.Add(path+".role", fieldcheck.FieldNotEmpty, "what the span shows follows from its field: leave the role empty")
	}
	return domain.Span{
		Start: int(s.GetStart()), End: int(s.GetEnd()),
		Exact: s.GetExact(), SHA256: s.GetExactSha256(), Prefix: s.GetPrefix(), Suffix: s.GetSuffix(),
	}
}

func spansAs(spans []*typev1.TextSpan, role typev1.TextSpan_Role, path string, faults *errs.Violations) []domain.Span {
	out := make([]domain.Span, len(spans))
	for i, span := range spans {
		out[i] = spanAs(span, role, errs.Index(path, i), faults)
	}
	return out
}

func spanToProto(s domain.Span) *typev1.TextSpan {
	state := typev1.TextSpan_UNVERIFIED
	if s.Anchored {
		state = typev1.TextSpan_ANCHORED
	}
	start := int32(s.Start) //nolint:gosec // at most 1,000,000, as End
	return &typev1.TextSpan{
		Start: &start, End: int32(s.End), Exact: s.Exact, Prefix: s.Prefix, Suffix: s.Suffix, //nolint:gosec // see above
		AnchorState: state, ExactSha256: s.SHA256,
	}
}

// spanPointer writes a span that may be missing, with what it shows.
func spanPointer(s *domain.Span, role typev1.TextSpan_Role) *typev1.TextSpan {
	if s == nil {
		return nil
	}
	out := spanToProto(*s)
	out.Role = role
	return out
}

func spansToProto(spans []domain.Span, role typev1.TextSpan_Role) []*typev1.TextSpan {
	if len(spans) == 0 {
		return nil
	}
	out := make([]*typev1.TextSpan, len(spans))
	for i := range spans {
		out[i] = spanPointer(&spans[i], role)
	}
	return out
}
