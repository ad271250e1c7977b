package record

import (
	"cmp"
	"context"
	"strings"

	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/paging"
)

// correctionList reads the corrections of one service, the newest first. A service hands out whole pages and says only where the next one
// starts, so a place in the list is a page and how many of its rows were handed out.
type correctionList struct {
	read   func(ctx context.Context, size int32, token string) ([]*typev1.Correction, string, error)
	wanted int         // how many rows a page of the merged list needs at most
	isGone func() bool // whether the answer lacks the service: the list is then empty

	token string // of the page
	taken int    // of its rows
	// rows and next are the page once it is read.
	rows   []*typev1.Correction
	next   string
	isRead bool
}

// peek returns the next correction without taking it, nil at the end.
func (l *correctionList) peek(ctx context.Context) (*typev1.Correction, error) {
	for {
		if l.isGone() {
			return nil, nil //nolint:nilnil // the end is no fault
		}
		if !l.isRead {
			var err error
			size := min(l.taken+l.wanted, paging.MaxSize)
			if l.rows, l.next, err = l.read(ctx, int32(size), l.token); err != nil { //nolint:gosec // at most MaxSize
				return nil, err
			}
			l.isRead = true
		}
		switch {
		case l.taken < len(l.rows):
			return l.rows[l.taken], nil
		case l.next == "":
			return nil, nil //nolint:nilnil // the end is no fault
		default:
			l.token, l.taken, l.isRead = l.next, 0, false
		}
	}
}

// correctionLists are the lists of both services, merged.
type correctionLists [2]*correctionList

// newest returns the list whose next correction comes first, nil at the end of both.
func (m correctionLists) newest(ctx context.Context) (*correctionList, error) {
	a, err := m[0].peek(ctx)
	if err != nil {
		return nil, err
	}
	b, err := m[1].peek(ctx)
	switch {
	case err != nil:
		return nil, err
	case a == nil && b == nil:
		return nil, nil //nolint:nilnil // the end is no fault
	case b == nil || a != nil && isNewer(a, b):
		return m[0], nil
	default:
		return m[1], nil
	}
}

// next takes the next correction, nil at the end.
func (m correctionLists) next(ctx context.Context) (*typev1.Correction, error) {
	list, err := m.newest(ctx)
	if err != nil || list == nil {
		return nil, err
	}
	list.taken++
	return list.rows[list.taken-1], nil
}

// page takes as many as a page has. Both services are asked for theirs side by side.
func (m correctionLists) page(ctx context.Context, size int) (page []*typev1.Correction, err error) {
	err = sideBySide(ctx, func(ctx context.Context) error {
		_, err := m[0].peek(ctx)
		return err
	}, func(ctx context.Context) error {
		_, err := m[1].peek(ctx)
		return err
	})
	for err == nil && len(page) < size {
		var next *typev1.Correction
		if next, err = m.next(ctx); next == nil {
			break
		}
		page = append(page, next)
	}
	return page, err
}

// isNewer reports whether a comes before b: the order of both services' lists.
func isNewer(a, b *typev1.Correction) bool {
	return cmp.Or(a.GetRecordTime().AsTime().Compare(b.GetRecordTime().AsTime()), strings.Compare(a.GetName(), b.GetName())) > 0
}

// keys are the places in both lists, for a page token.
func (m correctionLists) keys() []any {
	return []any{m[0].token, int64(m[0].taken), m[1].token, int64(m[1].taken)}
}

// resume goes to the places of a page token; no keys are the beginning.
func (m correctionLists) resume(keys []any) error {
	if len(keys) == 0 {
		return nil
	}
	if len(keys) == 2*len(m) {
		for i, list := range m {
			token, isText := keys[2*i].(string)
			taken, isNumber := keys[2*i+1].(int64)
			if !isText || !isNumber || taken < 0 || taken > paging.MaxSize {
				return paging.ErrMismatch()
			}
			list.token, list.taken = token, int(taken)
		}
		return nil
	}
	return paging.ErrMismatch()
}
