package api

import (
	"google.golang.org/genproto/googleapis/type/decimal"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	numbers "github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/resource"
)

// observationWriter writes the observations of an answer. What many of them share is one message: answers are only read.
type observationWriter struct {
	units   map[units.Unit]*metricsv1.Unit
	about   *domain.About
	shared  metricsv1.Observation // what about says
	written *metricsv1.AsWritten  // its unit and power
}

// observationParts are the messages that almost every observation has. Those of a page are made in one piece.
type observationParts struct {
	observation         metricsv1.Observation
	period              typev1.TimePeriod
	start, end, updated timestamppb.Timestamp
	value               decimal.Decimal
	written             metricsv1.AsWritten
}

// all writes observations.
func (w *observationWriter) all(observations []*domain.Observation) []*metricsv1.Observation {
	out := make([]*metricsv1.Observation, len(observations))
	parts := make([]observationParts, len(observations))
	for i, o := range observations {
		out[i] = w.one(o, &parts[i])
	}
	return out
}

// one writes an observation into its parts.
func (w *observationWriter) one(o *domain.Observation, parts *observationParts) *metricsv1.Observation {
	n, out := &o.Normalized, &parts.observation
	out.TimePeriod, out.ValueKind = parts.periodOf(&o.Period), valueKind(o.Kind)
	if n.Value != nil {
		parts.value.Value, out.Value = n.Value.String(), &parts.value
	}
	out.Values, out.Lower, out.Upper = decimalsToProto(n.Values), boundToProto(n.Lower), boundToProto(n.Upper)
	out.Unit, out.Inexact = w.unit(n.Unit), n.Inexact
	out.Approximator, out.MissingReason = approximator(o.Approximator), missingReason(o.Missing)
	out.ObsStatus, out.Corrected, out.Stale = o.ObsStatus, o.Corrected, o.Stale
	out.BasePeriod, out.FilledFrom = optionalPeriodToProto(o.BasePeriod), optionalPeriodToProto(o.FilledFrom)
	out.Filled = o.FilledFrom != nil && o.FilledFrom.Start < o.Period.Start // else it is a day within the period
	out.Conversion = conversionToProto(o.Conversion)
	out.AggregatedCount = int32(o.AggregatedCount) //nolint:gosec // at most the figures of one answer
	if o.UpdateTime != 0 {
		out.UpdateTime = instant(&parts.updated, o.UpdateTime)
	}
	if o.Figure != "" {
		out.Figure = domain.FigureName.Format(o.Figure)
	}
	if o.Revision > 0 {
		out.RevisionId = resource.FormatNumber(o.Revision)
	}
	if o.About == nil {
		return out
	}
	w.share(o.About)
	out.DocumentVersion, out.SourceId, out.Claimant = w.shared.DocumentVersion, w.shared.SourceId, w.shared.Claimant
	out.ReleaseTime, out.ConfStatus, out.Attributes = w.shared.ReleaseTime, w.shared.ConfStatus, w.shared.Attributes
	out.Comment, out.CountedObject = w.shared.Comment, w.shared.CountedObject
	out.Restricted, out.EmbargoEndTime = w.shared.Restricted, w.shared.EmbargoEndTime
	if o.Figure != "" && o.AggregatedCount == 0 {
		out.AsWritten = w.asWritten(o, parts)
	}
	return out
}

// periodOf is periodToProto into the parts.
func (parts *observationParts) periodOf(p *domain.TimePeriod) *typev1.TimePeriod {
	if p.Printed != nil || !p.Dated() {
		return periodToProto(*p)
	}
	out := &parts.period
	out.Edtf = p.EDTF
	if !p.OpenStart {
		out.StartTime = instant(&parts.start, p.Start)
	}
	if !p.OpenEnd {
		out.EndTime = instant(&parts.end, p.End)
	}
	return out
}

// instant writes a time.
func instant(into *timestamppb.Timestamp, at recordtime.Time) *timestamppb.Timestamp {
	const second = 1_000_000
	into.Seconds, into.Nanos = int64(at/second), int32(at%second)*1000 //nolint:gosec // below a second
	if into.Nanos < 0 {
		into.Seconds, into.Nanos = into.Seconds-1, into.Nanos+1000*second
	}
	return into
}

// asWritten writes the numbers as they were written. A number that is the same multiplied out is the same message.
func (w *observationWriter) asWritten(o *domain.Observation, parts *observationParts) *metricsv1.AsWritten {
	out := &parts.written
	out.Value = same(o.Written.Value, o.Normalized.Value, parts.observation.GetValue())
	out.Values, out.Lower, out.Upper = decimalsToProto(o.Written.Values), boundToProto(o.Written.Lower), boundToProto(o.Written.Upper)
	out.Unit, out.UnitMult, out.Decimals = w.written.Unit, w.written.UnitMult, w.written.Decimals
	return out
}

// same is optionalToProto of a number, or the message of another one that is the same.
func same(d, other *numbers.Decimal, message *decimal.Decimal) *decimal.Decimal {
	if d != nil && other != nil && *d == *other {
		return message
	}
	return optionalToProto(d)
}

// share writes what the next observations have in common.
func (w *observationWriter) share(about *domain.About) {
	if w.about == about {
		return
	}
	w.about = about
	w.shared.DocumentVersion, w.shared.SourceId, w.shared.Claimant = about.DocumentVersion, about.Source.ID, about.Source.Claimant
	w.shared.ReleaseTime, w.shared.ConfStatus = optionalPeriodToProto(about.Release), about.ConfStatus
	w.shared.Attributes, w.shared.Comment, w.shared.CountedObject = about.Attributes, about.Comment, about.CountedObject
	w.shared.Restricted, w.shared.EmbargoEndTime = about.Restricted, timeToProto(about.EmbargoEnd)
	w.written = &metricsv1.AsWritten{
		Unit: w.unit(about.Unit), UnitMult: int32(about.UnitMult), Decimals: smallToProto(about.Decimals), //nolint:gosec // -30 to 30
	}
}

func (w *observationWriter) unit(u units.Unit) *metricsv1.Unit {
	out, known := w.units[u]
	if !known {
		if w.units == nil {
			w.units = map[units.Unit]*metricsv1.Unit{}
		}
		out = unitToProto(u)
		w.units[u] = out
	}
	return out
}

func conversionToProto(c *domain.Conversion) *metricsv1.Conversion {
	if c == nil {
		return nil
	}
	out := &metricsv1.Conversion{
		RateBasis: metricsv1.Conversion_RateBasis(metricsv1.Conversion_RateBasis_value[string(c.Basis)]), From: c.From, To: c.To,
	}
	if c.Figure == "" {
		return out
	}
	out.Rate, out.RatePeriod = fractionToProto(c.Rate), periodToProto(c.Period)
	out.RateFigure, out.RateRevisionId = domain.FigureName.Format(c.Figure), resource.FormatNumber(c.Revision)
	if c.CrossFigure != "" {
		out.CrossRateFigure, out.CrossRateRevisionId = domain.FigureName.Format(c.CrossFigure), resource.FormatNumber(c.CrossRevision)
	}
	return out
}

// sourceToProto writes a source with its place among those of the answer.
func sourceToProto(s domain.Source, rank int) *metricsv1.Source {
	out := &metricsv1.Source{
		SourceId: s.ID, Producer: s.Producer, Title: s.Title, Claimant: s.Claimant, Uri: s.URI, License: s.License,
		CitationFull: s.CitationFull, Rank: int32(rank), //nolint:gosec // at most as many as observations
	}
	if s.Document != "" {
		out.Document = "documents/" + s.Document
	}
	return out
}

// vintageToProto writes a vintage.
func vintageToProto(v domain.Vintage) *metricsv1.Vintage {
	return &metricsv1.Vintage{ReleaseTime: optionalPeriodToProto(v.Release), SourceId: v.Source.ID, RecordTime: timeToProto(v.RecordTime)}
}
