package recordread

import (
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Rank is the last result of the page before, and how many matches were counted then; nil
// and 0 on the first page. A token with other keys is INVALID_ARGUMENT, reason
// PAGE_TOKEN_MISMATCH.
func (p Page) Rank() (after *recordsearch.Rank, counted int, err error) {
	if len(p.After) == 0 {
		return nil, 0, nil
	}
	if len(p.After) == 4 {
		key, ok1 := p.After[0].(int64)
		created, ok2 := p.After[1].(int64)
		id, ok3 := p.After[2].(string)
		matches, ok4 := p.After[3].(int64)
		if ok1 && ok2 && ok3 && ok4 {
			rank := &recordsearch.Rank{Key: key, Created: recordtime.Time(created), ID: id}
			return rank, int(max(0, min(matches, recordsearch.CountLimit))), nil
		}
	}
	return nil, 0, paging.ErrMismatch()
}

// EndSearch cuts the result off that was found beyond a page, and makes the token of the
// next one; "" on the last page. Each result has the token of what follows it if every
// says so, else "".
func EndSearch[T any](p Page, found recordsearch.Found[T], every bool) (
	page []recordsearch.Result[T], tokens []string, next string, err error,
) {
	page, more := paging.Trim(found.Results, p.Size)
	tokens = make([]string, len(page))
	for i, result := range page {
		last := more && i == len(page)-1
		if !every && !last {
			continue
		}
		token, err := p.Next(result.Key, int64(result.Created), result.ID, int64(found.Matches))
		if err != nil {
			return nil, nil, "", err
		}
		if every {
			tokens[i] = token
		}
		if last {
			next = token
		}
	}
	return page, tokens, next, nil
}
