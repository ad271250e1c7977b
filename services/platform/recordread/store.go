package recordread

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Store is a record that is read through R.
type Store[R any] interface {
	Extent
	// Read runs fn; what it reads at a settled time is of one piece.
	Read(ctx context.Context, fn func(R) error) error
}

// Reader is one that can leave out what is restricted.
type Reader[R any] interface{ Public() R }

// Read runs fn with what the caller may read.
func Read[R Reader[R]](ctx context.Context, store Store[R], fn func(R) error) error {
	return store.Read(ctx, func(r R) error {
		if !auth.SeesRestricted(ctx) {
			r = r.Public()
		}
		return fn(r)
	})
}

// Get answers with what read reads at a read time: see At.
func Get[R Reader[R], T any](
	ctx context.Context, store Store[R], readTime *timestamppb.Timestamp, read func(R, recordtime.Time) (T, error),
) (answer T, err error) {
	at, err := At(ctx, store, readTime)
	if err != nil {
		return answer, err
	}
	err = Read(ctx, store, func(r R) error {
		answer, err = read(r, at)
		return err
	})
	return answer, err
}

// GetAs is Get of what is written in another form.
func GetAs[R Reader[R], T, A any](
	ctx context.Context, store Store[R], readTime *timestamppb.Timestamp, write func(T) A, read func(R, recordtime.Time) (T, error),
) (none A, err error) {
	found, err := Get(ctx, store, readTime, read)
	if err != nil {
		return none, err
	}
	return write(found), nil
}

// Numbered answers a page of what has numbers below one another, the rows and the token of
// the next page: the highest first, from below a number on, or from the highest if it is 0.
func Numbered[R Reader[R], T any](
	ctx context.Context, store Store[R], method string, req ListRequest, parent string, number func(T) int64,
	read func(r R, at recordtime.Time, below int64, limit int) ([]T, error),
) (rows []T, next string, err error) {
	p, err := Begin(ctx, store, method, req, parent)
	if err != nil {
		return nil, "", err
	}
	below, err := p.Number()
	if err != nil {
		return nil, "", err
	}
	err = Read(ctx, store, func(r R) error {
		rows, err = read(r, p.At, below, p.Size+1)
		return err
	})
	if err != nil {
		return nil, "", err
	}
	rows, more := paging.Trim(rows, p.Size)
	if more {
		next, err = p.Next(number(rows[len(rows)-1]))
	}
	return rows, next, err
}
