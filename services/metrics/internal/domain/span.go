package domain

import "github.com/onrecord/onrecord/services/platform/sourcetext"

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

// hash is that of the words, also of a span that an older release stored without it.
func (s *Span) hash() string {
	if s.Exact != "" {
		return sourcetext.HashOf(s.Exact)
	}
	return s.SHA256
}

// Served is the span as it is answered. One of a time that an older release stored was never compared with the text, nor were its words
// left out where the document is withheld: until it is verified its hash stands for them.
func (s Span) Served() Span {
	if s.State == "" {
		return Span{Start: s.Start, End: s.End, SHA256: s.hash(), Role: s.Role, State: Unverified}
	}
	return s
}

// isSame reports whether two spans are one passage, whatever is known of it.
func (s *Span) isSame(other *Span) bool {
	if s == nil || other == nil {
		return s == other
	}
	return s.Start == other.Start && s.End == other.End && s.Role == other.Role && s.hash() == other.hash()
}

// KeepPublishWords keeps the words of origin.publish_time, with what was found of their span, and reports whether they are those of before.
// Without a span they may be any: there is nothing to compare them with.
func (f *Figure) KeepPublishWords(before Figure) bool {
	words, were := f.Origin.publishWords(), before.Origin.publishWords()
	if words.Span == nil && were.Span == nil {
		return true
	}
	if words.Text != were.Text || !words.Span.isSame(were.Span) {
		return false
	}
	f.Origin.PublishTime.Printed = &were
	return true
}

// publishWords are the words of publish_time, none of none.
func (o *Origin) publishWords() Printed {
	if o == nil || o.PublishTime == nil || o.PublishTime.Printed == nil {
		return Printed{}
	}
	return *o.PublishTime.Printed
}

// spanAt is a span with its path in the figure.
type spanAt struct {
	path string
	span *Span
}

// spans returns every span of the figure.
func (f *Figure) spans() (all []spanAt) {
	for path, printed := range f.printedTimes {
		if printed.Span != nil {
			all = append(all, spanAt{path + ".printed.span", printed.Span})
		}
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

// printedTimes are the source's words for each time of the figure, by the path of the time.
func (f *Figure) printedTimes(yield func(path string, printed *Printed) bool) {
	printed := func(path string, time *TimePeriod) bool {
		return time == nil || time.Printed == nil || yield(path, time.Printed)
	}
	if !printed("time_period", &f.Period) || !printed("base_period", f.BasePeriod) || !printed("release_time", f.Release) ||
		f.Origin != nil && !printed("origin.publish_time", f.Origin.PublishTime) {
		return
	}
	for i := range f.Claims {
		path := index("comparison_claims", i)
		if !printed(path+".since", f.Claims[i].Since) || !printed(path+".base_period", f.Claims[i].BasePeriod) {
			return
		}
	}
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
