package api

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// metricFromProto reads what a writer says of a metric. Paths of faults are relative to the metric.
func metricFromProto(m *metricsv1.Metric) (domain.Metric, error) {
	var faults errs.Violations
	metric := domain.Metric{
		DisplayName: m.GetDisplayName(), Description: m.GetDescription(), MeasuredProperty: m.GetMeasuredProperty(),
		PopulationType: m.GetPopulationType(), StatType: short(m.GetStatType()), Coverage: m.GetCoverage(),
		DefaultUnit: unitFromProto(m.GetDefaultUnit()), Aliases: m.GetAliases(), Symmetric: m.GetSymmetricDimensions(),
		MeasurementMethod: m.GetMeasurementMethod(), QuantityKind: m.GetQuantityKind(), TemporalKind: short(m.GetTemporalKind()),
		SameAs: m.GetSameAs(),
	}
	if m.GetReplacedBy() != "" {
		var err error
		metric.ReplacedBy, err = parseName("replaced_by", m.GetReplacedBy(), domain.MetricName)
		faults.AddErr("", err)
	}
	for _, d := range m.GetDimensions() {
		metric.Dimensions = append(metric.Dimensions, domain.Dimension{
			ID: d.GetId(), DisplayName: d.GetDisplayName(), Required: d.GetRequired(), Codes: d.GetCodes(),
			Role: short(d.GetRole()), CodeList: short(d.GetCodeList()),
		})
	}
	for _, a := range m.GetAttributes() {
		metric.Attributes = append(metric.Attributes, domain.Attribute{ID: a.GetId(), DisplayName: a.GetDisplayName(), Codes: a.GetCodes()})
	}
	for i, b := range m.GetBreaks() {
		metric.Breaks = append(metric.Breaks, domain.Break{
			Period: periodFromProto(b.GetTimePeriod(), errs.Index("breaks", i)+".time_period", &faults), Description: b.GetDescription(),
		})
	}
	for _, p := range m.GetSourcePolicy() {
		metric.SourcePolicy = append(metric.SourcePolicy, domain.SourcePreference{Producer: p.GetProducer(), Title: p.GetTitle()})
	}
	return metric, faults.Err()
}

func metricToProto(m domain.Metric) *metricsv1.Metric {
	out := &metricsv1.Metric{
		Name: m.Name(), Uid: m.UID, Etag: m.ETag(), CreateTime: timeToProto(m.CreateTime), UpdateTime: timeToProto(m.UpdateTime),
		DeleteTime: deleteTime(m.Meta), Retraction: correctionToProto(m.Meta, m.Name()),
		DisplayName: m.DisplayName, Description: m.Description, MeasuredProperty: m.MeasuredProperty, PopulationType: m.PopulationType,
		StatType: metricsv1.Metric_StatType(metricsv1.Metric_StatType_value[m.StatType]), Coverage: m.Coverage,
		DefaultUnit: unitToProto(m.DefaultUnit), Aliases: m.Aliases, SymmetricDimensions: m.Symmetric,
		MeasurementMethod: m.MeasurementMethod, QuantityKind: m.QuantityKind, TemporalKind: temporalKind(m.TemporalKind), SameAs: m.SameAs,
	}
	if m.ReplacedBy != "" {
		out.ReplacedBy = domain.MetricName.Format(m.ReplacedBy)
	}
	for _, d := range m.Dimensions {
		out.Dimensions = append(out.Dimensions, &metricsv1.Dimension{
			Id: d.ID, DisplayName: d.DisplayName, Required: d.Required, Codes: d.Codes,
			Role:     metricsv1.Dimension_Role(metricsv1.Dimension_Role_value[d.Role]),
			CodeList: metricsv1.Dimension_CodeList(metricsv1.Dimension_CodeList_value[d.CodeList]),
		})
	}
	for _, a := range m.Attributes {
		out.Attributes = append(out.Attributes, &metricsv1.Attribute{Id: a.ID, DisplayName: a.DisplayName, Codes: a.Codes})
	}
	for _, b := range m.Breaks {
		out.Breaks = append(out.Breaks, &metricsv1.Break{TimePeriod: periodToProto(b.Period), Description: b.Description})
	}
	for _, p := range m.SourcePolicy {
		out.SourcePolicy = append(out.SourcePolicy, &metricsv1.SourcePreference{Producer: p.Producer, Title: p.Title})
	}
	return out
}

func metricsToProto(all []domain.Metric) []*metricsv1.Metric {
	out := make([]*metricsv1.Metric, len(all))
	for i, m := range all {
		out[i] = metricToProto(m)
	}
	return out
}

func temporalKind(k string) metricsv1.Metric_TemporalKind {
	return metricsv1.Metric_TemporalKind(metricsv1.Metric_TemporalKind_value[k])
}
