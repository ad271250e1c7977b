package query_test

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func unit(t fataler, u units.Unit) *units.Resolved {
	t.Helper()
	r, err := units.Resolve(u)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return &r
}

func ucum(code string) units.Unit { return units.Unit{System: units.UCUM, Code: code} }

// measured is a length, as the service keeps it.
func measured(t fataler, code, value string) *domain.Observation {
	t.Helper()
	f := domain.Figure{Kind: domain.Point, Value: number(t, value), Unit: ucum(code), Period: period(t, "2020")}
	if err := f.Compute(); err != nil {
		t.Fatalf("%v", err)
	}
	o := f.Observation()
	return &o
}

func TestUnitsAreConvertedExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		codes := []string{"m", "km", "[mi_i]", "[ft_i]", "[ft_us]", "[nmi_i]"}
		from, to := rapid.SampledFrom(codes).Draw(t, "from"), rapid.SampledFrom(codes).Draw(t, "to")
		value := drawNumber(t, "value")
		o := run(t, query.Plan{Unit: unit(t, ucum(to))}, "A", measured(t, from, value.String()))[0]
		truth := new(big.Rat).Mul(value.Rat(), unit(t, ucum(from)).Factor())
		truth.Quo(truth, unit(t, ucum(to)).Factor())
		must.Equal(t, o.Normalized.Unit, ucum(to))
		must.Equal(t, o.Normalized.Value.Rat().Cmp(truth) == 0, !o.Normalized.Inexact)
		if from == to {
			must.Equal(t, o.Normalized.Value.Cmp(*value), 0)
		}
	})
}

// TestWhatWasRoundedIsNotComputedWith: in the base unit a survey foot has more than 38 digits, and the difference of two has them all the same.
func TestWhatWasRoundedIsNotComputedWith(t *testing.T) {
	first, second := measured(t, "[ft_us]", "1000000000000000000"), measured(t, "[ft_us]", "1000000000000000001")
	second.Period = period(t, "2021")
	for _, target := range []*units.Resolved{nil, unit(t, ucum("m"))} {
		change := run(t, query.Plan{Transform: query.Change, Unit: target}, "A", first, second)[1]
		must.Equal(t, change.Normalized.Value.String(), "0.30480060960121920243840487680975361951")
		must.True(t, change.Normalized.Inexact)
	}
	must.Equal(t, run(t, query.Plan{}, "A", first)[0].Normalized, first.Normalized)
}

func TestBoundsAreConvertedAsBounds(t *testing.T) {
	o := between(t, "2020", "", "3000000")
	o.Normalized.Unit, o.Approximator = ucum("m"), domain.Nearly
	got := run(t, query.Plan{Unit: unit(t, ucum("km"))}, "A", o)[0]
	must.Equal(t, say(got), "(,3000)")
	must.Equal(t, got.Approximator, domain.Nearly)
	places := 0
	got = run(t, query.Plan{Unit: unit(t, ucum("[mi_i]")), Decimals: &places}, "A", o)[0]
	must.Equal(t, say(got), "(,1865)") // 1864.11…: rounded outwards
	list := measured(t, "km", "1")
	list.Kind, list.Normalized.Value, list.Written = domain.List, nil, domain.Written{}
	list.Normalized.Values = append(list.Normalized.Values, *number(t, "1000"), *number(t, "2500"))
	must.Equal(t, say(run(t, query.Plan{Unit: unit(t, ucum("km"))}, "A", list)[0]), "[1 2.5]")
	percent := point(t, "2020", "3")
	percent.Kind, percent.Normalized.Unit = domain.KindChange, ucum("%")
	must.Equal(t, run(t, query.Plan{Unit: unit(t, ucum("km"))}, "A", percent)[0], percent)
}

// TestF25TheArticlesOwnRate converts by what the source prints, 18 for 14, whatever rates say.
func TestF25TheArticlesOwnRate(t *testing.T) {
	sgd := units.Unit{System: units.ISO4217, Code: "SGD"}
	f := domain.Figure{
		Kind: domain.Point, Value: number(t, "14"), Unit: usd, UnitMult: 9, Period: period(t, "2020"), Reported: &domain.Reported{NumberText: "14"},
		Alternates: []domain.Alternate{{Value: *number(t, "18"), Unit: sgd, UnitMult: 9, Reported: &domain.Reported{NumberText: "18"}}},
	}
	f.ID, f.Revision = "f", 3
	must.OK(t, f.Compute())
	o := f.Observation()
	plan := query.Plan{Unit: unit(t, sgd), Basis: domain.ArticleBasis}
	got := run(t, plan, "A", &o)[0]
	must.Equal(t, say(got), "18000000000")
	must.Equal(t, got.Normalized.Unit, sgd)
	must.Equal(t, got.Conversion.Rate.Rat().RatString(), "9/7")
	must.Equal(t, *got.Conversion, domain.Conversion{
		Basis: domain.ArticleBasis, Rate: got.Conversion.Rate, Figure: "f", Revision: 3, Period: o.Period, From: "USD", To: "SGD",
	})
	plan.Unit = unit(t, eur)
	must.Equal(t, run(t, plan, "A", &o)[0], &o) // prints no euros
	plan.Basis = ""
	_, err := try(plan, "A", &o)
	reason(t, err, "RATE_BASIS_REQUIRED")
}

func TestReferenceRates(t *testing.T) {
	var book query.RateBook
	put(&book, query.Rate{Value: big.NewRat(9, 10), Figure: "r", Revision: 2, Period: period(t, "2020")})
	put(&book, query.Rate{Value: new(big.Rat), Figure: "zero", Period: period(t, "2021")})
	plan := query.Plan{Unit: unit(t, eur), Basis: domain.ReferenceBasis, Rates: &book}
	got := run(t, plan, "A", point(t, "2020", "10"))[0]
	must.Equal(t, say(got), "9")
	must.Equal(t, got.Conversion.Figure, "r")
	must.Equal(t, say(run(t, plan, "A", between(t, "2020", "10", ""))[0]), "[9,)")
	must.Equal(t, say(run(t, plan, "A", missing(t, "2021"))[0]), "-")
	_, err := try(plan, "A", point(t, "2021", "1"))
	reason(t, err, "RATE_NOT_FOUND")
	must.True(t, strings.Contains(err.Error(), "2021"))
	_, err = try(plan, "M", point(t, "2020-01", "1"))
	reason(t, err, "RATE_NOT_FOUND")
	plan.LastN = 1 // what is not answered needs none
	must.Equal(t, shown(run(t, plan, "A", point(t, "2019", "1"), point(t, "2020", "10"))), []string{"2020 9"})
	plan.LastN = 0
	// A figure that is only read for comparison needs none either.
	window := period(t, "2020")
	plan.Window, plan.Transform = &domain.Window{Start: window.Start, End: window.End}, query.Change
	must.Equal(t, shown(run(t, plan, "A", point(t, "2019", "1"), point(t, "2020", "1"))), []string{"2020 -"})
}

func TestLongRatesAreRoundedAndSaidSo(t *testing.T) {
	var book query.RateBook
	long := number(t, "1.2345678901234567890123456789012345671").Rat()
	long.Quo(long, number(t, "9.8765432109876543210987651117E-12").Rat())
	put(&book, query.Rate{Value: long, Figure: "r", Revision: 1, Period: period(t, "2020")})
	got := run(t, query.Plan{Unit: unit(t, eur), Basis: domain.ReferenceBasis, Rates: &book}, "A", point(t, "2020", "10"))[0]
	must.True(t, got.Normalized.Inexact)
	must.Equal(t, got.Normalized.Value.Rat().RatString(), new(big.Rat).Mul(big.NewRat(10, 1), got.Conversion.Rate.Rat()).RatString())
}

func TestHugeNumbersHaveNoResultInsteadOfAFault(t *testing.T) {
	big := point(t, "2020", "9E+400")
	small := point(t, "2019", "1E-400")
	got := run(t, query.Plan{Transform: query.PercentChange}, "A", small, big)[1]
	must.Equal(t, got.Kind, domain.NoValue)
}

// TestAllPeriodsWithoutARateAreNamed: up to ten, and how many more there are; each once, also of those that a year is made of.
func TestAllPeriodsWithoutARateAreNamed(t *testing.T) {
	target := must.Get(units.Resolve(eur))(t)
	plan := query.Plan{Unit: &target, Basis: domain.ReferenceBasis}
	var all []*domain.Observation
	for i := range 12 {
		all = append(all, point(t, month(i), "1"))
	}
	_, err := try(plan, "M", all[:3]...)
	reason(t, err, "RATE_NOT_FOUND")
	must.Contains(t, err.Error(), "2000-01, 2000-02, 2000-03 (")
	_, err = try(plan, "M", all...)
	must.Contains(t, err.Error(), "2000-01, 2000-02, 2000-03, 2000-04, 2000-05, 2000-06, 2000-07, 2000-08, 2000-09, 2000-10 and 2 more periods (")
	plan.Frequency, plan.Method = "A", query.Average
	_, err = try(plan, "M", all...)
	must.Contains(t, err.Error(), "2000-01, 2000-02, 2000-03, 2000-04, 2000-05, 2000-06, 2000-07, 2000-08, 2000-09, 2000-10 and 2 more periods (")
}

// put adds a rate from dollars, of a year.
func put(book *query.RateBook, rate query.Rate) {
	quote, _ := book.Ask("USD", "A", rate.Period)
	quote.Put(rate)
}
