package store

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// HistoryReader reads what became of resources.
type HistoryReader interface {
	// FigureRevision reads one revision of a figure, that of the running transaction included; found is false if it was not on record at
	// the time.
	FigureRevision(id string, number int64, at recordtime.Time) (revision FigureRevision, found bool, err error)
	// FigureRevisions reads up to limit revisions of a figure, the newest first, with numbers below before; 0 is from the newest.
	FigureRevisions(id string, at recordtime.Time, before int64, limit int) ([]FigureRevision, error)

	Correction(id string, at recordtime.Time) (correction domain.Correction, found bool, err error)
	// Corrections lists corrections; query.ShowDeleted has no meaning.
	Corrections(query List) ([]domain.Correction, error)
	// Noticed returns up to limit corrections, from the oldest on and after one, with a notice that some document prints; the zero correction
	// is before all. Others may be among them.
	Noticed(after domain.Correction, limit int) ([]domain.Correction, error)
	// NewestCorrection reads the newest correction of a subject, by its name.
	NewestCorrection(subject string, at recordtime.Time) (correction domain.Correction, found bool, err error)

	// CorrectionsOf reads the newest corrections of each subject, by its name: of each at most limit, of all the newest first.
	CorrectionsOf(subjects []string, at recordtime.Time, limit int) ([]domain.Correction, error)

	// Citing returns up to limit ids of figures whose newest revision stands and is computed from one of those with the given ids, in order
	// and each once.
	Citing(ids []string, limit int) ([]string, error)
}

// FigureRevision is a figure as it stood after one change.
type FigureRevision struct {
	Figure domain.Figure
	// Caller is who made the change.
	Caller string
}

// CorrectionWriter writes corrections.
type CorrectionWriter interface {
	// PutCorrection puts a correction on record, at the transaction's record time.
	PutCorrection(correction domain.Correction) error
}
