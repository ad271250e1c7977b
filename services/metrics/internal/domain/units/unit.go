package units

import (
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// System says who defines a code.
type System string

// The systems.
const (
	// UCUM is the Unified Code for Units of Measure.
	UCUM System = "UCUM"
	// ISO4217 is the standard of currency codes.
	ISO4217 System = "ISO4217"
	// Unresolved is nobody yet: the code is a printed sign that stands for several currencies.
	Unresolved System = "UNRESOLVED"
)

// MaxCodeLength is the greatest length of a code, in bytes.
const MaxCodeLength = 64

// Unit is a code and its system. Units are comparable; the zero value is no unit.
type Unit struct {
	System System `json:"system"`
	Code   string `json:"code"`
	// Candidates are what an Unresolved sign may stand for: ISO 4217 codes in order, joined by commas, so that units stay comparable.
	Candidates string `json:"candidates,omitempty"`
}

// One is the unit of counts and ratios.
var One = Unit{System: UCUM, Code: "1"}

// String returns the code with its system, for messages.
func (u Unit) String() string { return u.Code + " (" + string(u.System) + ")" }

// JoinCandidates writes codes as Unit.Candidates holds them: in order, each once.
func JoinCandidates(codes []string) string {
	codes = slices.Clone(codes)
	slices.Sort(codes)
	return strings.Join(slices.Compact(codes), ",")
}

// CandidateList returns the codes of Candidates.
func (u Unit) CandidateList() []string {
	if u.Candidates == "" {
		return nil
	}
	return strings.Split(u.Candidates, ",")
}

// UnknownError reports a code that its system does not define or that this package does not know.
type UnknownError struct {
	Unit    Unit
	Message string
}

// Error returns the message.
func (e *UnknownError) Error() string { return e.Message }

// Resolved is a unit whose meaning is known. It is immutable and safe for concurrent use.
type Resolved struct {
	// Unit is the unit as it was given.
	Unit Unit
	// Base is the base unit of its dimension: amounts in Unit times Factor are amounts in Base.
	Base Unit

	measure measure
}

// Resolve looks a unit up. The error is an *UnknownError.
func Resolve(u Unit) (Resolved, error) {
	if len(u.Code) > MaxCodeLength {
		return Resolved{}, &UnknownError{Unit: u, Message: fmt.Sprintf("a unit code has at most %d characters", MaxCodeLength)}
	}
	if u.Candidates != "" && u.System != Unresolved {
		return Resolved{}, &UnknownError{Unit: u, Message: "only an UNRESOLVED unit has candidates"}
	}
	switch u.System {
	case Unresolved:
		// It is money, whichever: that much is known.
		return Resolved{Unit: u, Base: u, measure: measure{factor: big.NewRat(1, 1), special: currencyKind}}, nil
	case ISO4217:
		if _, known := LookupCurrency(u.Code); !known {
			return Resolved{}, &UnknownError{Unit: u, Message: fmt.Sprintf("%q is no alphabetic code of ISO 4217", u.Code)}
		}
		return Resolved{Unit: u, Base: u, measure: measure{factor: big.NewRat(1, 1), special: currencyKind}}, nil
	case UCUM:
		m, err := parseUCUM(u.Code)
		if err != nil {
			return Resolved{}, &UnknownError{Unit: u, Message: fmt.Sprintf("%q is no unit of UCUM known here: %v", u.Code, err)}
		}
		return Resolved{Unit: u, Base: Unit{System: UCUM, Code: baseCode(m)}, measure: m}, nil
	default:
		return Resolved{}, &UnknownError{Unit: u, Message: "the system of a unit is UCUM, ISO4217 or UNRESOLVED"}
	}
}

// IsCurrency reports whether the unit is a currency.
func (r Resolved) IsCurrency() bool { return r.Unit.System == ISO4217 }

// Factor returns how much of Base one Unit is, exactly. It is fresh: the caller may change it.
func (r Resolved) Factor() *big.Rat { return new(big.Rat).Set(r.measure.factor) }

// IsBase reports whether the factor is 1.
func (r Resolved) IsBase() bool { return r.measure.factor.Cmp(big.NewRat(1, 1)) == 0 }

// Compatible reports whether amounts of both are of one kind: of the same dimension, or both money (whatever the rate between them).
func (r Resolved) Compatible(o Resolved) bool {
	return r.measure.special == o.measure.special && r.measure.dims == o.measure.dims
}

// Mismatch says, for people, why amounts of the other are of another kind.
func (r Resolved) Mismatch(o Resolved) string {
	if r.measure.isTemperature() && o.measure.isTemperature() {
		return "Cel, [degF] and K are not converted to one another, since a temperature and a difference of temperatures convert differently"
	}
	return fmt.Sprintf("%s is of another dimension", o.Unit)
}

// IsResolved reports whether it is known which unit it is. Amounts of one that is not convert to nothing.
func (r Resolved) IsResolved() bool { return r.Unit.System != Unresolved }

// Convert returns the amount of another unit that is the same as the given amount of r, exactly. ok is false if they are of different
// dimensions, are two currencies, or one is unresolved.
func (r Resolved) Convert(amount *big.Rat, to Resolved) (converted *big.Rat, ok bool) {
	if !r.Compatible(to) || !r.IsResolved() || !to.IsResolved() || r.IsCurrency() && r.Unit != to.Unit {
		return nil, false
	}
	converted = new(big.Rat).Mul(amount, r.measure.factor)
	return converted.Quo(converted, to.measure.factor), true
}
