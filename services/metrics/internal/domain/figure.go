package domain

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// ValueKind says what the value of a figure is.
type ValueKind string

// The kinds.
const (
	Point      ValueKind = "POINT"
	Range      ValueKind = "RANGE"
	LowerBound ValueKind = "LOWER_BOUND"
	UpperBound ValueKind = "UPPER_BOUND"
	List       ValueKind = "LIST"
	NoValue    ValueKind = "NO_VALUE"
	// KindChange is by how much something changed: a value, or a lower and an upper end.
	KindChange ValueKind = "CHANGE"
)

// Approximator is the hedge as printed; "" is as None.
type Approximator string

// The approximators.
const (
	None             Approximator = "NONE"
	Exactly          Approximator = "EXACTLY"
	Around           Approximator = "ABOUT"
	Nearly           Approximator = "NEARLY"
	Over             Approximator = "OVER"
	Under            Approximator = "UNDER"
	AtLeast          Approximator = "AT_LEAST"
	AtMost           Approximator = "AT_MOST"
	UpTo             Approximator = "UP_TO"
	OrderOfMagnitude Approximator = "ORDER_OF_MAGNITUDE"
)

// Figure is one reported value of a metric, as printed and as normalised.
type Figure struct {
	Meta

	Metric     string            `json:"metric"` // id
	Dimensions map[string]string `json:"dimensions,omitempty"`
	Period     TimePeriod        `json:"period"`
	Frequency  string            `json:"frequency,omitempty"` // A, S, Q, M, W, D or ""

	Reported *Reported         `json:"reported,omitempty"`
	Kind     ValueKind         `json:"kind"`
	Value    *decimal.Decimal  `json:"value,omitempty"`
	Values   []decimal.Decimal `json:"values,omitempty"`
	Lower    *Bound            `json:"lower,omitempty"`
	Upper    *Bound            `json:"upper,omitempty"`
	// Approximator, ReadingRule and Missing (NOT_STATED, NOT_COLLECTED, SUPPRESSED, CANNOT_EXIST) are "" where they are not set.
	Approximator  Approximator `json:"approximator,omitempty"`
	ReadingRule   string       `json:"reading_rule,omitempty"`
	Missing       string       `json:"missing,omitempty"`
	Unit          units.Unit   `json:"unit"`
	UnitMult      int          `json:"unit_mult,omitempty"`
	CountedObject string       `json:"counted_object,omitempty"`

	// Normalized, Significant and the computed fields of Alternates are filled by Compute.
	Normalized  Normalized   `json:"normalized"`
	Significant *Significant `json:"significant,omitempty"`
	Alternates  []Alternate  `json:"alternates,omitempty"`
	Claims      []Claim      `json:"claims,omitempty"`

	DocumentVersion string  `json:"document_version,omitempty"` // resource name
	Origin          *Origin `json:"origin,omitempty"`
	Comment         string  `json:"comment,omitempty"`

	// Decimals, ObsStatus and ConfStatus are SDMX's DECIMALS, OBS_STATUS (sorted) and CONF_STATUS; Attributes are those of the metric.
	Decimals   *int              `json:"decimals,omitempty"`
	ObsStatus  []string          `json:"obs_status,omitempty"`
	ConfStatus string            `json:"conf_status,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
	// EmbargoEnd is until when only editors read it; 0 without an embargo. Restricted says that only they read this revision, and Withdrawn
	// that readers could read the one before.
	EmbargoEnd recordtime.Time `json:"embargo_end,omitempty"`
	Restricted bool            `json:"restricted,omitempty"`
	Withdrawn  bool            `json:"withdrawn,omitempty"`
	// EmbargoHeld says that its own embargo held when the revision was recorded, though EmbargoEnd is not after UpdateTime: the record was
	// ahead of the clock.
	EmbargoHeld bool `json:"embargo_held,omitempty"`
	// Release is when the publisher put it out; nil: when it was recorded.
	Release *TimePeriod `json:"release,omitempty"`
	// BasePeriod is from when on it is a CHANGE; nil if nobody says.
	BasePeriod *TimePeriod `json:"base_period,omitempty"`
	// Claimant is the resource name of who says so, AttributedProducer whose data they say it is.
	Claimant           string `json:"claimant,omitempty"`
	AttributedProducer string `json:"attributed_producer,omitempty"`

	// Derivation is how it was computed from other figures; nil if it was not. Stale says that an input changed since.
	Derivation *Derivation `json:"derivation,omitempty"`
	Stale      bool        `json:"stale,omitempty"`
	// Corrected says that what the figure says was corrected since its first revision.
	Corrected bool `json:"corrected,omitempty"`
	// RoundingInterval is filled by Compute.
	RoundingInterval *RoundingInterval `json:"rounding_interval,omitempty"`
	// SeriesDimensions are those of its series, where they are others than Dimensions: of a symmetric metric the two codes in byte
	// order. nil: Dimensions.
	SeriesDimensions map[string]string `json:"series_dimensions,omitempty"`

	// SourceSHA256 is the hash of the text with which the spans were compared; "" while they are UNVERIFIED. Only the statements service
	// knows whether it is that of DocumentVersion.
	SourceSHA256 string `json:"source_sha256,omitempty"`
}

// Reported is a figure as its source prints it.
type Reported struct {
	Text           string           `json:"text,omitempty"`
	NumberText     string           `json:"number_text,omitempty"`
	Value          *decimal.Decimal `json:"value,omitempty"`
	UnitSymbol     string           `json:"unit_symbol,omitempty"`
	MultiplierText string           `json:"multiplier_text,omitempty"`
	Spans          []Span           `json:"spans,omitempty"`
}

// Bound is an end of a range.
type Bound struct {
	Value     decimal.Decimal `json:"value"`
	Inclusive bool            `json:"inclusive,omitempty"`
}

// Normalized is a figure multiplied out, in the base unit of its dimension.
type Normalized struct {
	Value  *decimal.Decimal  `json:"value,omitempty"`
	Values []decimal.Decimal `json:"values,omitempty"`
	Lower  *Bound            `json:"lower,omitempty"`
	Upper  *Bound            `json:"upper,omitempty"`
	Unit   units.Unit        `json:"unit"`
	// Inexact says that a number was rounded, half to even, to 38 significant digits.
	Inexact bool `json:"inexact,omitempty"`
}

// Significant is how many digits of a printed number may be significant.
type Significant struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// Alternate is the same amount in another unit, as the source prints it.
type Alternate struct {
	Reported   *Reported       `json:"reported,omitempty"`
	Value      decimal.Decimal `json:"value"`
	Unit       units.Unit      `json:"unit"`
	UnitMult   int             `json:"unit_mult,omitempty"`
	Normalized Normalized      `json:"normalized"`
	Rate       *Rate           `json:"rate,omitempty"`
}

// RoundingInterval is what a printed number may have been rounded from, in the unit of Normalized: at least Low and less than High.
type RoundingInterval struct {
	Low  decimal.Decimal `json:"low"`
	High decimal.Decimal `json:"high"`
	// Digits is how many digits are taken to be significant.
	Digits int `json:"digits"`
}

// Derivation is how a figure was computed from others.
type Derivation struct {
	Formula string  `json:"formula"`
	Inputs  []Input `json:"inputs"`
	// RoundingDecimals is how many digits after the point the result is rounded to; nil: 38 significant digits.
	RoundingDecimals *int `json:"rounding_decimals,omitempty"`
	// Inexact says that the result was rounded.
	Inexact bool `json:"inexact,omitempty"`
}

// Input is a figure that another was computed from.
type Input struct {
	Variable string `json:"variable"`
	Figure   string `json:"figure"` // id
	Revision int64  `json:"revision"`
}

// Name returns the resource name.
func (f Figure) Name() string { return FigureName.Format(f.ID) }
