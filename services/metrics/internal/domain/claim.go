package domain

import "github.com/onrecord/onrecord/services/platform/decimal"

// The kinds of claims.
const (
	RecordHigh   = "RECORD_HIGH"
	RecordLow    = "RECORD_LOW"
	HighestSince = "HIGHEST_SINCE"
	LowestSince  = "LOWEST_SINCE"
	MultipleOf   = "MULTIPLE_OF"
)

// Claim is what a source says of the figure beside others.
type Claim struct {
	Kind  string `json:"kind"`
	Scope string `json:"scope,omitempty"`
	Span  *Span  `json:"span,omitempty"`
	// Since is the first period that counts, of HighestSince and LowestSince.
	Since *TimePeriod `json:"since,omitempty"`
	// Factor and BasePeriod are of MultipleOf; BasePeriod may be nil.
	Factor     *decimal.Decimal `json:"factor,omitempty"`
	BasePeriod *TimePeriod      `json:"base_period,omitempty"`
}
