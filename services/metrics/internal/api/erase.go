package api

import (
	"context"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/metrics/internal/changes"
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/caller"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

const (
	// eraseLimit is how many figures one transaction takes the words of, with all their revisions.
	eraseLimit = 200
	// noticeLimit is how many corrections are looked through at a time.
	noticeLimit = 1_000
)

// EraseFigureWords erases the words of a document from its figures.
func (s *figures) EraseFigureWords(ctx context.Context, req *metricsv1.EraseFigureWordsRequest) (*metricsv1.EraseFigureWordsResponse, error) {
	document, err := parseName("document", req.GetDocument(), domain.DocumentName)
	if err != nil {
		return nil, err
	}
	e := erasure{figures: s, document: document, trial: req.GetValidateOnly(), resp: &metricsv1.EraseFigureWordsResponse{}}
	if err := e.run(ctx); err != nil {
		if e.resp.RecordTime != nil {
			err = errs.MaybeWritten(err)
		}
		return nil, err
	}
	return e.resp, nil
}

// erasure is one call of EraseFigureWords.
type erasure struct {
	*figures
	document string // id
	trial    bool   // nothing is written
	resp     *metricsv1.EraseFigureWordsResponse
}

// run erases the notices first: else a trial would count those of the document's own figures, and the call itself not.
func (e *erasure) run(ctx context.Context) error {
	if err := e.notices(ctx); err != nil {
		return err
	}
	return e.words(ctx)
}

// write runs one transaction, which says how much it erased.
func (e *erasure) write(ctx context.Context, erase func(store.Writer) (erased int, err error)) (erased int, err error) {
	var at recordtime.Time
	err = e.commit(ctx, e.trial, func(w store.Writer) (err error) {
		at = w.RecordTime()
		erased, err = erase(w)
		return err
	})
	if err == nil && erased > 0 && !e.trial {
		e.resp.RecordTime = timeToProto(at)
	}
	return erased, err
}

// words erases the words of the figures that stand or stood on the document.
func (e *erasure) words(ctx context.Context) error {
	for after, more := (store.FigurePlace{}), true; more; more = after != (store.FigurePlace{}) {
		var next store.FigurePlace // a transaction may run more than once: after is the same each time
		erased, err := e.write(ctx, func(w store.Writer) (erased int, err error) {
			erased, next, err = changes.EraseWords(w, caller.ID(ctx), e.document, after, eraseLimit)
			return erased, err
		})
		if err != nil {
			return err
		}
		e.resp.ErasedCount += count(erased)
		after = next
	}
	return nil
}

// notices erases the words of the notices that the document prints of corrections. All notices are looked through, whatever the caller may
// read, without keeping anybody from writing, the oldest first, so that those that come meanwhile are among them.
func (e *erasure) notices(ctx context.Context) error {
	for after := (domain.Correction{}); ; {
		var page []domain.Correction
		err := e.store.Read(ctx, func(r store.Reader) (err error) {
			page, err = r.Noticed(after, noticeLimit)
			return err
		})
		if err != nil {
			return err
		}
		if err := e.noticesOf(ctx, page); err != nil || len(page) < noticeLimit {
			return err
		}
		after = page[len(page)-1]
	}
}

// noticesOf is notices among some corrections, as they were read.
func (e *erasure) noticesOf(ctx context.Context, page []domain.Correction) error {
	var told []string
	for _, c := range page {
		if c.NoticeOn(e.document) {
			told = append(told, c.ID)
		}
	}
	if len(told) == 0 {
		return nil
	}
	erased, err := e.write(ctx, func(w store.Writer) (int, error) { return changes.EraseNotices(w, caller.ID(ctx), e.document, told) })
	if err != nil {
		return err
	}
	e.resp.NoticeCount += count(erased)
	return nil
}
