package store

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// CorrectionReader reads corrections.
type CorrectionReader interface {
	Correction(id string, at recordtime.Time) (correction domain.Correction, found bool, err error)
	// Corrections lists corrections; query.ShowDeleted has no meaning. With an entity, a
	// name, only those of it and of statements of which it was a speaker at query.At or
	// before.
	Corrections(query List, entity string) ([]domain.Correction, error)
	// CorrectionsOf reads the newest corrections of each subject, up to limit of
	// each, all together the newest first.
	CorrectionsOf(subjects []string, at recordtime.Time, limit int) ([]domain.Correction, error)
}

// Parts are what is erased of a statement that itself stays.
type Parts struct {
	// Document is the id of a document: revisions that stand on it are erased, with
	// the reviews of those and the words of their corrections, and appearances in it.
	Document string
	// Statements are names of statements: the appearances that they were are erased.
	Statements []string
}

// CorrectionWriter writes corrections.
type CorrectionWriter interface {
	// PutCorrection puts a correction on record, at the transaction's record time.
	PutCorrection(correction domain.Correction) error
}

// ErasureWriter removes what the law demands removed, from every revision. Names,
// uids and times stay.
type ErasureWriter interface {
	// EraseStatement erases a statement: its words, references and search entries.
	// A last revision says that it was erased. Those that were merged into it lose the
	// reasons why.
	EraseStatement(id string, erasure domain.Erasure) error
	// EraseDocument erases a document with all versions and their texts, and the words
	// of the notices of corrections that it prints.
	EraseDocument(id string, erasure domain.Erasure) error
	// EraseEntity erases an entity, and of re-attributions and merges from it or to it
	// the reasons, with the names that they passed on.
	EraseEntity(id string, erasure domain.Erasure) error
	// EraseCorrections takes the words of the corrections of a subject, and of those
	// of its reviews.
	EraseCorrections(subject string) error
	// EraseParts erases parts of a statement in every revision. If it had any, a last
	// revision says so.
	EraseParts(id string, parts Parts, erasure domain.Erasure) error
	// EverReferring returns up to limit ids of statements that refer to value in one
	// of the ways in any revision that is not erased, retracted ones included.
	EverReferring(value string, limit int, kinds ...domain.RefKind) ([]string, error)
	// EverReferred returns any one id of those of EverReferring; found is false if
	// there is none. It costs the same however many there are.
	EverReferred(value string, kinds ...domain.RefKind) (id string, found bool, err error)
}
