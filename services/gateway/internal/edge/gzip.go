package edge

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// minCompress is the size, in bytes, from which compression pays.
const minCompress = 1 << 10

var writers = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}

// pays says whether an answer gets smaller enough by compression.
func pays(header http.Header, body []byte) bool {
	return len(body) >= minCompress && header["Content-Encoding"] == nil && compressible(first(header[contentType]))
}

// varies says that an answer may come compressed. Small ones never do, but the 304 of
// an answer does not know how large that is, and must say the same.
func varies(header http.Header) {
	if !compressible(first(header[contentType])) {
		return
	}
	switch by := header[vary]; {
	case len(by) == 0:
		header[vary] = byEncoding
	case len(by) == 1 && by[0] == "Accept":
		header[vary] = byFormAndEncoding
	case !slices.ContainsFunc(by, func(field string) bool { return strings.Contains(field, acceptEncoding) }):
		header.Add(vary, acceptEncoding)
	}
}

// What nearly all answers vary by. Both are set without a copy: whoever adds to one gets
// a new one, because it is full.
var byEncoding, byFormAndEncoding = []string{acceptEncoding}, []string{"Accept, " + acceptEncoding}

const acceptEncoding = "Accept-Encoding"

func compressed(body []byte) []byte {
	var out bytes.Buffer
	writer, _ := writers.Get().(*gzip.Writer)
	defer writers.Put(writer)
	writer.Reset(&out)
	_, _ = writer.Write(body) // a buffer takes all
	_ = writer.Close()
	return out.Bytes()
}

func compressible(contentType string) bool {
	mediaType, _, _ := strings.Cut(contentType, ";")
	mediaType = strings.TrimSpace(mediaType)
	switch mediaType {
	case "text/event-stream":
		return false // is sent piece by piece
	case "application/json", "application/javascript":
		return true
	}
	return strings.HasPrefix(mediaType, "text/") ||
		strings.HasSuffix(mediaType, "+json") || strings.HasSuffix(mediaType, "+xml") || strings.HasSuffix(mediaType, "+csv")
}

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3). "*" is every coding that
// is not named.
func acceptsGzip(fields []string) bool {
	accepts := false
	for _, field := range fields {
		for item := range strings.SplitSeq(field, ",") {
			coding, parameters, _ := strings.Cut(item, ";")
			coding = strings.TrimSpace(coding)
			named := strings.EqualFold(coding, "gzip")
			if !named && coding != "*" {
				continue
			}
			_, quality, weighted := strings.Cut(parameters, "=")
			accepts = !weighted || strings.Trim(strings.TrimSpace(quality), "0.") != "" // q=0 and its spellings refuse
			if named {
				return accepts
			}
		}
	}
	return accepts
}
