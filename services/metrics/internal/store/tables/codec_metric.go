package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

func writeMetric(e *snapshot.Encoder, m domain.Metric) {
	snapshot.Put(e, 1, m.Meta, writeMeta)
	e.Text(2, m.DisplayName)
	e.Text(3, m.Description)
	e.Text(4, m.MeasuredProperty)
	e.Text(5, m.PopulationType)
	e.Text(6, m.StatType)
	e.Text(7, m.Coverage)
	snapshot.Put(e, 8, m.DefaultUnit, writeUnit)
	for _, dimension := range m.Dimensions {
		snapshot.Put(e, 9, dimension, writeDimension)
	}
	for _, alias := range m.Aliases {
		e.Item(10, alias)
	}
	for _, attribute := range m.Attributes {
		snapshot.Put(e, 11, attribute, writeAttribute)
	}
	for _, id := range m.Symmetric {
		e.Item(12, id)
	}
	e.Text(13, m.MeasurementMethod)
	e.Text(14, m.QuantityKind)
	e.Text(15, m.TemporalKind)
	for _, uri := range m.SameAs {
		e.Item(16, uri)
	}
	e.Text(17, m.ReplacedBy)
	for _, one := range m.Breaks {
		snapshot.Put(e, 18, one, writeBreak)
	}
	for _, preference := range m.SourcePolicy {
		snapshot.Put(e, 19, preference, writePreference)
	}
}

func readMetric(d *snapshot.Decoder, m *domain.Metric) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &m.Meta, readMeta)
	case 2:
		m.DisplayName = d.Text
	case 3:
		m.Description = d.Text
	case 4:
		m.MeasuredProperty = d.Text
	case 5:
		m.PopulationType = d.Text
	case 6:
		m.StatType = d.Text
	case 7:
		m.Coverage = d.Text
	case 8:
		snapshot.Get(d, &m.DefaultUnit, readUnit)
	case 9:
		m.Dimensions = snapshot.GetMore(d, m.Dimensions, readDimension)
	case 10:
		m.Aliases = append(m.Aliases, d.Text)
	default:
		readMetricMore(d, m)
	}
}

// readMetricMore goes on with fields that came later.
func readMetricMore(d *snapshot.Decoder, m *domain.Metric) {
	switch d.Field {
	case 11:
		m.Attributes = snapshot.GetMore(d, m.Attributes, readAttribute)
	case 12:
		m.Symmetric = append(m.Symmetric, d.Text)
	case 13:
		m.MeasurementMethod = d.Text
	case 14:
		m.QuantityKind = d.Text
	case 15:
		m.TemporalKind = d.Text
	case 16:
		m.SameAs = append(m.SameAs, d.Text)
	case 17:
		m.ReplacedBy = d.Text
	case 18:
		m.Breaks = snapshot.GetMore(d, m.Breaks, readBreak)
	case 19:
		m.SourcePolicy = snapshot.GetMore(d, m.SourcePolicy, readPreference)
	default:
		d.Unknown()
	}
}

func writeDimension(e *snapshot.Encoder, dimension domain.Dimension) {
	e.Text(1, dimension.ID)
	e.Text(2, dimension.DisplayName)
	e.Flag(3, dimension.Required)
	for _, code := range dimension.Codes {
		e.Item(4, code)
	}
	e.Text(5, dimension.Role)
	e.Text(6, dimension.CodeList)
}

func readDimension(d *snapshot.Decoder, dimension *domain.Dimension) {
	switch d.Field {
	case 1:
		dimension.ID = d.Text
	case 2:
		dimension.DisplayName = d.Text
	case 3:
		dimension.Required = d.Number != 0
	case 4:
		dimension.Codes = append(dimension.Codes, d.Text)
	case 5:
		dimension.Role = d.Text
	case 6:
		dimension.CodeList = d.Text
	default:
		d.Unknown()
	}
}

func writeAttribute(e *snapshot.Encoder, a domain.Attribute) {
	e.Text(1, a.ID)
	e.Text(2, a.DisplayName)
	for _, code := range a.Codes {
		e.Item(3, code)
	}
}

func readAttribute(d *snapshot.Decoder, a *domain.Attribute) {
	switch d.Field {
	case 1:
		a.ID = d.Text
	case 2:
		a.DisplayName = d.Text
	case 3:
		a.Codes = append(a.Codes, d.Text)
	default:
		d.Unknown()
	}
}

func writeBreak(e *snapshot.Encoder, b domain.Break) {
	snapshot.Put(e, 1, b.Period, writePeriod)
	e.Text(2, b.Description)
}

func readBreak(d *snapshot.Decoder, b *domain.Break) {
	switch d.Field {
	case 1:
		snapshot.Get(d, &b.Period, readPeriod)
	case 2:
		b.Description = d.Text
	default:
		d.Unknown()
	}
}

func writePreference(e *snapshot.Encoder, s domain.SourcePreference) {
	e.Text(1, s.Producer)
	e.Text(2, s.Title)
}

func readPreference(d *snapshot.Decoder, s *domain.SourcePreference) {
	switch d.Field {
	case 1:
		s.Producer = d.Text
	case 2:
		s.Title = d.Text
	default:
		d.Unknown()
	}
}
