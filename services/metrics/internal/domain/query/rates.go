package query

import (
	"math/big"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
)

// Rate is an exchange rate of a period.
type Rate struct {
	// Value is in units of the new currency for one of the old; above zero.
	Value *big.Rat
	// Figure is the figure that it is of, CrossFigure the one that it was divided by, where it is the quotient of two.
	Figure        string
	Revision      int64
	CrossFigure   string
	CrossRevision int64
	Period        domain.TimePeriod
}

// Rates are exchange rates to one currency.
type Rates interface {
	// Rate returns the rate from a currency, for a period of a frequency.
	Rate(from, frequency string, period domain.TimePeriod) (Rate, bool)
}

// RateBook holds exchange rates. The zero value has none.
type RateBook struct{ rates map[rateKey]Rate }

// rateKey is what a rate is found by.
type rateKey struct {
	from, frequency string
	period          periodKey
}

// Put adds a rate; the first one for a currency, frequency and period stays. It is dropped if it is not above zero.
func (b *RateBook) Put(from, frequency string, rate Rate) {
	if rate.Value.Sign() <= 0 {
		return
	}
	if b.rates == nil {
		b.rates = map[rateKey]Rate{}
	}
	key := rateKey{from, frequency, keyOf(rate.Period)}
	if _, known := b.rates[key]; !known {
		b.rates[key] = rate
	}
}

// Rate implements Rates.
func (b *RateBook) Rate(from, frequency string, period domain.TimePeriod) (Rate, bool) {
	rate, found := b.rates[rateKey{from, frequency, keyOf(period)}]
	return rate, found
}

// Price returns the number of an observation if it may be a rate: one number above zero.
func Price(o *domain.Observation) (*big.Rat, bool) {
	if o.Kind != domain.Point || o.Normalized.Value == nil || o.Normalized.Value.Sign() <= 0 {
		return nil, false
	}
	return o.Normalized.Value.Rat(), true
}
