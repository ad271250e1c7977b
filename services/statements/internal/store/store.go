// Package store says what the service needs of a database. The comments here
// are the contract that package storetest checks on every engine.
//
// Engines are packages below this one; they return errors of package errs for
// faults of the storage and none of their own kinds. Rules of the domain do not
// belong here: an engine stores what it is given.
package store

import (
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// Newest is the time at which a Writer reads what it and the writes before it
// wrote.
const Newest = recordtime.Forever

// Store is a database of statements.
type Store = recorddb.Record[Reader, Writer]

// Reader reads the record as it stood at one record time, at. Resources that
// were retracted by then are found, as tombstones, except where it says
// otherwise; found is false if a resource was not on record yet.
type Reader interface {
	DocumentReader
	EntityReader
	StatementReader
	CorrectionReader
	ReviewReader
	ReattributionReader
	EntityResolver
	ChangeReader
	WorkReader
	// Public reads what readers may read: no revision that is restricted is found,
	// listed, counted or told by it, nor anything that was recorded with one. Of all
	// else it is as the reader itself.
	Public() Reader
}

// DocumentReader reads documents and their versions.
type DocumentReader interface {
	Document(id string, at recordtime.Time) (document domain.Document, found bool, err error)
	// Documents lists documents.
	Documents(query List) ([]domain.Document, error)
	// Version reads one version, with its text if it is asked for and stored.
	Version(document string, number int64, at recordtime.Time, withText bool) (version domain.Version, found bool, err error)
	// Versions lists up to limit versions without text, newest first, with
	// numbers below before (0: from the newest on).
	Versions(document string, at recordtime.Time, before int64, limit int) ([]domain.Version, error)
}

// EntityReader reads entities.
type EntityReader interface {
	Entity(id string, at recordtime.Time) (entity domain.Entity, found bool, err error)
	// EntitiesByID reads many entities; those that were not on record yet are left
	// out.
	EntitiesByID(ids []string, at recordtime.Time) (map[string]domain.Entity, error)
	// Entities lists entities.
	Entities(query List) ([]domain.Entity, error)
}

// StatementReader reads statements.
type StatementReader interface {
	Statement(id string, at recordtime.Time) (statement domain.Statement, found bool, err error)
	// StatementsByID reads many statements; those that were not on record yet are
	// left out.
	StatementsByID(ids []string, at recordtime.Time) (map[string]domain.Statement, error)
	// Statements lists statements.
	Statements(query List) ([]domain.Statement, error)
	// Count counts statements.
	Count(query Count) (Counts, error)
	// Search finds statements by their words.
	Search(query Search) (Found, error)
	// Revision reads one revision of a statement.
	Revision(statement string, number int64, at recordtime.Time) (revision Revision, found bool, err error)
	// Revisions lists up to limit revisions, newest first, with numbers below
	// before (0: from the newest on).
	Revisions(statement string, at recordtime.Time, before int64, limit int) ([]Revision, error)
}

// List asks for a page of a list.
type List struct {
	At recordtime.Time
	// Filter and Order were parsed with the resource's schema in package domain.
	Filter listquery.Expr
	Order  listquery.Order
	// After are the order keys of the last row of the page before.
	After []any
	Limit int
	// ShowDeleted lists tombstones too.
	ShowDeleted bool
	// ShowDeprecated lists statements of rank DEPRECATED too.
	ShowDeprecated bool
}

// Revision is a statement as it stood after one change.
type Revision struct {
	Statement domain.Statement
	// Recorded is when the change was recorded, by Caller.
	Recorded recordtime.Time
	Caller   string
}
