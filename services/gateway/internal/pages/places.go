package pages

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// maxPlaces is up to how many names of places, and metrics, a program remembers.
const maxPlaces = 10_000

// placeNames remembers what places are called: a table of the service that no reader
// changes and that is the same for all. "" is the name of a code that no place has.
type placeNames struct {
	mu    sync.Mutex
	known map[string]string
	// dimensions are those of metrics, by the names of both, and whether their codes are
	// places. That never changes, but a metric may get more. The inner maps are not changed.
	dimensions map[string]map[string]bool
}

// isPlace reports whether the codes of a dimension are places: its role says so, which is its
// id if it has none, or its list of codes.
func isPlace(d *metricsv1.Dimension) bool {
	switch d.GetCodeList() {
	case metricsv1.Dimension_ISO3166_1_ALPHA2, metricsv1.Dimension_ISO3166_1_ALPHA3, metricsv1.Dimension_M49:
		return true
	default:
	}
	switch d.GetRole() {
	case metricsv1.Dimension_REF_AREA, metricsv1.Dimension_COUNTERPART_AREA, metricsv1.Dimension_REPORTER:
		return true
	case metricsv1.Dimension_ROLE_UNSPECIFIED:
		return isArea(d.GetId())
	default:
		return false
	}
}

// isArea reports whether the id of a dimension says that its codes are places.
func isArea(id string) bool { return id == "REF_AREA" || id == "COUNTERPART_AREA" }

// placesOf is what the places of a dimension are known by: placesOf(…) + code.
func placesOf(metric, dimension string) string { return metric + "/places/" + dimension + "/" }

// placeOf is the resource that a code of ISO 3166 or UN M49 means; "" of none.
func placeOf(code string) string {
	if code == "" {
		return ""
	}
	if strings.Trim(code, "0123456789") == "" {
		return "places/m49-" + code
	}
	return "places/" + strings.ToLower(code)
}

// addPlaces adds to known what the places are called that figures are about, by placesOf. A
// place that cannot be had is left out, as names are that resolve asks for.
func (e *explorer) addPlaces(ctx context.Context, known names, figures ...*metricsv1.Figure) {
	keys := map[string][]map[string]string{} // by metric
	for _, f := range figures {
		if key := f.GetDimensions(); len(key) > 0 {
			keys[f.GetMetric()] = append(keys[f.GetMetric()], key)
		}
	}
	var mu sync.Mutex
	dimensions := map[string]map[string]bool{} // by metric
	lookUp(slices.Sorted(maps.Keys(keys)), func(metric string) {
		are := e.placeDimensions(ctx, metric, keys[metric])
		mu.Lock()
		defer mu.Unlock()
		dimensions[metric] = are
	})
	e.namePlaces(ctx, known, dimensions, keys)
}

// placesIn asks for the names of the places in keys of series.
func (e *explorer) placesIn(ctx context.Context, m *metricsv1.Metric, keys []map[string]string) placeWords {
	metric, known := m.GetName(), names{}
	e.namePlaces(ctx, known, map[string]map[string]bool{metric: e.places.learn(m)}, map[string][]map[string]string{metric: keys})
	return placeWords{metric, known}
}

// namePlaces adds to known what the places in keys are called. Both these and the dimensions, which
// say what is a place, are by metric.
func (e *explorer) namePlaces(ctx context.Context, known names, dimensions map[string]map[string]bool, keys map[string][]map[string]string) {
	called := map[string]string{} // by code
	for metric, are := range dimensions {
		eachPlace(are, keys[metric], func(_, code string) { called[code] = "" })
	}
	var mu sync.Mutex
	lookUp(slices.Sorted(maps.Keys(called)), func(code string) {
		name := e.places.of(ctx, e.Places, placeOf(code))
		mu.Lock()
		defer mu.Unlock()
		called[code] = name
	})
	for metric, are := range dimensions {
		eachPlace(are, keys[metric], func(id, code string) { known[placesOf(metric, id)+code] = called[code] })
	}
}

// eachPlace does something of each code in keys that is a place, and its dimension.
func eachPlace(dimensions map[string]bool, keys []map[string]string, do func(id, code string)) {
	for _, key := range keys {
		for id, code := range key {
			if dimensions[id] {
				do(id, code)
			}
		}
	}
}

// placeDimensions are the dimensions of a metric, and whether their codes are places. The
// metric is asked for if there are keys of which a dimension is not known.
func (e *explorer) placeDimensions(ctx context.Context, metric string, keys []map[string]string) map[string]bool {
	e.places.mu.Lock()
	known := e.places.dimensions[metric]
	e.places.mu.Unlock()
	for _, key := range keys {
		for id := range key {
			if _, ok := known[id]; ok {
				continue
			}
			m, err := e.Metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: metric, ShowDeleted: true, ReadTime: readingOf(ctx).time})
			if err != nil {
				return known
			}
			return e.places.learn(m)
		}
	}
	return known
}

// dimensionsOf are the dimensions of a metric, and whether their codes are places.
func dimensionsOf(m *metricsv1.Metric) map[string]bool {
	are := make(map[string]bool, len(m.GetDimensions()))
	for _, d := range m.GetDimensions() {
		are[d.GetId()] = isPlace(d)
	}
	return are
}

// learn remembers the dimensions of a metric, with those that another time taught.
func (p *placeNames) learn(m *metricsv1.Metric) map[string]bool {
	are := dimensionsOf(m)
	p.mu.Lock()
	defer p.mu.Unlock()
	maps.Copy(are, p.dimensions[m.GetName()])
	if p.dimensions == nil || len(p.dimensions) >= maxPlaces {
		p.dimensions = make(map[string]map[string]bool)
	}
	p.dimensions[m.GetName()] = are
	return are
}

// of asks for the name of a place.
func (p *placeNames) of(ctx context.Context, places metricsv1.PlaceServiceClient, resource string) string {
	p.mu.Lock()
	name, ok := p.known[resource]
	p.mu.Unlock()
	if ok || resource == "" {
		return name
	}
	place, err := places.GetPlace(ctx, &metricsv1.GetPlaceRequest{Name: resource})
	if err != nil && !errs.Is(err, errs.NotFound) && !errs.Is(err, errs.InvalidArgument) {
		return "" // it is asked for again
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil || len(p.known) >= maxPlaces {
		p.known = make(map[string]string)
	}
	p.known[resource] = place.GetDisplayName()
	return place.GetDisplayName()
}

// placeWords say what the codes of a metric mean, where they mean places.
type placeWords struct {
	metric string
	known  names
}

// word is the code of a dimension as people read it: "Mexico (MX)", or the code alone.
func (w placeWords) word(dimension, code string) string {
	if name := w.known[placesOf(w.metric, dimension)+code]; name != "" {
		return name + " (" + code + ")"
	}
	return code
}

// key is a key with its places named.
func (w placeWords) key(key map[string]string) map[string]string {
	out := make(map[string]string, len(key))
	for id, code := range key {
		out[id] = w.word(id, code)
	}
	return out
}

// keysOf are the keys of series, listed or queried.
func keysOf[S interface{ GetDimensions() map[string]string }](series []S) []map[string]string {
	keys := make([]map[string]string, len(series))
	for i, s := range series {
		keys[i] = s.GetDimensions()
	}
	return keys
}
