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
	return len(body) >= minCompress && header.Get("Content-Encoding") == "" && compressible(header.Get("Content-Type"))
}

// compress returns the body as it is sent and says in the headers how.
func compress(header http.Header, r *http.Request, body []byte) []byte {
	if !pays(header, body) {
		return body
	}
	if !slices.Contains(header["Vary"], acceptEncoding) {
		header.Add("Vary", acceptEncoding)
	}
	if !acceptsGzip(r.Header[acceptEncoding]) {
		return body
	}
	header["Content-Encoding"] = gzipCoding
	return compressed(body)
}

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

// acceptsGzip reads Accept-Encoding (RFC 9110, section 12.5.3).
func acceptsGzip(fields []string) bool {
	for _, field := range fields {
		for item := range strings.SplitSeq(field, ",") {
			coding, parameters, _ := strings.Cut(item, ";")
			if !strings.EqualFold(strings.TrimSpace(coding), "gzip") {
				continue
			}
			_, quality, weighted := strings.Cut(parameters, "=")
			if !weighted {
				return true
			}
			return strings.Trim(strings.TrimSpace(quality), "0.") != "" // q=0 and its spellings refuse
		}
	}
	return false
}
