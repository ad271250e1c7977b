package pages

import (
	"context"
	"maps"
	"strings"
	"sync"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// maxPlaces is up to how many names of places, and dimensions, a program remembers.
const maxPlaces = 10_000

// placeNames remembers what places are called: a table of the service that no reader
// changes and that is the same for all. "" is the name of a code that no place has.
type placeNames struct {
	mu    sync.Mutex
	known map[string]string
	// dimensions are those of metrics, by placesOf, and whether their codes are places: it
	// never changes.
	dimensions map[string]bool
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

// placesOf is what the places of a dimension are asked for by: placesOf(…) + code.
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

// areasOf asks for the places that figures may be about.
func areasOf(figures ...*metricsv1.Figure) (wanted []string) {
	for _, f := range figures {
		for id, code := range f.GetDimensions() {
			wanted = append(wanted, placesOf(f.GetMetric(), id)+code)
		}
	}
	return wanted
}

// placeIn is the name of a place that placesOf asks for; "" if the code is that of none.
func (e *explorer) placeIn(ctx context.Context, wanted string) string {
	parts := strings.SplitN(wanted, "/", 5)
	if len(parts) < 5 {
		return ""
	}
	metric, id, code := parts[0]+"/"+parts[1], parts[3], parts[4]
	e.places.mu.Lock()
	is, known := e.places.dimensions[placesOf(metric, id)]
	e.places.mu.Unlock()
	if !known {
		m, err := e.Metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: metric, ShowDeleted: true, ReadTime: readingOf(ctx).time})
		if err != nil {
			return ""
		}
		is = e.places.learn(m, id)
	}
	if !is {
		return ""
	}
	return e.places.of(ctx, e.Places, placeOf(code))
}

// learn remembers the dimensions of a metric, and answers whether the codes of one are places.
func (p *placeNames) learn(m *metricsv1.Metric, id string) (is bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.dimensions == nil || len(p.dimensions) >= maxPlaces {
		p.dimensions = make(map[string]bool)
	}
	for _, d := range m.GetDimensions() {
		p.dimensions[placesOf(m.GetName(), d.GetId())] = isPlace(d)
	}
	return p.dimensions[placesOf(m.GetName(), id)]
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

// placeWords say what the codes of a metric's series mean, where they mean places.
type placeWords struct {
	// dimensions are those whose codes are places.
	dimensions map[string]bool
	names      map[string]string
}

// placesIn asks for the names of the places in keys of series.
func (e *explorer) placesIn(ctx context.Context, m *metricsv1.Metric, keys []map[string]string) placeWords {
	w := placeWords{dimensions: map[string]bool{}, names: map[string]string{}}
	for _, d := range m.GetDimensions() {
		w.dimensions[d.GetId()] = isPlace(d)
	}
	for _, key := range keys {
		for id, code := range key {
			if w.dimensions[id] && len(w.names) < maxLookups {
				w.names[code] = ""
			}
		}
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	turns := make(chan struct{}, lookupWorkers)
	for code := range maps.Clone(w.names) {
		turns <- struct{}{}
		all.Go(func() {
			defer func() { <-turns }()
			name := e.places.of(ctx, e.Places, placeOf(code))
			mu.Lock()
			defer mu.Unlock()
			w.names[code] = name
		})
	}
	all.Wait()
	return w
}

// word is the code of a dimension as people read it: "Mexico (MX)", or the code alone.
func (w placeWords) word(dimension, code string) string {
	if name := w.names[code]; name != "" && w.dimensions[dimension] {
		return placeWord(name, code)
	}
	return code
}

// placeWord is a place and its code: "Mexico (MX)".
func placeWord(name, code string) string { return name + " (" + code + ")" }

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
