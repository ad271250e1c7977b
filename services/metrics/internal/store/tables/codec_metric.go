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
	}
}

func writeDimension(e *snapshot.Encoder, dimension domain.Dimension) {
	e.Text(1, dimension.ID)
	e.Text(2, dimension.DisplayName)
	e.Flag(3, dimension.Required)
	for _, code := range dimension.Codes {
		e.Item(4, code)
	}
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
	}
}
