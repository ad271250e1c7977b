package formats

import (
	"cmp"
	"mime"
	"slices"
	"strconv"
	"strings"
)

// Parameter is the query parameter that chooses a format; it comes before Accept.
const Parameter = "format"

// Format is a form of an answer, by its name in the parameter.
type Format string

// The formats.
const (
	// JSON is the answer as ProtoJSON.
	JSON Format = "json"
	// Rows is a JSON array of flat objects with equal keys.
	Rows Format = "rows"
	// CSV is the same as CSV (RFC 4180), UTF-8, lines ending in LF.
	CSV Format = "csv"
	// CSVW is the metadata of the CSV: what its columns are, sources, licences.
	CSVW Format = "csvw"
	// SDMX is SDMX-CSV 2.0.
	SDMX Format = "sdmx-csv"
	// SDMXJSON is the data message of SDMX-JSON 2.0.
	SDMXJSON Format = "sdmx-json"
	// SVG is a drawing.
	SVG Format = "svg"
	// JSONLD is JSON-LD in the terms of schema.org and of Web Annotations.
	JSONLD Format = "jsonld"
	// Text is plain text for people.
	Text Format = "text"
	// CSL is an item of CSL-JSON, for reference managers.
	CSL Format = "csl"
	// ZIP is a ZIP file.
	ZIP Format = "zip"
	// Events is a stream of server-sent events.
	Events Format = "events"
)

// All lists the formats of a query of a metric in the order in which they are
// preferred.
func All() []Format { return []Format{JSON, CSV, SDMX, SDMXJSON, SVG, CSVW, Rows} }

// Parse finds one of some formats by its name; ok says that there is one.
func Parse(name string, of []Format) (f Format, ok bool) {
	f = Format(name)
	return f, slices.Contains(of, f)
}

// contentTypes are what the answers are called.
var contentTypes = map[Format]string{
	JSON: "application/json", Rows: "application/json", CSV: "text/csv; charset=utf-8; header=present", CSVW: "application/csvm+json",
	SDMX: "application/vnd.sdmx.data+csv; version=2.0.0; charset=utf-8", SDMXJSON: "application/vnd.sdmx.data+json; version=2.0.0", SVG: "image/svg+xml",
	JSONLD: "application/ld+json", ZIP: "application/zip", Events: "text/event-stream",
	Text: "text/plain; charset=utf-8", CSL: "application/vnd.citationstyles.csl+json",
}

// ContentType is what an answer in a format is sent as.
func ContentType(f Format) string { return contentTypes[f] }

// mediaType is what Accept asks for. Rows have none: they are JSON of another shape, and
// only the parameter asks for them.
func mediaType(f Format) string {
	if f == Rows {
		return ""
	}
	plain, _, _ := strings.Cut(contentTypes[f], ";")
	return plain
}

// versions are what the version that Accept asks for begins with, by the media type
// that has versions: the message of SDMX-JSON is not the same in all of version 2.
var versions = map[string]string{mediaType(SDMX): "2.", mediaType(SDMXJSON): "2.0"}

// maxRanges bounds how much of an Accept header is read.
const maxRanges = 64

// Negotiate chooses one of some formats by Accept (RFC 9110, section 12.5.1): the
// highest quality, of equals the most exactly named, then their order. ok is false if
// the header takes none. No header takes the first.
func Negotiate(accept []string, of []Format) (f Format, ok bool) {
	header := strings.TrimSpace(strings.Join(accept, ","))
	if header == "" || header == "*/*" {
		return of[0], true
	}
	var best offer
	ranges := readRanges(header)
	for _, format := range of {
		name := mediaType(format)
		if name == "" {
			continue
		}
		if o := judge(name, ranges); o.quality > 0 && o.better(best) {
			best, f, ok = o, format, true
		}
	}
	return f, ok
}

// offer is how much a client wants a type: the quality, and how exactly the range
// that says so names it.
type offer struct {
	quality float64
	exact   int
}

func (o offer) better(than offer) bool {
	return cmp.Or(cmp.Compare(o.quality, than.quality), cmp.Compare(o.exact, than.exact)) > 0
}

type mediaRange struct {
	name    string
	quality float64
}

func readRanges(header string) []mediaRange {
	var out []mediaRange
	for part := range strings.SplitSeq(header, ",") {
		if len(out) == maxRanges {
			break
		}
		name, parameters, err := mime.ParseMediaType(part)
		if err != nil {
			continue // what cannot be read takes nothing
		}
		quality := 1.0
		if text, given := parameters["q"]; given {
			if quality, err = strconv.ParseFloat(text, 64); err != nil || !(quality >= 0 && quality <= 1) {
				continue
			}
		}
		if version := parameters["version"]; version != "" && !strings.HasPrefix(version, versions[name]) {
			continue // another version than is served
		}
		out = append(out, mediaRange{name, quality})
	}
	return out
}

// judge takes the most exact range that a type is in.
func judge(mediaType string, ranges []mediaRange) offer {
	best := offer{exact: -1}
	class, _, _ := strings.Cut(mediaType, "/")
	for _, r := range ranges {
		exact := -1
		switch r.name {
		case mediaType:
			exact = 2
		case class + "/*":
			exact = 1
		case "*/*":
			exact = 0
		}
		if exact > best.exact {
			best = offer{r.quality, exact}
		}
	}
	return best
}
