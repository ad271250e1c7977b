package domain

// RateBasis says which exchange rate an amount was converted by.
type RateBasis string

// The bases.
const (
	ArticleBasis   RateBasis = "ARTICLE"
	ReferenceBasis RateBasis = "REFERENCE"
)

// Conversion is how an amount was converted to another currency.
type Conversion struct {
	Basis RateBasis
	// Rate is in units of To for one of From.
	Rate Fraction
	// Figure is the id of the figure that the rate is of, Revision its revision, Period its period.
	Figure   string
	Revision int64
	Period   TimePeriod
	// CrossFigure is, of a rate between two currencies through a third, the figure that the rate was divided by; else "".
	CrossFigure   string
	CrossRevision int64
	// From and To are codes of ISO 4217.
	From, To string
}
