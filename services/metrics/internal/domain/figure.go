package domain

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
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
)

// Approximator is the hedge as printed; "" is as None.
type Approximator string

// The approximators.
const (
	None             Approximator = "NONE"
	Exactly          Approximator = "EXACTLY"
	About            Approximator = "ABOUT"
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

// Claim is what a source says of the figure beside others.
type Claim struct {
	Kind  string `json:"kind"` // RECORD_HIGH, RECORD_LOW
	Scope string `json:"scope,omitempty"`
	Span  *Span  `json:"span,omitempty"`
}

// Origin is whose figure it is.
type Origin struct {
	Producer string `json:"producer"`
	Title    string `json:"title,omitempty"`
	URI      string `json:"uri,omitempty"`
	License  string `json:"license,omitempty"`
}

// Name returns the resource name.
func (f Figure) Name() string { return FigureName.Format(f.ID) }
