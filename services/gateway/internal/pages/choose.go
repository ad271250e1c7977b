package pages

import (
	"cmp"
	"context"
	"maps"
	"net/url"
	"slices"
	"strings"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// seriesForm chooses series by what they differ in.
type seriesForm struct {
	Action     string
	Kept       []hiddenField
	Dimensions []dimensionChoice
}

// dimensionChoice is one select element: the codes that occur, and all.
type dimensionChoice struct {
	Param, Label string
	Codes        []choice
}

// newSeriesForm makes the form of a metric's page; nil where there is nothing to choose. Of
// a metric with more series than are listed it asks which codes occur.
func (e *explorer) newSeriesForm(
	ctx context.Context, asked metricAsked, m *metricsv1.Metric, listed *metricsv1.ListSeriesResponse, at *timestamppb.Timestamp,
) *seriesForm {
	codes := codesOf(listed)
	if listed.GetNextPageToken() != "" {
		if there, err := e.Metrics.GetAvailability(ctx, &metricsv1.GetAvailabilityRequest{Name: asked.name, ReadTime: at}); err == nil {
			for _, d := range there.GetDimensions() {
				codes[d.GetId()] = d.GetCodes()
			}
		}
	}
	var keys []map[string]string
	for id, all := range codes {
		for _, code := range all {
			keys = append(keys, map[string]string{id: code})
		}
	}
	places := e.placesIn(ctx, m, keys)
	f := &seriesForm{Action: pagePath(asked.name)}
	for _, d := range m.GetDimensions() {
		id := d.GetId()
		if len(codes[id]) < 2 {
			continue
		}
		one := dimensionChoice{Param: "dimensions[" + id + "]", Label: cmp.Or(d.GetDisplayName(), words.Dimension(id)), Codes: []choice{{Text: "all"}}}
		for _, code := range codes[id] {
			one.Codes = append(one.Codes, choice{Value: code, Text: places.word(id, code), Selected: asked.params.dimensions[id] == code})
		}
		slices.SortStableFunc(one.Codes[1:], func(a, b choice) int { return strings.Compare(a.Text, b.Text) })
		f.Dimensions = append(f.Dimensions, one)
	}
	if len(f.Dimensions) == 0 {
		return nil
	}
	f.Kept = keptFields(queryValues(asked.request))
	return f
}

// keptFields are what a form leaves as it is.
func keptFields(query url.Values) (kept []hiddenField) {
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, value := range query[name] {
			if value != "" {
				kept = append(kept, hiddenField{name, value})
			}
		}
	}
	return kept
}

// codesOf are the codes of each dimension in listed series.
func codesOf(listed *metricsv1.ListSeriesResponse) map[string][]string {
	codes := map[string][]string{}
	for _, s := range listed.GetSeries() {
		for id, code := range s.GetDimensions() {
			if !slices.Contains(codes[id], code) {
				codes[id] = append(codes[id], code)
			}
		}
	}
	return codes
}
