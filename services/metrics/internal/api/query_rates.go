package api

import (
	"maps"
	"math/big"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// rateReader reads the rates of an exchange-rate metric to one currency, those of a span of time at once.
type rateReader struct {
	query.RateBook

	reader     store.Reader
	metric     domain.Metric
	at         recordtime.Time
	plan       *query.Plan
	to         string
	price      string // the dimension with the role CURRENCY
	of         string // that with the role CURRENCY_DENOM
	dimensions map[string]string
	loaded     map[rateSpan]query.Window
}

// rateSpan is what rates are read of.
type rateSpan struct{ from, frequency string }

// newRateReader checks the metric that rates are taken from.
func newRateReader(
	r store.Reader, plan *query.Plan, req *metricsv1.QueryMetricRequest, to string, at recordtime.Time,
) (*rateReader, error) {
	metric, err := readMetric(r, "rate_metric", req.GetRateMetric(), at, false)
	if err != nil {
		return nil, err
	}
	rates := &rateReader{
		reader: r, metric: metric, at: at, to: to, price: metric.WithMeaning("CURRENCY"), of: metric.WithMeaning("CURRENCY_DENOM"),
		dimensions: req.GetRateDimensions(), loaded: map[rateSpan]query.Window{},
	}
	if rates.price == "" || rates.of == "" {
		return nil, errs.Invalid("rate_metric", "NOT_AN_EXCHANGE_RATE",
			"%s has no two dimensions with the roles CURRENCY and CURRENCY_DENOM", metric.Name())
	}
	for _, id := range slices.Sorted(maps.Keys(rates.dimensions)) {
		if !slices.ContainsFunc(metric.Dimensions, func(d domain.Dimension) bool { return d.ID == id }) {
			return nil, errs.Invalid(`rate_dimensions["`+id+`"]`, "UNKNOWN_DIMENSION", "%s has no dimension %s", metric.Name(), id)
		}
	}
	rates.plan = &query.Plan{AsOf: plan.AsOf, Vintages: plan.Vintages, Best: true, Policy: metric.SourcePolicy}
	if plan.Vintages == query.All {
		rates.plan.Vintages = query.Latest
	}
	if source := req.GetRateSource(); source != "" {
		rates.plan.Sources = map[string]bool{source: true}
	}
	return rates, nil
}

// load reads the rates that observations of a frequency need.
func (r *rateReader) load(frequency string, observations []*domain.Observation) error {
	needed := map[string]query.Window{}
	for _, o := range observations {
		unit := o.Normalized.Unit
		if unit.System != units.ISO4217 || unit.Code == r.to || o.Kind == domain.NoValue || !o.Period.Dated() {
			continue
		}
		span, known := needed[unit.Code]
		if !known {
			span = query.Window{Start: o.Period.Start, End: o.Period.End}
		}
		needed[unit.Code] = query.Window{Start: min(span.Start, o.Period.Start), End: max(span.End, o.Period.End)}
	}
	for _, from := range slices.Sorted(maps.Keys(needed)) {
		key, span := rateSpan{from, frequency}, needed[from]
		if done, known := r.loaded[key]; known {
			if done.Start <= span.Start && span.End <= done.End {
				continue
			}
			span = query.Window{Start: min(span.Start, done.Start), End: max(span.End, done.End)}
		}
		if err := r.loadSpan(from, frequency, span); err != nil {
			return err
		}
		r.loaded[key] = span
	}
	return nil
}

// loadSpan reads rates from one currency: as they are stated, the inverse of those of the other direction, and those through a third.
func (r *rateReader) loadSpan(from, frequency string, span query.Window) error {
	direct, err := r.prices(map[string]string{r.price: r.to, r.of: from}, frequency, span)
	if err != nil {
		return err
	}
	for _, o := range direct[from] {
		value, _ := query.Price(o)
		r.Put(from, frequency, query.Rate{Value: value, Figure: o.Figure, Revision: o.Revision, Period: o.Period})
	}
	inverse, err := r.prices(map[string]string{r.price: from, r.of: r.to}, frequency, span)
	if err != nil {
		return err
	}
	for _, o := range inverse[r.to] {
		value, _ := query.Price(o)
		r.Put(from, frequency, query.Rate{Value: new(big.Rat).Inv(value), Figure: o.Figure, Revision: o.Revision, Period: o.Period})
	}
	if len(direct)+len(inverse) > 0 {
		return nil
	}
	ours, err := r.prices(map[string]string{r.price: r.to}, frequency, span)
	if err != nil {
		return err
	}
	theirs, err := r.prices(map[string]string{r.price: from}, frequency, span)
	if err != nil {
		return err
	}
	for _, third := range slices.Sorted(maps.Keys(ours)) {
		for period, o := range ours[third] {
			base, found := theirs[third][period]
			if !found {
				continue
			}
			price, _ := query.Price(o)
			divisor, _ := query.Price(base)
			r.Put(from, frequency, query.Rate{
				Value: price.Quo(price, divisor), Figure: o.Figure, Revision: o.Revision, CrossFigure: base.Figure, CrossRevision: base.Revision,
				Period: o.Period,
			})
		}
	}
	return nil
}

// prices reads the best price of each period of the series with some dimensions, by the currency that they are for one of.
func (r *rateReader) prices(dimensions map[string]string, frequency string, span query.Window) (map[string]map[string]*domain.Observation, error) {
	wanted := maps.Clone(r.dimensions)
	if wanted == nil {
		wanted = map[string]string{}
	}
	maps.Copy(wanted, dimensions)
	found := map[string]map[string]*domain.Observation{}
	walk := newSeriesWalk(r.reader, domain.Metric{}, store.Observations{Metric: r.metric.ID, At: r.at, Dimensions: wanted, Frequency: frequency})
	q := querying{reader: r.reader, at: r.at, plan: r.plan, series: walk}
	for {
		series, ok, err := walk.next()
		if err != nil || !ok {
			return found, err
		}
		if series.at.series.Frequency != frequency {
			continue
		}
		observations, err := q.within(series.at.series, span)
		if err != nil {
			return nil, err
		}
		denominator := series.answered[r.of]
		if found[denominator] == nil {
			found[denominator] = map[string]*domain.Observation{}
		}
		if err := r.add(found[denominator], observations); err != nil {
			return nil, err
		}
	}
}

// add adds prices; two series that say different ones for a period cannot both be meant.
func (r *rateReader) add(prices map[string]*domain.Observation, observations []*domain.Observation) error {
	for _, o := range observations {
		price, ok := query.Price(o)
		if !ok {
			continue
		}
		other, known := prices[o.Period.EDTF]
		if !known {
			prices[o.Period.EDTF] = o
			continue
		}
		if value, _ := query.Price(other); value.Cmp(price) != 0 {
			return errs.New(errs.FailedPrecondition, "RATE_AMBIGUOUS",
				"for %s %s has the rates %s (figures/%s) and %s (figures/%s) in different series: say which by rate_dimensions",
				o.Period.EDTF, r.metric.Name(), other.Normalized.Value, other.Figure, o.Normalized.Value, o.Figure)
		}
	}
	return nil
}

// within reads what a plan chooses of a series in a span of time.
func (q *querying) within(series store.SeriesPlace, span query.Window) ([]*domain.Observation, error) {
	points := store.SeriesPoints{
		Metric: q.series.sides[0].query.Metric, Series: series, At: q.at, Window: &store.Window{Start: span.Start, End: span.End}, Limit: wholeChunk,
	}
	chooser := q.plan.NewChooser()
	for {
		rows, err := q.reader.ObservationsOf(points)
		if err != nil {
			return nil, err
		}
		for i := range rows {
			chooser.Add(&rows[i].Observation)
		}
		if len(rows) < points.Limit {
			break
		}
		points.After = &rows[len(rows)-1].Place
	}
	chooser.Close()
	chosen, _ := chooser.Chosen()
	return q.plan.Run(series.Frequency, chosen, query.Everything)
}
