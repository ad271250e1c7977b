package pages

import (
	"context"
	"iter"
	"slices"
	"strings"
	"sync"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

const (
	// maxLookups bounds how many names of one page are resolved; the rest are
	// shown as ids.
	maxLookups = 200
	// lookupWorkers bounds how many are resolved at once.
	lookupWorkers = 8
)

// resolve asks for the display names of resources. One that cannot be had is
// left out: the page then shows its id, which is what the record says.
func (e *explorer) resolve(ctx context.Context, wanted ...string) names {
	queue := make(chan string)
	out := names{}
	var lock sync.Mutex
	var workers sync.WaitGroup
	for range lookupWorkers {
		workers.Go(func() {
			for name := range queue {
				if shown := e.displayName(ctx, name); shown != "" {
					lock.Lock()
					out[name] = shown
					lock.Unlock()
				}
			}
		})
	}
	seen := map[string]bool{"": true}
	for _, name := range wanted {
		if !seen[name] && len(seen) <= maxLookups {
			seen[name] = true
			queue <- name
		}
	}
	close(queue)
	workers.Wait()
	return out
}

// lookUp does something of each of up to maxLookups keys, the first by their order, a few at
// a time.
func lookUp(keys iter.Seq[string], do func(key string)) {
	all := slices.Sorted(keys)
	turns := make(chan struct{}, lookupWorkers)
	var under sync.WaitGroup
	for _, key := range all[:min(len(all), maxLookups)] {
		turns <- struct{}{}
		under.Go(func() {
			defer func() { <-turns }()
			do(key)
		})
	}
	under.Wait()
}

// displayName asks the service that a name belongs to.
func (e *explorer) displayName(ctx context.Context, name string) string {
	at := readingOf(ctx)
	collection, _, _ := strings.Cut(name, "/")
	switch collection {
	case "entities":
		got, err := e.Entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name, ShowDeleted: true, ReadTime: at.time})
		if err == nil {
			return at.nameOf(got)
		}
	case "documents":
		got, err := e.Documents.GetDocument(ctx, &statementsv1.GetDocumentRequest{Name: name, ShowDeleted: true, ReadTime: at.time})
		if err == nil {
			return got.GetHeadline()
		}
	case "statements":
		got, err := e.Statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: name, ShowDeleted: true, ReadTime: at.time})
		if err == nil {
			return excerpt(got.GetText())
		}
	case "figures":
		got, err := e.Figures.GetFigure(ctx, &metricsv1.GetFigureRequest{Name: name, ShowDeleted: true, ReadTime: at.time})
		if err == nil {
			return words.Figure(got)
		}
	case "metrics":
		got, err := e.Metrics.GetMetric(ctx, &metricsv1.GetMetricRequest{Name: name, ShowDeleted: true, ReadTime: at.time})
		if err == nil {
			return got.GetDisplayName()
		}
	}
	return ""
}

// excerptLength is how many code points of a statement name it in a link.
const excerptLength = 80

// excerpt is the beginning of a text.
func excerpt(text string) string {
	if cut := bytesOf(text, excerptLength); cut < len(text) {
		return text[:cut] + "…"
	}
	return text
}
