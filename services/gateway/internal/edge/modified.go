package edge

import "net/http"

// unmodifiedSince reports whether a reader who asks with If-Modified-Since has the
// newest answer (RFC 9110, section 13.1.3). It goes by the Last-Modified of the
// answer: one that has none is sent whole.
func unmodifiedSince(asked, header http.Header) bool {
	since := asked.Get("If-Modified-Since")
	if since == "" {
		return false
	}
	modified, err := http.ParseTime(header.Get("Last-Modified"))
	if err != nil {
		return false
	}
	at, err := http.ParseTime(since)
	return err == nil && !modified.After(at)
}
