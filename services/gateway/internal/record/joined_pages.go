package record

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// joinedPage is where a page of a joined view starts.
type joinedPage struct {
	size    int
	binding paging.Binding
	// terms have the record time and the outages of the first page, whose `require` they
	// are given.
	terms terms
	// keys are the places in the services' lists; none on the first page.
	keys []any
}

// pagedRequest is a request of a joined view with pages.
type pagedRequest interface {
	GetPageSize() int32
	GetPageToken() string
	GetReadTime() *timestamppb.Timestamp
	GetRequire() string
}

// pageOf reads which page is asked for. The parameters are all that decide what is listed,
// beside `require` and `read_time`.
func pageOf(method string, req pagedRequest, parameters ...string) (joinedPage, error) {
	size, err := paging.Size(req.GetPageSize())
	if err != nil {
		return joinedPage{}, err
	}
	asked := ""
	if at := req.GetReadTime(); at != nil {
		if err := at.CheckValid(); err != nil {
			return joinedPage{}, errs.Invalid("read_time", "INVALID_TIMESTAMP", "%s", err.Error())
		}
		asked = recordtime.FromTime(at.AsTime()).String()
	}
	p := joinedPage{size: size, binding: paging.Bind(method, append(parameters, req.GetRequire(), asked)...)}
	token, err := paging.Decode(req.GetPageToken(), p.binding)
	if err != nil {
		return joinedPage{}, err
	}
	p.terms = terms{readTime: req.GetReadTime(), require: req.GetRequire()}
	if token.First() {
		return p, nil
	}
	missing, isText := token.Keys[0].(string)
	leftOut, known := outagesOf(missing)
	if !isText || !known {
		return joinedPage{}, paging.ErrMismatch()
	}
	p.terms.readTime, p.terms.leftOut, p.keys = timestamppb.New(token.ReadTime.Time()), leftOut, token.Keys[1:]
	return p, nil
}

// next is the token of the page that starts at the keys.
func (p joinedPage) next(j *joined, keys ...any) (string, error) {
	j.mu.Lock()
	missing := j.lacks.text()
	j.mu.Unlock()
	return paging.Token{ReadTime: recordtime.FromTime(j.at.AsTime()), Keys: append([]any{missing}, keys...)}.Encode(p.binding)
}
