package rest

import (
	"net/http"
	"net/url"

	"github.com/onrecord/onrecord/services/gateway/internal/formats"
)

const (
	pageToken = "page_token"
	readTime  = "read_time"
)

// address is the path and the query of the request, as the record sees it, with the
// gateway's own parameters, after a change.
func (e *edits) address(change func(url.Values)) string {
	query := make(url.Values, len(e.parameters)+2)
	for name, values := range e.parameters {
		query[name] = values
	}
	if e.form.asked != "" {
		query.Set(formats.Parameter, string(e.form.asked))
	}
	if e.form.fields != "" {
		query.Set(fieldsParameter, e.form.fields)
	}
	change(query)
	if len(query) == 0 {
		return e.path
	}
	return e.path + "?" + query.Encode()
}

func link(header http.Header, target, relation string) {
	header.Add("Link", "<"+target+`>; rel="`+relation+`"`)
}

// linkPages points from a page of a list to the next and to the first (RFC 8288).
// next is the token of the next page, "" on the last.
func (e *edits) linkPages(header http.Header, next string) {
	if e.op.nextPage == nil || e.op.query[pageToken] == nil {
		return
	}
	if next != "" {
		link(header, e.address(func(query url.Values) { query.Set(pageToken, next) }), "next")
	}
	if e.parameters.Get(pageToken) != "" {
		link(header, e.address(func(query url.Values) { query.Del(pageToken) }), "first")
	}
}

// linkLatest points from one thing as it stood to the same as it stands (RFC
// 5829). The link is there whether or not it changed since: an answer that is
// cached for ever cannot be told later.
func (e *edits) linkLatest(header http.Header) {
	if e.op.timeless {
		link(header, e.address(func(query url.Values) { query.Del(readTime) }), "latest-version")
	}
}
