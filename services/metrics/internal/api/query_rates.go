package api

import (
	"maps"
	"slices"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/query"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// rateReader reads the rates of an exchange-rate metric to one currency, those of the periods of a page at once.
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
}

// rateSeries is a currency and a frequency that rates are read for.
type rateSeries struct{ from, frequency string }

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
		dimensions: req.GetRateDimensions(),
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
	needed := map[string][]*query.Quote{}
	for _, o := range observations {
		unit := o.Normalized.Unit
		if unit.System != units.ISO4217 || unit.Code == r.to || o.Kind == domain.NoValue || !o.Period.Dated() {
			continue
		}
		if quote, first := r.Ask(unit.Code, frequency, o.Period); first {
			needed[unit.Code] = append(needed[unit.Code], quote)
		}
	}
	for _, from := range slices.Sorted(maps.Keys(needed)) {
		if err := r.loadQuotes(rateSeries{from, frequency}, needed[from]); err != nil {
			return err
		}
	}
	return nil
}

// loadQuotes looks for each rate as it is stated, else for the inverse of that of the other direction, else for two of a third currency.
func (r *rateReader) loadQuotes(of rateSeries, quotes []*query.Quote) error {
	direct, err := r.prices(map[string]string{r.price: r.to, r.of: of.from}, of, quotes)
	if err != nil {
		return err
	}
	if quotes, err = r.put(quotes, direct[of.from], nil); err != nil || len(quotes) == 0 {
		return err
	}
	inverse, err := r.prices(map[string]string{r.price: of.from, r.of: r.to}, of, quotes)
	if err != nil {
		return err
	}
	if quotes, err = r.put(quotes, nil, inverse[r.to]); err != nil || len(quotes) == 0 {
		return err
	}
	ours, err := r.prices(map[string]string{r.price: r.to}, of, quotes)
	if err != nil {
		return err
	}
	theirs, err := r.prices(map[string]string{r.price: of.from}, of, quotes)
	if err != nil {
		return err
	}
	for _, third := range slices.Sorted(maps.Keys(ours)) {
		if len(theirs[third]) == 0 {
			continue
		}
		if quotes, err = r.put(quotes, ours[third], theirs[third]); err != nil {
			return err
		}
	}
	return nil
}

// put sets the rates that there are: the prices, one by the divisors, or the quotients where both are given. It returns the quotes that are still
// looked for.
func (r *rateReader) put(quotes []*query.Quote, prices, divisors query.Prices) ([]*query.Quote, error) {
	var rest []*query.Quote
	cross := prices != nil && divisors != nil
	for _, quote := range quotes {
		price, otherPrice := prices.Of(quote)
		divisor, otherDivisor := divisors.Of(quote)
		switch {
		case price == nil && divisor == nil, cross && (price == nil || divisor == nil):
			rest = append(rest, quote)
		case otherPrice != nil:
			return nil, r.ambiguous(price, otherPrice)
		case otherDivisor != nil:
			return nil, r.ambiguous(divisor, otherDivisor)
		case divisor == nil:
			quote.Put(query.Rate{Value: price.Normalized.Value.Rat(), Figure: price.Figure, Revision: price.Revision, Period: price.Period})
		case price == nil:
			value := divisor.Normalized.Value.Rat()
			quote.Put(query.Rate{Value: value.Inv(value), Figure: divisor.Figure, Revision: divisor.Revision, Period: divisor.Period})
		default:
			value := price.Normalized.Value.Rat()
			quote.Put(query.Rate{
				Value: value.Quo(value, divisor.Normalized.Value.Rat()), Figure: price.Figure, Revision: price.Revision,
				CrossFigure: divisor.Figure, CrossRevision: divisor.Revision, Period: price.Period,
			})
		}
	}
	return rest, nil
}

// ambiguous is the error of two series that say different rates for a period: they cannot both be meant.
func (r *rateReader) ambiguous(one, other *domain.Observation) error {
	return errs.New(errs.FailedPrecondition, "RATE_AMBIGUOUS",
		"for %s %s has the rates %s (figures/%s) and %s (figures/%s) in different series: say which by rate_dimensions",
		one.Period.EDTF, r.metric.Name(), one.Normalized.Value, one.Figure, other.Normalized.Value, other.Figure).
		Field("rate_dimensions", "name the series of the rates")
}

// prices reads what the series with some dimensions say for the periods of quotes, by the currency that they are for one of.
func (r *rateReader) prices(dimensions map[string]string, of rateSeries, quotes []*query.Quote) (map[string]query.Prices, error) {
	wanted := maps.Clone(r.dimensions)
	if wanted == nil {
		wanted = map[string]string{}
	}
	maps.Copy(wanted, dimensions)
	span := domain.Window{Start: quotes[0].Period.Start, End: quotes[0].Period.End}
	for _, quote := range quotes[1:] {
		span = domain.Window{Start: min(span.Start, quote.Period.Start), End: max(span.End, quote.Period.End)}
	}
	found := map[string]query.Prices{}
	walk := newSeriesWalk(r.reader, domain.Metric{}, store.SeriesQuery{Metric: r.metric.ID, At: r.at, Dimensions: wanted, Frequency: of.frequency})
	q := querying{reader: r.reader, at: r.at, metric: r.metric.ID, plan: r.plan, series: walk}
	for {
		series, ok, err := walk.next()
		if err != nil || !ok {
			return found, err
		}
		if series.at.series.Frequency != of.frequency {
			continue
		}
		observations, err := q.within(series.at.series, span)
		if err != nil {
			return nil, err
		}
		denominator := series.answered[r.of]
		if found[denominator] == nil {
			found[denominator] = make(query.Prices, len(quotes))
		}
		for _, o := range observations {
			if quote := r.Asked(of.from, of.frequency, o.Period); quote != nil && !quote.Known() {
				found[denominator].Add(quote, o)
			}
		}
	}
}

// within reads what a plan chooses of a series in a span of time.
func (q *querying) within(series store.SeriesPlace, span domain.Window) ([]*domain.Observation, error) {
	points := store.SeriesPoints{
		Metric: q.metric, Series: series, At: q.at, Window: &span, Limit: wholeChunk,
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
