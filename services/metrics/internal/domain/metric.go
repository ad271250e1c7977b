package domain

import "github.com/onrecord/onrecord/services/metrics/internal/domain/units"

// Metric is the definition of something measured.
type Metric struct {
	Meta

	DisplayName      string      `json:"display_name"`
	Description      string      `json:"description,omitempty"`
	MeasuredProperty string      `json:"measured_property"`
	PopulationType   string      `json:"population_type,omitempty"`
	StatType         string      `json:"stat_type"` // COUNT, VALUE, MEAN, RATE, INDEX
	Coverage         string      `json:"coverage,omitempty"`
	DefaultUnit      units.Unit  `json:"default_unit"`
	Dimensions       []Dimension `json:"dimensions,omitempty"`
	Aliases          []string    `json:"aliases,omitempty"`

	// Attributes say more about a figure and make no series.
	Attributes []Attribute `json:"attributes,omitempty"`
	// Symmetric are none or two dimensions that may be exchanged without another meaning.
	Symmetric         []string `json:"symmetric,omitempty"`
	MeasurementMethod string   `json:"measurement_method,omitempty"`
	QuantityKind      string   `json:"quantity_kind,omitempty"`
	TemporalKind      string   `json:"temporal_kind,omitempty"` // STOCK, FLOW, TIMELESS or ""
	SameAs            []string `json:"same_as,omitempty"`
	ReplacedBy        string   `json:"replaced_by,omitempty"` // id
	Breaks            []Break  `json:"breaks,omitempty"`
	// SourcePolicy is whose figures come first, best first.
	SourcePolicy []SourcePreference `json:"source_policy,omitempty"`
}

// The kinds of how figures stand to time.
const (
	Stock    = "STOCK"
	Flow     = "FLOW"
	Timeless = "TIMELESS"
)

// Dimension is one dimension of a metric's series key.
type Dimension struct {
	ID          string   `json:"id"`
	DisplayName string   `json:"display_name,omitempty"`
	Required    bool     `json:"required,omitempty"`
	Codes       []string `json:"codes,omitempty"` // empty: any
	// Role and CodeList are the names of the contract, such as REF_AREA and ISO3166_1_ALPHA2; "" if not said.
	Role     string `json:"role,omitempty"`
	CodeList string `json:"code_list,omitempty"`
}

// Attribute is one attribute of a metric's figures.
type Attribute struct {
	ID          string   `json:"id"`
	DisplayName string   `json:"display_name,omitempty"`
	Codes       []string `json:"codes,omitempty"` // empty: any text
}

// Break is where the series of a metric break.
type Break struct {
	Period      TimePeriod `json:"period"`
	Description string     `json:"description"`
}

// SourcePreference is a source that comes before those after it. An empty title is any.
type SourcePreference struct {
	Producer string `json:"producer"`
	Title    string `json:"title,omitempty"`
}

// Name returns the resource name.
func (m Metric) Name() string { return MetricName.Format(m.ID) }
