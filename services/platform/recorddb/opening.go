package recorddb

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Progress is told how far it is with what an opening store has to do first: so many of
// so many of something ("migrations"). nil is told nothing.
type Progress func(of string, done, all int64)

// Tell tells it, if there is somebody to tell.
func (p Progress) Tell(of string, done, all int64) {
	if p != nil {
		p(of, done, all)
	}
}

// openingRetry is how soon to ask again for what is still being opened.
const openingRetry = 5 * time.Second

// Opening is a store that may be asked before it is open: what a migration does first
// may take an hour, and a program that answers nobody meanwhile looks as if it were
// dead. Until it is open, everything that is asked of it is UNAVAILABLE, reason
// STORAGE_OPENING. The zero value is not open.
type Opening[R, W any] struct {
	opened   atomic.Pointer[Store[R, W]]
	progress atomic.Pointer[string]
}

// Open has open open the store, which tells the progress of it. Call it once.
func (o *Opening[R, W]) Open(open func(Progress) (*Store[R, W], error)) error {
	store, err := open(func(of string, done, all int64) {
		text := fmt.Sprintf("%d of %d %s", done, all, of)
		o.progress.Store(&text)
	})
	if err == nil {
		o.opened.Store(store)
	}
	return err
}

// NotOpen is the error of what is asked of storage that is made ready meanwhile: UNAVAILABLE,
// reason STORAGE_OPENING, with when to ask again.
func NotOpen(text string) *errs.Error {
	return errs.New(errs.Unavailable, "STORAGE_OPENING", "%s", text).NotWritten().
		Detail(&errdetails.RetryInfo{RetryDelay: durationpb.New(openingRetry)})
}

// Store returns the store once it is open.
func (o *Opening[R, W]) Store() (*Store[R, W], error) {
	if store := o.opened.Load(); store != nil {
		return store, nil
	}
	err := NotOpen("the record's storage is being opened")
	if progress := o.progress.Load(); progress != nil {
		err.Message = "the record's storage is being brought up to date: " + *progress
		return nil, err.With(errs.ProgressKey, *progress)
	}
	return nil, err
}

// Settled implements Engine: 0 until the store is open.
func (o *Opening[R, W]) Settled() recordtime.Time {
	if store := o.opened.Load(); store != nil {
		return store.Settled()
	}
	return 0
}

// Present implements Engine.
func (o *Opening[R, W]) Present(ctx context.Context) (recordtime.Present, error) {
	store, err := o.Store()
	if err != nil {
		return recordtime.Present{}, err
	}
	return store.Present(ctx)
}

// Await implements Engine.
func (o *Opening[R, W]) Await(ctx context.Context, after recordtime.Time) (recordtime.Present, error) {
	store, err := o.Store()
	if err != nil {
		return recordtime.Present{}, err
	}
	return store.Await(ctx, after)
}

// Check implements Engine.
func (o *Opening[R, W]) Check(ctx context.Context) error {
	store, err := o.Store()
	if err != nil {
		return err
	}
	return store.Check(ctx)
}

// Close implements Engine. It is not called while Open runs.
func (o *Opening[R, W]) Close() error {
	if store := o.opened.Load(); store != nil {
		return store.Close()
	}
	return nil
}

// Read is that of Store.
func (o *Opening[R, W]) Read(ctx context.Context, fn func(R) error) error {
	store, err := o.Store()
	if err != nil {
		return err
	}
	return store.Read(ctx, fn)
}

// Write is that of Store.
func (o *Opening[R, W]) Write(ctx context.Context, fn func(W) error) error {
	store, err := o.Store()
	if err != nil {
		return err
	}
	return store.Write(ctx, fn)
}

// Try is that of Store.
func (o *Opening[R, W]) Try(ctx context.Context, fn func(W) error) error {
	store, err := o.Store()
	if err != nil {
		return err
	}
	return store.Try(ctx, fn)
}
