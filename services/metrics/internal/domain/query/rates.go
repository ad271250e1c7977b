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

// RateBook holds exchange rates to one currency, and the periods that one was looked for. The zero value has none.
type RateBook struct {
	quotes map[rateSeries]map[periodKey]*Quote
}

// rateSeries is what the rates of a book are for.
type rateSeries struct{ from, frequency string }

// Quote is a period that a rate is looked for, and the rate once it is found.
type Quote struct {
	Period domain.TimePeriod
	rate   Rate
}

// Put sets the rate. The first one stays; one that is not above zero is none.
func (q *Quote) Put(rate Rate) {
	if !q.Known() && rate.Value.Sign() > 0 {
		q.rate = rate
	}
}

// Known reports whether the rate is found.
func (q *Quote) Known() bool { return q.rate.Value != nil }

// Ask returns the quote of a period; first says that it was not asked for before.
func (b *RateBook) Ask(from, frequency string, period domain.TimePeriod) (quote *Quote, first bool) {
	series := rateSeries{from, frequency}
	if b.quotes == nil {
		b.quotes = map[rateSeries]map[periodKey]*Quote{}
	}
	quotes := b.quotes[series]
	if quotes == nil {
		quotes = map[periodKey]*Quote{}
		b.quotes[series] = quotes
	}
	key := keyOf(period)
	if quote, asked := quotes[key]; asked {
		return quote, false
	}
	quote = &Quote{Period: period}
	quotes[key] = quote
	return quote, true
}

// Asked returns the quote of a period if it was asked for, else nil.
func (b *RateBook) Asked(from, frequency string, period domain.TimePeriod) *Quote {
	return b.quotes[rateSeries{from, frequency}][keyOf(period)]
}

// Rate implements Rates.
func (b *RateBook) Rate(from, frequency string, period domain.TimePeriod) (Rate, bool) {
	quote := b.Asked(from, frequency, period)
	if quote == nil || !quote.Known() {
		return Rate{}, false
	}
	return quote.rate, true
}

// Prices are what a currency cost in the periods of some quotes, by the series of an exchange-rate metric.
type Prices map[*Quote]price

// price is a figure, and one of another series that says another number.
type price struct{ figure, other *domain.Observation }

// Add adds a figure for the period of a quote, if it may be a price.
func (p Prices) Add(quote *Quote, o *domain.Observation) {
	known, found := p[quote]
	switch {
	case !isPrice(o):
	case !found:
		p[quote] = price{figure: o}
	case o.Normalized.Value.Cmp(*known.figure.Normalized.Value) != 0:
		p[quote] = price{figure: known.figure, other: o}
	}
}

// Of returns the price in the period of a quote; nil if there is none. other is a figure of another series that says another number, so that it
// is not known which is meant.
func (p Prices) Of(quote *Quote) (figure, other *domain.Observation) {
	known := p[quote]
	return known.figure, known.other
}

// isPrice reports whether an observation is one number above zero.
func isPrice(o *domain.Observation) bool {
	return o.Kind == domain.Point && o.Normalized.Value != nil && o.Normalized.Value.Sign() > 0
}
