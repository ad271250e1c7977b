package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recorddb/snapshot"
)

func metricFields(c *snapshot.Codec, m *domain.Metric) {
	snapshot.Struct(c, 1, &m.Meta, metaFields)
	c.Text(2, &m.DisplayName)
	c.Text(3, &m.Description)
	c.Text(4, &m.MeasuredProperty)
	c.Text(5, &m.PopulationType)
	c.Text(6, &m.StatType)
	c.Text(7, &m.Coverage)
	snapshot.Struct(c, 8, &m.DefaultUnit, unitFields)
	snapshot.List(c, 9, &m.Dimensions, dimensionFields)
	c.Texts(10, &m.Aliases)
	snapshot.List(c, 11, &m.Attributes, attributeFields)
	c.Texts(12, &m.Symmetric)
	c.Text(13, &m.MeasurementMethod)
	c.Text(14, &m.QuantityKind)
	c.Text(15, &m.TemporalKind)
	c.Texts(16, &m.SameAs)
	c.Text(17, &m.ReplacedBy)
	snapshot.List(c, 18, &m.Breaks, breakFields)
	snapshot.List(c, 19, &m.SourcePolicy, preferenceFields)
}

func dimensionFields(c *snapshot.Codec, dimension *domain.Dimension) {
	c.Text(1, &dimension.ID)
	c.Text(2, &dimension.DisplayName)
	c.Flag(3, &dimension.Required)
	c.Texts(4, &dimension.Codes)
	c.Text(5, &dimension.Role)
	c.Text(6, &dimension.CodeList)
}

func attributeFields(c *snapshot.Codec, a *domain.Attribute) {
	c.Text(1, &a.ID)
	c.Text(2, &a.DisplayName)
	c.Texts(3, &a.Codes)
}

func breakFields(c *snapshot.Codec, b *domain.Break) {
	snapshot.Struct(c, 1, &b.Period, periodFields)
	c.Text(2, &b.Description)
}

func preferenceFields(c *snapshot.Codec, s *domain.SourcePreference) {
	c.Text(1, &s.Producer)
	c.Text(2, &s.Title)
}
