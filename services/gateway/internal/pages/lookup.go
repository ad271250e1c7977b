package pages

import (
	"context"
	"sync"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

const (
	// maxLookups bounds how many things one page looks up; the names of the rest are
	// shown as ids.
	maxLookups = 200
	// lookupWorkers bounds how many are looked up at once.
	lookupWorkers = 8
)

// resolve asks for the display names of resources. One that cannot be had is
// left out: the page then shows its id, which is what the record says.
func (e *explorer) resolve(ctx context.Context, wanted ...string) names {
	known := names{}
	e.addNames(ctx, known, wanted...)
	return known
}

// addNames is resolve of what is not known yet.
func (e *explorer) addNames(ctx context.Context, known names, wanted ...string) {
	var asked []string
	seen := map[string]bool{"": true}
	for _, name := range wanted {
		if !seen[name] && known[name] == "" {
			seen[name] = true
			asked = append(asked, name)
		}
	}
	var lock sync.Mutex
	lookUp(asked, func(name string) {
		if shown := e.displayName(ctx, name); shown != "" {
			lock.Lock()
			defer lock.Unlock()
			known[name] = shown
		}
	})
}

// lookUp does something of each of the first maxLookups items, a few at a time.
func lookUp[T any](items []T, do func(item T)) {
	queue := make(chan T)
	var workers sync.WaitGroup
	for range min(len(items), lookupWorkers) {
		workers.Go(func() {
			for item := range queue {
				do(item)
			}
		})
	}
	for _, item := range items[:min(len(items), maxLookups)] {
		queue <- item
	}
	close(queue)
	workers.Wait()
}

// displayName asks the service that a name belongs to.
func (e *explorer) displayName(ctx context.Context, name string) string {
	at := readingOf(ctx)
	switch collectionOf(name) {
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
