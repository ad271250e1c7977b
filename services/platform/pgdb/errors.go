package pgdb

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/puddle/v2"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// SQLSTATE codes (PostgreSQL documentation, appendix A).
const (
	codeUniqueViolation = "23505"
	codeReadOnly        = "25006"
	codeSerialization   = "40001"
	codeDeadlock        = "40P01"
	codeNoPrivilege     = "42501"
	codeNoTable         = "42P01"
	codeDiskFull        = "53100"
	codeOutOfMemory     = "53200"
	codeTooManyClients  = "53300"
	codeLockTimeout     = "55P03"
	codeCancelled       = "57014"
	codeIdleTimeout     = "25P03"
	codeTimePassed      = "59R01" // of begin_write
)

// sqlState returns the code that the server gave, "" if the error is not one of
// the server's.
func sqlState(err error) string {
	var answer *pgconn.PgError
	if errors.As(err, &answer) {
		return answer.Code
	}
	return ""
}

// mapError gives an error of the driver its kind and reason. Constraint
// violations and mistakes in SQL stay as they are, so INTERNAL unless the engine
// says otherwise (see IsUnique). ctx is the one that the statement ran under.
func mapError(ctx context.Context, err error) error {
	var known *errs.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	if cause := ctx.Err(); cause != nil {
		return contextError(cause)
	}
	if e := storageError(err); e != nil {
		return e
	}
	return err
}

// storageError is the error for what the server, or the way to it, says went
// wrong; nil if that is nothing to do with storage.
func storageError(err error) *errs.Error {
	if errors.Is(err, puddle.ErrClosedPool) {
		return errClosed().Wrap(err)
	}
	state := sqlState(err)
	switch state {
	case "":
		if !isNetwork(err) {
			return nil
		}
		return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "the database cannot be reached").Wrap(err)
	case codeDiskFull:
		return errFull().Wrap(err)
	case codeOutOfMemory:
		return errs.New(errs.ResourceExhausted, "STORAGE_OUT_OF_MEMORY", "the database is out of memory").Wrap(err)
	case codeTooManyClients:
		return errs.New(errs.Unavailable, "STORAGE_BUSY", "the database has no connection left").Wrap(err)
	case codeLockTimeout, codeSerialization, codeDeadlock:
		return errs.New(errs.Unavailable, "STORAGE_BUSY", "another transaction holds the database up").Wrap(err)
	case codeReadOnly:
		return errReadOnly().Wrap(err)
	case codeNoPrivilege:
		return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "the role of the service lacks a privilege in the database").Wrap(err)
	case codeCancelled:
		return errs.New(errs.DeadlineExceeded, "DEADLINE_EXCEEDED", "the database did not answer in time").Wrap(err)
	case "XX001", "XX002":
		return errs.New(errs.Internal, "STORAGE_CORRUPT", "the database is damaged").Wrap(err)
	case codeTimePassed:
		return errs.New(errs.FailedPrecondition, "RECORD_TIME_PASSED", "the record is beyond that time already").Wrap(err)
	case codeIdleTimeout:
		return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "the database gave the transaction up").Wrap(err)
	}
	switch state[:2] {
	case "08", "57", "58", "28", "3D": // connection, operator, system, password, no database
		return errs.New(errs.Unavailable, "STORAGE_UNAVAILABLE", "the database cannot be used").Wrap(err)
	default:
		return nil
	}
}

// isNetwork says whether the way to the server failed, or the waiting for it.
func isNetwork(err error) bool {
	var dial *pgconn.ConnectError
	var network net.Error
	return errors.As(err, &dial) || errors.As(err, &network) || pgconn.Timeout(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, pgconn.ErrConnClosed) || errors.Is(err, context.DeadlineExceeded)
}

// lostConnection says whether a statement failed because its server went away,
// so that another connection may do better.
func lostConnection(err error) bool {
	switch state := sqlState(err); state {
	case "":
		return isNetwork(err)
	case codeTooManyClients, codeIdleTimeout:
		return true
	default: // 57P: an operator ended the session, or the server is not up
		return strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P")
	}
}

// canRunAgain says whether a transaction that failed so may succeed when it is
// run again, possibly on another server.
func canRunAgain(err error) bool {
	switch sqlState(err) {
	case codeSerialization, codeDeadlock, codeReadOnly:
		return true
	default:
		return lostConnection(err)
	}
}

// notWritten marks the error of a write that was certainly undone, where its
// kind alone would leave that open. The caller's own errors stay as they are.
func notWritten(err error) error {
	var known *errs.Error
	if errors.As(err, &known) && errs.WriteUnknown(err) {
		_ = known.NotWritten()
	}
	return err
}

// sharedError is the error of a write that failed because the transaction it
// shared did. Each caller gets one of its own, so that marking it is safe, and
// never sees what the closure of another one said.
func sharedError(cause error) *errs.Error {
	if e := storageError(cause); e != nil {
		return e
	}
	return errs.New(errs.Unavailable, "WRITE_LOST", "the transaction that this write shared failed").Wrap(cause)
}

// IsUnique reports whether err is a violated PRIMARY KEY or UNIQUE constraint.
func IsUnique(err error) bool { return sqlState(err) == codeUniqueViolation }

func errClosed() *errs.Error {
	return errs.New(errs.Unavailable, "DATABASE_CLOSED", "the database is closed").NotWritten()
}

const reasonFull = "STORAGE_FULL"

func errFull() *errs.Error {
	return errs.New(errs.ResourceExhausted, reasonFull, "the disk of the database is full")
}

func errReadOnly() *errs.Error {
	return errs.New(errs.Unavailable, "STORAGE_READ_ONLY", "the database takes no writes")
}

func errTooOld(have, want int) *errs.Error {
	return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_OLD",
		"the database has schema %d, this program needs %d: run migrate", have, want).NotWritten()
}

func errTooNew(have, oldest, want int) *errs.Error {
	return errs.New(errs.FailedPrecondition, "SCHEMA_TOO_NEW",
		"the database has schema %d, which programs from schema %d on serve, this one knows up to %d: run a newer program", have, oldest, want).
		NotWritten()
}

func contextError(err error) *errs.Error {
	if err == context.Canceled { //nolint:errorlint // Context.Err returns exactly this
		return errs.New(errs.Canceled, "CANCELLED", "the caller gave up").NotWritten().Wrap(err)
	}
	return errs.New(errs.DeadlineExceeded, "DEADLINE_EXCEEDED", "the store did not answer in time").NotWritten().Wrap(err)
}
