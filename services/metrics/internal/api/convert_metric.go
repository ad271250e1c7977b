package api

import (
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
)

// metricFromProto reads what a writer says of a metric.
func metricFromProto(m *metricsv1.Metric) domain.Metric {
	metric := domain.Metric{
		DisplayName: m.GetDisplayName(), Description: m.GetDescription(), MeasuredProperty: m.GetMeasuredProperty(),
		PopulationType: m.GetPopulationType(), StatType: short(m.GetStatType()), Coverage: m.GetCoverage(),
		DefaultUnit: unitFromProto(m.GetDefaultUnit()), Aliases: m.GetAliases(),
	}
	for _, d := range m.GetDimensions() {
		metric.Dimensions = append(metric.Dimensions, domain.Dimension{
			ID: d.GetId(), DisplayName: d.GetDisplayName(), Required: d.GetRequired(), Codes: d.GetCodes(),
		})
	}
	return metric
}

func metricToProto(m domain.Metric) *metricsv1.Metric {
	out := &metricsv1.Metric{
		Name: m.Name(), Uid: m.UID, Etag: m.ETag(), CreateTime: timeToProto(m.CreateTime), UpdateTime: timeToProto(m.UpdateTime),
		DeleteTime: deleteTime(m.Meta), Retraction: correctionToProto(m.Meta, m.Name()),
		DisplayName: m.DisplayName, Description: m.Description, MeasuredProperty: m.MeasuredProperty, PopulationType: m.PopulationType,
		StatType: metricsv1.Metric_StatType(metricsv1.Metric_StatType_value[m.StatType]), Coverage: m.Coverage,
		DefaultUnit: unitToProto(m.DefaultUnit), Aliases: m.Aliases,
	}
	for _, d := range m.Dimensions {
		out.Dimensions = append(out.Dimensions, &metricsv1.Dimension{
			Id: d.ID, DisplayName: d.DisplayName, Required: d.Required, Codes: d.Codes,
		})
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
