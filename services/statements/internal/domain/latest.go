package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
)

// Passages are the spans that a statement has in one document version: its own,
// or those of one of its appearances.
type Passages struct {
	Document string // id
	Version  int64
	spans    []fieldSpan
}

// Passages are the statement's own.
func (s Statement) Passages() Passages {
	return Passages{Document: s.Document, Version: s.Version, spans: s.spans()}
}

// Passages are those of the appearance, as fields of it.
func (a Appearance) Passages() Passages {
	in := Statement{Contents: a.Contents, Cue: a.Cue, SourceMentions: a.SourceMentions}
	return Passages{Document: a.Document, Version: a.Version, spans: in.spans()}
}

// Key is the same for passages that are found at the same places in any other
// version: those of one version with the same spans.
func (p Passages) Key() string {
	sum := sha256.New()
	write := func(format string, values ...any) {
		_, _ = fmt.Fprintf(sum, format, values...) // a hash takes everything
	}
	write("%q %d", p.Document, p.Version)
	for _, at := range p.spans {
		write("%q %d %d %q %q %q %q", at.field, at.span.Start, at.span.End, at.span.Exact, at.span.Prefix, at.span.Suffix, at.span.SHA256)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Anchor finds the passages in the text of the finder, which is that of a version.
func (p Passages) Anchor(finder *Finder, version string) VersionAnchor {
	anchor := VersionAnchor{Version: version, State: Anchored, Spans: make([]SpanAnchor, len(p.spans))}
	for i, at := range p.spans {
		place := finder.Find(*at.span)
		anchor.Spans[i] = SpanAnchor{Field: at.field, State: place.State, Start: place.Start, End: place.End}
		if worse(place.State, anchor.State) {
			anchor.State = place.State
		}
	}
	return anchor
}

// severity orders the states of a statement's spans: the statement has the worst.
var severity = []string{Anchored, Moved, Changed, Orphaned, Unverified}

func worse(state, other string) bool {
	return slices.Index(severity, state) > slices.Index(severity, other)
}

// Same reports whether two anchors say the same; either may be nil.
func (a *VersionAnchor) Same(other *VersionAnchor) bool {
	if a == nil || other == nil {
		return a == other
	}
	return a.Version == other.Version && a.State == other.State && slices.Equal(a.Spans, other.Spans)
}

// With is the anchor with what another says of the spans that it has too.
func (a VersionAnchor) With(other VersionAnchor) *VersionAnchor {
	a.State, a.Spans = other.State, slices.Clone(a.Spans)
	for i, span := range a.Spans {
		at := slices.IndexFunc(other.Spans, func(known SpanAnchor) bool { return known.Field == span.Field })
		if at >= 0 {
			a.Spans[i] = other.Spans[at]
		}
	}
	return &a
}
