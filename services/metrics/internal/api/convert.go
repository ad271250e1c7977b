package api

import (
	"errors"

	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	numbers "github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// invalidPeriod and malformedDecimal are the reasons of texts that cannot be read.
const (
	invalidPeriod    = "INVALID_PERIOD"
	malformedDecimal = "MALFORMED_DECIMAL"
)

// enumValue is a generated enum.
type enumValue interface {
	~int32
	String() string
}

// short returns the name of an enum value, "" for the unspecified one: all unspecified values are 0.
func short[E enumValue](e E) string {
	if e == 0 {
		return ""
	}
	return e.String()
}

// timeToProto writes a record time; 0 is unset.
func timeToProto(t recordtime.Time) *timestamppb.Timestamp {
	if t == 0 {
		return nil
	}
	return timestamppb.New(t.Time())
}

// deleteTime is when a resource was retracted; nil while it stands.
func deleteTime(meta domain.Meta) *timestamppb.Timestamp {
	if !meta.Retracted() {
		return nil
	}
	return timeToProto(meta.UpdateTime)
}

// decimalFromProto reads a number at path, which names the Decimal message.
func decimalFromProto(d *decimal.Decimal, path string, faults *errs.Violations) numbers.Decimal {
	number, err := numbers.Parse(d.GetValue())
	if err == nil {
		return number
	}
	reason, message := decimalFault(err)
	faults.Add(path+".value", reason, "%s", message)
	return number
}

// decimalFault tells the reason of a number that is none, or out of range.
func decimalFault(err error) (reason, message string) {
	reason, message = malformedDecimal, err.Error()
	var parseErr *numbers.ParseError
	if errors.As(err, &parseErr) {
		message = parseErr.Message
		if parseErr.Reason == numbers.TooManyDigits || parseErr.Reason == numbers.ExponentOutOfRange {
			reason = string(parseErr.Reason)
		}
	}
	return reason, message
}

// optionalDecimal reads a number that may be unset.
func optionalDecimal(d *decimal.Decimal, path string, faults *errs.Violations) *numbers.Decimal {
	if d == nil {
		return nil
	}
	number := decimalFromProto(d, path, faults)
	return &number
}

func decimalToProto(d numbers.Decimal) *decimal.Decimal { return &decimal.Decimal{Value: d.String()} }

func optionalToProto(d *numbers.Decimal) *decimal.Decimal {
	if d == nil {
		return nil
	}
	return decimalToProto(*d)
}

func decimalsToProto(all []numbers.Decimal) (out []*decimal.Decimal) {
	for _, d := range all {
		out = append(out, decimalToProto(d))
	}
	return out
}

func unitFromProto(u *metricsv1.Unit) units.Unit {
	return units.Unit{System: units.System(short(u.GetSystem())), Code: u.GetCode(), Candidates: units.JoinCandidates(u.GetCandidates())}
}

func unitToProto(u units.Unit) *metricsv1.Unit {
	out := &metricsv1.Unit{System: metricsv1.Unit_System(metricsv1.Unit_System_value[string(u.System)]), Code: u.Code}
	if u.Candidates != "" {
		out.Candidates = u.CandidateList()
	}
	return out
}

// periodFromProto reads a time. That exactly one of edtf and missing_reason is set was checked before.
func periodFromProto(p *typev1.TimePeriod, path string, faults *errs.Violations) domain.TimePeriod {
	period := domain.TimePeriod{Missing: short(p.GetMissingReason())}
	if p.GetEdtf() != "" {
		var err error
		if period, err = domain.ParsePeriod(p.GetEdtf()); err != nil {
			faults.AddErr("", periodFault(path+".edtf", err))
		}
	}
	if printed := p.GetPrinted(); printed != nil {
		period.Printed = &domain.Printed{Text: printed.GetText(), Span: spanFromProto(printed.GetSpan())}
	}
	return period
}

// periodFault refuses a field whose text is no period; the metadata has the cause.
func periodFault(field string, err error) error {
	fault := errs.Invalid(field, invalidPeriod, "%s", periodMessage(err))
	if parse, ok := errors.AsType[*edtf.ParseError](err); ok {
		return fault.With("cause", string(parse.Reason))
	}
	return fault
}

// periodMessage is what is wrong with a period's text.
func periodMessage(err error) string {
	var parseErr *edtf.ParseError
	if errors.As(err, &parseErr) {
		return parseErr.Message
	}
	return err.Error()
}

func periodToProto(p domain.TimePeriod) *typev1.TimePeriod {
	out := &typev1.TimePeriod{
		Edtf: p.EDTF, MissingReason: typev1.TimePeriod_MissingReason(typev1.TimePeriod_MissingReason_value[p.Missing]),
	}
	if p.Dated() && !p.OpenStart {
		out.StartTime = timestamppb.New(p.Start.Time())
	}
	if p.Dated() && !p.OpenEnd {
		out.EndTime = timestamppb.New(p.End.Time())
	}
	if p.Printed != nil {
		out.Printed = &typev1.TimePeriod_Printed{Text: p.Printed.Text, Span: spanToProto(p.Printed.Span)}
	}
	return out
}

// optionalPeriod reads a time that may be unset.
func optionalPeriod(p *typev1.TimePeriod, path string, faults *errs.Violations) *domain.TimePeriod {
	if p == nil {
		return nil
	}
	period := periodFromProto(p, path, faults)
	return &period
}

func optionalPeriodToProto(p *domain.TimePeriod) *typev1.TimePeriod {
	if p == nil {
		return nil
	}
	return periodToProto(*p)
}

// small reads a number that may be unset.
func small(n *int32) *int {
	if n == nil {
		return nil
	}
	number := int(*n)
	return &number
}

// smallToProto writes a number of at most 38 that may be unset.
func smallToProto(n *int) *int32 {
	if n == nil {
		return nil
	}
	number := int32(*n) //nolint:gosec // see above
	return &number
}

func spanFromProto(s *typev1.TextSpan) *domain.Span {
	if s == nil {
		return nil
	}
	return &domain.Span{
		Start: int(s.GetStart()), End: int(s.GetEnd()), Exact: s.GetExact(), SHA256: s.GetExactSha256(),
		Prefix: s.GetPrefix(), Suffix: s.GetSuffix(), Role: short(s.GetRole()),
	}
}

func spanToProto(stored *domain.Span) *typev1.TextSpan {
	if stored == nil {
		return nil
	}
	s := stored.Served()
	start := int32(s.Start) //nolint:gosec // at most 1,000,000, as End
	return &typev1.TextSpan{
		Start: &start, End: int32(s.End), Exact: s.Exact, ExactSha256: s.SHA256, Prefix: s.Prefix, Suffix: s.Suffix, //nolint:gosec // see above
		Role:        typev1.TextSpan_Role(typev1.TextSpan_Role_value[s.Role]),
		AnchorState: typev1.TextSpan_AnchorState(typev1.TextSpan_AnchorState_value[string(s.State)]),
	}
}
