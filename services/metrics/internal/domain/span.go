package domain

// AnchorState says whether the words of a span were compared with the text of the document version.
type AnchorState string

// The states.
const (
	Anchored   AnchorState = "ANCHORED"
	Unverified AnchorState = "UNVERIFIED"
)

// Span is a passage of the figure's document version. Offsets count Unicode code points, half-open.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
	// Exact are the words; "" where they are withheld or only their hash is known.
	Exact string `json:"exact,omitempty"`
	// SHA256 is the hash of the words in UTF-8, in hexadecimal.
	SHA256 string `json:"sha256"`
	Prefix string `json:"prefix,omitempty"`
	Suffix string `json:"suffix,omitempty"`
	// Role is CONTENT, NUMBER, UNIT, HEDGE, OBJECT or "".
	Role  string      `json:"role,omitempty"`
	State AnchorState `json:"state"`
}

// spanAt is a span with its path in the figure.
type spanAt struct {
	path string
	span *Span
}

// spans returns every span of the figure.
func (f *Figure) spans() (all []spanAt) {
	if f.Period.Printed != nil && f.Period.Printed.Span != nil {
		all = append(all, spanAt{"time_period.printed.span", f.Period.Printed.Span})
	}
	all = append(all, f.Reported.spans("reported.")...)
	for i := range f.Alternates {
		all = append(all, f.Alternates[i].Reported.spans(index("alternates", i)+".reported.")...)
	}
	for i := range f.Claims {
		if f.Claims[i].Span != nil {
			all = append(all, spanAt{index("comparison_claims", i) + ".span", f.Claims[i].Span})
		}
	}
	return all
}

func (r *Reported) spans(prefix string) (all []spanAt) {
	if r == nil {
		return nil
	}
	for i := range r.Spans {
		all = append(all, spanAt{prefix + index("spans", i), &r.Spans[i]})
	}
	return all
}

// HasSpans reports whether the figure has any span.
func (f *Figure) HasSpans() bool { return len(f.spans()) > 0 }
