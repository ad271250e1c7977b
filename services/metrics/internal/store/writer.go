package store

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/recordwrite"
)

// Writer is one write transaction. It reads its own writes, at Newest.
type Writer interface {
	Reader
	recordwrite.Writer
	CorrectionWriter
	ErasureWriter
	// Try runs fn and undoes what it wrote, and only that. Until fn returns only the Writer that it gets is to be used: this one does not
	// know what that one writes.
	Try(fn func(Writer) error) error

	// PutMetric and PutFigure put the next revision of a resource on record: its Revision is one more than the newest. caller is who makes
	// the change. The metric of a figure need not be on record. A series shows of each figure what its revision at the time says.
	PutMetric(metric domain.Metric, caller string) error
	PutFigure(figure domain.Figure, caller string) error
	// PutFigures is PutFigure for the first revisions of many figures.
	PutFigures(figures []domain.Figure, caller string) error

	// SameFigures finds for each figure what is on record for the same series, period, source and release.
	SameFigures(figures []domain.Figure) ([]Same, error)
	// PutImported puts the next revisions of imported figures on record, each once. One without id is new: it gets its Meta. Such a figure
	// takes a twentieth of the room of another as long as its revisions have domain.TagImport; with another tag they are put by PutFigure.
	// One keeps no id, and is not put, if there is none left: there are 65,536 for the figures of one series, start, source and release,
	// retracted ones included, and 16,777,215 pairs of source and release for a metric.
	PutImported(figures []domain.Figure, caller string) error
}

// ErasureWriter erases what the law demands erased, from the past too: what is rewritten is gone from every read at every time.
type ErasureWriter interface {
	// EverOn returns the places of up to limit figures of which a revision stands on a document, by id, in order and after one; the zero place
	// is before all.
	EverOn(document string, after FigurePlace, limit int) ([]FigurePlace, error)
	// EraseWords makes of each revision of a figure that stands on a document, by id, what domain.Figure.EraseWords leaves of it, also in its
	// series, vintages and the index of words, and takes reason and notice from each correction that made or changed one of them, the reason
	// also from the revision that it made. erased is false if there was nothing to take.
	EraseWords(id, document string) (erased bool, err error)
	// PutErasure puts on record, once in a transaction, that words of a document, by id, were erased in it.
	PutErasure(document, caller string) error
	// EraseNotice takes the words of its notice from a correction, by id, if a document, by id, prints it. erased is false if there was
	// nothing to take.
	EraseNotice(id, document string) (erased bool, err error)
}

// FigurePlace is the place of a figure among those of a document: what comes on record later stands behind.
type FigurePlace struct {
	Created recordtime.Time
	ID      string
}

// Same is what is on record for the series, period, source and release of a figure.
type Same struct {
	// Figure stands now, as its revision now; without id if none does.
	Figure domain.Figure
	// Others are the ids of those that stand too, in order. Figure is then one that only imports changed, if there is one, else the first
	// by name.
	Others []string
	// Retracted is the tombstone that was recorded last; nil if there is none, or a figure stands.
	Retracted *domain.Figure
}

type (
	// Request is a write as its caller named it.
	Request = recordwrite.Request
	// Done is what a write named when it was done.
	Done = recordwrite.Done
	// Stage is a set of writes that was checked and set aside.
	Stage = recordwrite.Stage
	// Outcome is how a stage ended.
	Outcome = recordwrite.Outcome
	// StageEnd is the end of a stage.
	StageEnd = recordwrite.StageEnd
)

// The outcomes of stages.
const (
	Published = recordwrite.Published
	Discarded = recordwrite.Discarded
)
