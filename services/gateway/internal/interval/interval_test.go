package interval_test

import (
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/gateway/internal/interval"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// numbers are few and near each other, so that ends often meet.
var numbers = rapid.Custom(func(t *rapid.T) *big.Rat {
	return big.NewRat(rapid.Int64Range(-6, 6).Draw(t, "numerator"), rapid.Int64Range(1, 3).Draw(t, "denominator"))
})

// holding draws an interval around a number, open or closed, with ends or without.
func holding(t *rapid.T, label string, number *big.Rat) interval.Interval {
	end := func(label string, sign int64) *interval.End {
		if rapid.Bool().Draw(t, label+" is none") {
			return nil
		}
		distance := big.NewRat(sign*rapid.Int64Range(0, 3).Draw(t, label), 1)
		return &interval.End{Value: new(big.Rat).Add(number, distance), Inclusive: distance.Sign() == 0 || rapid.Bool().Draw(t, label+" belongs")}
	}
	return interval.Interval{Low: end(label+" low", -1), High: end(label+" high", 1)}
}

func contains(i interval.Interval, number *big.Rat) bool { return i.Holds(interval.Point(number)) }

// What is said of two intervals must be true of every two numbers of them.
func TestPropertyResultsHoldForEveryNumber(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := numbers.Draw(t, "a"), numbers.Draw(t, "b")
		x, y := holding(t, "x", a), holding(t, "y", b)
		must.True(t, contains(x, a) && contains(y, b))
		must.True(t, x.Meets(y) == y.Meets(x))
		must.True(t, contains(x.Minus(y), new(big.Rat).Sub(a, b)))
		if a.Cmp(b) == 0 {
			must.True(t, x.Meets(y))
		}
		if x.Holds(y) {
			must.True(t, contains(x, b) && x.Meets(y))
		}
		if !contains(y, a) {
			must.False(t, y.Holds(x))
		}
		if b.Sign() == 0 {
			must.True(t, x.PercentOf(y) == interval.Interval{})
			return
		}
		percent := new(big.Rat).Quo(new(big.Rat).Sub(a, b), new(big.Rat).Abs(b))
		must.True(t, contains(x.PercentOf(y), percent.Mul(percent, big.NewRat(100, 1))))
	})
}

// No end can be drawn in: the numbers at the ends have that result.
func TestPropertyEndsAreReached(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		closed := func(label string) interval.Interval {
			a, b := numbers.Draw(t, label), numbers.Draw(t, label)
			if a.Cmp(b) > 0 {
				a, b = b, a
			}
			return interval.Interval{Low: &interval.End{Value: a, Inclusive: true}, High: &interval.End{Value: b, Inclusive: true}}
		}
		x, y := closed("x"), closed("y")
		difference, percent := x.Minus(y), x.PercentOf(y)
		reached := map[string]bool{}
		for _, a := range []*big.Rat{x.Low.Value, x.High.Value} {
			for _, b := range []*big.Rat{y.Low.Value, y.High.Value} {
				apart := new(big.Rat).Sub(a, b)
				reached["difference "+apart.RatString()] = true
				if b.Sign() != 0 {
					apart.Quo(apart, new(big.Rat).Abs(b))
					reached["percent "+apart.Mul(apart, big.NewRat(100, 1)).RatString()] = true
				}
			}
		}
		must.True(t, reached["difference "+difference.Low.Value.RatString()] && reached["difference "+difference.High.Value.RatString()])
		if percent.Low != nil {
			must.True(t, reached["percent "+percent.Low.Value.RatString()] && reached["percent "+percent.High.Value.RatString()])
		}
	})
}

func TestOpenEndsDoNotMeet(t *testing.T) {
	at := func(n int64, inclusive bool) *interval.End {
		return &interval.End{Value: big.NewRat(n, 1), Inclusive: inclusive}
	}
	below := interval.Interval{High: at(3000, false)} // "nearly 3,000"
	must.False(t, below.Meets(interval.Point(big.NewRat(3000, 1))))
	must.True(t, below.Holds(interval.Point(big.NewRat(2999, 1))))
	rounded := interval.Interval{Low: at(855, true), High: at(865, false)}
	must.True(t, rounded.Holds(interval.Point(big.NewRat(855, 1))))
	must.False(t, rounded.Meets(interval.Point(big.NewRat(865, 1))))
	must.False(t, rounded.Holds(interval.Interval{Low: at(860, true)}))
	must.True(t, rounded.Meets(interval.Interval{Low: at(860, true)}))
}

func TestPropertyRoundingIsOutwards(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := new(big.Rat).Mul(numbers.Draw(t, "value"), new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(7), big.NewInt(rapid.Int64Range(0, 60).Draw(t, "size")), nil)))
		low, err := interval.Floor(value, 6)
		must.OK(t, err)
		high, err := interval.Ceil(value, 6)
		must.OK(t, err)
		must.True(t, low.Rat().Cmp(value) <= 0 && high.Rat().Cmp(value) >= 0)
		if value.IsInt() && len(value.Num().String()) <= 38 {
			must.True(t, low.Cmp(high) == 0)
		}
		gap := new(big.Rat).Sub(high.Rat(), low.Rat())
		if len(new(big.Int).Quo(value.Num(), value.Denom()).String()) <= 31 {
			must.True(t, gap.Cmp(big.NewRat(1, 1_000_000)) <= 0, "%s", gap)
		}
	})
}
