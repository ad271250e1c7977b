package query_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// usd and eur are currencies of the tests.
var (
	usd = units.Unit{System: units.ISO4217, Code: "USD"}
	eur = units.Unit{System: units.ISO4217, Code: "EUR"}
)

// fataler is a test, or a run of rapid.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func period(t fataler, text string) domain.TimePeriod {
	t.Helper()
	p, err := domain.ParsePeriod(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return p
}

func number(t fataler, text string) *decimal.Decimal {
	t.Helper()
	d, err := decimal.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return &d
}

// source is what is said of the figures of a producer.
func source(producer string) *domain.About {
	return &domain.About{Source: domain.Source{ID: domain.SourceID(producer, "", "", ""), Producer: producer}, Unit: usd}
}

// point is a figure of one number.
func point(t fataler, edtf, value string) *domain.Observation {
	t.Helper()
	return &domain.Observation{
		Figure: "f" + edtf, Period: period(t, edtf), Kind: domain.Point, Normalized: domain.Normalized{Value: number(t, value), Unit: usd},
		Written: domain.Written{Value: number(t, value)}, Revision: 1, CreateTime: 1, About: source("Census"),
	}
}

// missing is a figure without a number.
func missing(t fataler, edtf string) *domain.Observation {
	t.Helper()
	o := point(t, edtf, "0")
	o.Kind, o.Missing, o.Written = domain.NoValue, "NOT_COLLECTED", domain.Written{}
	o.Normalized.Value = nil
	return o
}

// between is a figure of a range; an empty end is open.
func between(t fataler, edtf, low, high string) *domain.Observation {
	t.Helper()
	o := point(t, edtf, "0")
	o.Normalized.Value, o.Written = nil, domain.Written{}
	o.Kind = domain.Range
	if low != "" {
		o.Normalized.Lower = &domain.Bound{Value: *number(t, low), Inclusive: true}
	} else {
		o.Kind = domain.UpperBound
	}
	if high != "" {
		o.Normalized.Upper = &domain.Bound{Value: *number(t, high)}
	} else {
		o.Kind = domain.LowerBound
	}
	return o
}

// of says that figures are of another source.
func of(producer string, observations ...*domain.Observation) []*domain.Observation {
	about := source(producer)
	for _, o := range observations {
		o.About, o.Figure = about, o.Figure+"-"+producer
	}
	return observations
}

// released says when a figure was put out.
func released(t fataler, o *domain.Observation, edtf string) *domain.Observation {
	t.Helper()
	about := *o.About
	p := period(t, edtf)
	about.Release, o.About, o.Figure = &p, &about, o.Figure+"-"+edtf
	return o
}

// run is a plan over all figures of a series.
func run(t fataler, plan query.Plan, frequency string, observations ...*domain.Observation) []*domain.Observation {
	t.Helper()
	answer, err := try(plan, frequency, observations...)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return answer
}

func try(plan query.Plan, frequency string, observations ...*domain.Observation) ([]*domain.Observation, error) {
	if plan.AsOf == 0 {
		plan.AsOf = recordtime.Forever
	}
	chooser := plan.NewChooser()
	for _, o := range observations {
		chooser.Add(o)
	}
	chooser.Close()
	chosen, _ := chooser.Chosen()
	return plan.Run(frequency, chosen, query.Everything)
}

// shown writes observations as "period value", with bounds as in "[1,2)".
func shown(observations []*domain.Observation) []string {
	out := make([]string, len(observations))
	for i, o := range observations {
		out[i] = o.Period.EDTF + " " + say(o)
	}
	return out
}

func say(o *domain.Observation) string {
	n := o.Normalized
	switch {
	case o.Kind == domain.NoValue:
		return "-"
	case n.Value != nil:
		return n.Value.String()
	case n.Values != nil:
		return fmt.Sprint(n.Values)
	}
	text := "("
	if n.Lower != nil {
		if n.Lower.Inclusive {
			text = "["
		}
		text += n.Lower.Value.String()
	}
	text += ","
	if n.Upper != nil {
		text += n.Upper.Value.String()
		if n.Upper.Inclusive {
			return text + "]"
		}
	}
	return text + ")"
}

// drawNumber draws a decimal.
func drawNumber(t *rapid.T, label string) *decimal.Decimal {
	return number(t, fmt.Sprintf("%d.%02d", rapid.IntRange(-1000, 1000).Draw(t, label), rapid.IntRange(0, 99).Draw(t, label+" cents")))
}

// month writes the nth month from January 2000 on.
func month(n int) string {
	return time.Date(2000, time.Month(1+n), 1, 0, 0, 0, 0, time.UTC).Format("2006-01")
}

// holds reports whether an observation may be a number.
func holds(o *domain.Observation, r *big.Rat) bool {
	n := o.Normalized
	if n.Value != nil {
		return n.Value.Rat().Cmp(r) == 0
	}
	if n.Lower != nil {
		if c := n.Lower.Value.Rat().Cmp(r); c > 0 || c == 0 && !n.Lower.Inclusive {
			return false
		}
	}
	if n.Upper != nil {
		if c := n.Upper.Value.Rat().Cmp(r); c < 0 || c == 0 && !n.Upper.Inclusive {
			return false
		}
	}
	return true
}

// reason checks the reason of an error.
func reason(t testing.TB, err error, want string) {
	t.Helper()
	must.Err(t, err)
	must.Equal(t, reasonOf(err), want)
}
