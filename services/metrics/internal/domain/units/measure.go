package units

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
)

// dimensions are the base units in the order of a vector and of a written base unit.
var dimensions = [...]string{"kg", "m", "s", "K", "C", "cd", "rad", "bit"}

// maxDimension bounds the exponent of a dimension, so that products cannot grow without end.
const maxDimension = 30

// currencyKind marks money, which has no dimension of UCUM.
const currencyKind = "money"

// vector holds the exponents of the dimensions.
type vector [len(dimensions)]int16

// measure is what a code stands for: a factor times a product of base units, or a special unit that converts to nothing.
type measure struct {
	factor  *big.Rat
	dims    vector
	special string
}

func number(r *big.Rat) measure { return measure{factor: r} }

// times returns m × o^exponent.
func (m measure) times(o measure, exponent int) (measure, error) {
	if m.special != "" || o.special != "" {
		return measure{}, errors.New("the units Cel and [degF] cannot be part of a product: they have a zero point of their own, K has not")
	}
	result := measure{factor: new(big.Rat).Mul(m.factor, power(o.factor, exponent)), dims: m.dims}
	for i, d := range o.dims {
		result.dims[i] += d * int16(exponent)
		if result.dims[i] > maxDimension || result.dims[i] < -maxDimension {
			return measure{}, errors.New("the exponents are too great")
		}
	}
	return result, nil
}

// kelvin is the dimension of temperatures and of their differences.
var kelvin = vector{3: 1}

// isTemperature reports whether a unit is one of temperature: with a zero point of its own, or the kelvin and what is a part of it.
func (m measure) isTemperature() bool {
	return m.isScale() || m.special == "" && m.dims == kelvin
}

// isScale reports whether a unit is one of temperature with a zero point of its own.
func (m measure) isScale() bool { return m.special != "" && m.special != currencyKind }

// power returns r^n; r is never zero.
func power(r *big.Rat, n int) *big.Rat {
	num, den := r.Num(), r.Denom()
	if n < 0 {
		num, den, n = den, num, -n
	}
	e := big.NewInt(int64(n))
	return new(big.Rat).SetFrac(new(big.Int).Exp(num, e, nil), new(big.Int).Exp(den, e, nil))
}

// named are the base units that have a shorter name than their product.
var named = []string{
	"m2", "m3", "m/s", "m/s2", "m3/s", "kg/m3", "kg/m2", "kg/s", "N", "Pa", "J", "W",
	"A", "V", "Ohm", "F", "Wb", "T", "H", "bit/s", "/s", "/m2", "/m3",
}

// baseCode writes the base unit of a measure's dimension in UCUM.
func baseCode(m measure) string {
	if m.special != "" {
		return m.special
	}
	if m.dims == (vector{}) {
		return One.Code
	}
	if code, found := table().names[m.dims]; found {
		return code
	}
	var parts []string
	for i, exponent := range m.dims {
		switch exponent {
		case 0:
		case 1:
			parts = append(parts, dimensions[i])
		default:
			parts = append(parts, dimensions[i]+strconv.Itoa(int(exponent)))
		}
	}
	return strings.Join(parts, ".")
}
