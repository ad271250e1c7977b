package record

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/paging"
)

// referenceRenames say what fields of a query are called in the request of a comparison.
var referenceRenames = renames{"name": "metric", "unit": "rate_basis"}

// reference is a figure of the series, with where it is from.
type reference struct {
	observation *metricsv1.Observation
	source      *metricsv1.Source
	// series names the series and the source: of each there is one reference for a period.
	series string
	// frequency is how often the series has a figure; of a sum, that of its parts.
	frequency metricsv1.Figure_Frequency
	// parts are the figures that were corrected of those that a sum is made of.
	parts []string
	// notes are sentences on what it is; doubt says that it may not be what was known.
	notes []string
	doubt bool
}

func (r *reference) note(format string, args ...any) {
	r.notes = append(r.notes, fmt.Sprintf(format, args...))
}

// look is a look at the series.
type look struct {
	// asOf is the time by whose end things were public, in EDTF; empty: now.
	asOf string
	// readTime is the record time.
	readTime *timestamppb.Timestamp
	// allSources looks at other sources than those asked for.
	allSources bool
	// releases looks at all releases, not the newest alone.
	releases bool
}

// leftOut counts what is no reference, though it is in the series for the period.
type leftOut struct {
	claimed   bool // the claimed figure itself
	ownSource int  // others of its source
	// parts are figures for parts of the period, by their series; none if there is a figure
	// for the whole.
	parts map[string]*partsOf
	// whole are the frequencies of the series that have a figure for the whole, be it a
	// reference or left out.
	whole []metricsv1.Figure_Frequency
	// notUndone is at how many times figures were updated since, if these were too many to undo.
	notUndone int
}

// references are the figures of the reference for exactly the period, the best source first.
// Where there are none, the parts of the period may add up to it: those of a FLOW do.
func (c *comparing) references(ctx context.Context, l look) (found []reference, left leftOut, err error) {
	err = c.query(ctx, c.question(l), func(page *metricsv1.QueryMetricResponse) { found = append(found, c.referencesOn(page, l, 0, &left)...) })
	if err == nil && len(found) == 0 {
		found, err = c.sums(ctx, l, &left)
	} else {
		left.parts = nil
	}
	bestFirst(found)
	return found, left, err
}

// releases are all figures for exactly the period in the series of some frequencies, each source's
// oldest release first.
func (c *comparing) releases(ctx context.Context, frequencies []metricsv1.Figure_Frequency, l look) (found []reference, err error) {
	l.releases = true
	if slices.Contains(frequencies, 0) { // asks for any
		frequencies = []metricsv1.Figure_Frequency{0}
	}
	for _, frequency := range frequencies {
		req := c.question(l)
		req.Frequency = frequency
		err := c.query(ctx, req, func(page *metricsv1.QueryMetricResponse) {
			found = append(found, c.referencesOn(page, l, 0, &leftOut{})...)
		})
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

func bestFirst(references []reference) {
	slices.SortStableFunc(references, func(a, b reference) int { return cmp.Compare(a.source.GetRank(), b.source.GetRank()) })
}

// question is the query of a look.
func (c *comparing) question(l look) *metricsv1.QueryMetricRequest {
	req := &metricsv1.QueryMetricRequest{
		Name: c.answer.GetMetric().GetName(), Dimensions: c.dimensions(), Period: c.period.EDTF, PageSize: paging.MaxSize, ReadTime: l.readTime,
		AsOf: l.asOf, Sources: c.req.GetSources(), RateBasis: c.req.GetRateBasis(), RateMetric: c.req.GetRateMetric(),
	}
	if l.allSources {
		req.Sources = nil
	}
	if l.releases {
		req.Vintages = metricsv1.QueryMetricRequest_ALL
	}
	if c.req.GetRateBasis() != metricsv1.Conversion_RATE_BASIS_UNSPECIFIED {
		req.Unit = c.claim.unit.GetCode()
	}
	return req
}

// query reads all pages of a query.
func (c *comparing) query(ctx context.Context, req *metricsv1.QueryMetricRequest, keep func(*metricsv1.QueryMetricResponse)) error {
	for req.PageToken = ""; ; {
		page, err := c.metrics.QueryMetric(ctx, req)
		if err != nil {
			return renamed(err, referenceRenames)
		}
		keep(page)
		if req.PageToken = page.GetNextPageToken(); req.GetPageToken() == "" {
			return nil
		}
	}
}

// referencesOn are those of a page. The claimed figure is no reference for itself, and, if
// nothing else is asked for, neither is another figure of its own source.
// parts is the frequency of those that a page of sums has added up.
func (c *comparing) referencesOn(page *metricsv1.QueryMetricResponse, l look, parts metricsv1.Figure_Frequency, left *leftOut) (found []reference) {
	sources := make(map[string]*metricsv1.Source, len(page.GetSources()))
	for _, source := range page.GetSources() {
		sources[source.GetSourceId()] = source
	}
	for _, series := range page.GetSeries() {
		for _, o := range series.GetObservations() {
			source := sources[o.GetSourceId()]
			period, err := edtf.Parse(o.GetTimePeriod().GetEdtf())
			if err == nil && period.SameBounds(c.period) && !slices.Contains(left.whole, series.GetFrequency()) {
				left.whole = append(left.whole, series.GetFrequency())
			}
			isOwn := (len(c.req.GetSources()) == 0 || l.allSources) && isSourceOf(source, c.answer.GetFigure())
			switch {
			case err != nil:
			case !period.SameBounds(c.period):
				if !isOwn && isPart(o) && series.GetFrequency() != 0 && c.period.Contains(period) {
					left.notePart(seriesKey(series, o, series.GetFrequency()), source, series.GetFrequency())
				}
			case o.GetFigure() == c.answer.GetFigure().GetName():
				left.claimed = true
			case isOwn:
				left.ownSource++
			default:
				frequency := cmp.Or(parts, series.GetFrequency())
				found = append(found, reference{observation: o, source: source, series: seriesKey(series, o, frequency), frequency: frequency})
			}
		}
	}
	return found
}

// isSourceOf reports whether a figure is of a source.
func isSourceOf(source *metricsv1.Source, figure *metricsv1.Figure) bool {
	producer := cmp.Or(figure.GetOrigin().GetProducer(), figure.GetAttributedProducer())
	return source.GetProducer() == producer && source.GetTitle() == figure.GetOrigin().GetTitle() &&
		source.GetDocument() == documentOf(figure.GetDocumentVersion()) && source.GetClaimant() == figure.GetClaimant()
}

// seriesKey names a series and a source of it. What was a range may become a number, but no
// change a level.
func seriesKey(series *metricsv1.QueryMetricResponse_Series, o *metricsv1.Observation, frequency metricsv1.Figure_Frequency) string {
	key := frequency.String() + " " + o.GetSourceId() + " " + strconv.FormatBool(o.GetValueKind() == metricsv1.Figure_CHANGE)
	for _, id := range slices.Sorted(maps.Keys(series.GetDimensions())) {
		key += " " + id + "=" + series.GetDimensions()[id]
	}
	return key
}

// saysTheSame reports whether both are one figure, or sums, and say the same.
func saysTheSame(a, b *metricsv1.Observation) bool {
	return a.GetFigure() == b.GetFigure() && a.GetValueKind() == b.GetValueKind() && proto.Equal(a.GetUnit(), b.GetUnit()) &&
		proto.Equal(a.GetValue(), b.GetValue()) && proto.Equal(a.GetLower(), b.GetLower()) && proto.Equal(a.GetUpper(), b.GetUpper())
}

// dimensions are those of the reference series: as asked for, or those of the figure that
// the reference metric has too.
func (c *comparing) dimensions() map[string]string {
	if len(c.req.GetDimensions()) > 0 {
		return c.req.GetDimensions()
	}
	shared := map[string]string{}
	for _, dimension := range c.answer.GetMetric().GetDimensions() {
		if code := c.answer.GetFigure().GetDimensions()[dimension.GetId()]; code != "" {
			shared[dimension.GetId()] = code
		}
	}
	return shared
}
