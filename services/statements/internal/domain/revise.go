package domain

// HasDerivedText reports whether the text follows from the passages: it is then
// made anew when they change.
func (s Statement) HasDerivedText() bool { return s.Type == Direct || s.Text == s.words() }

// KeepAnchors returns the statement with the spans that it has in common with one
// that was verified before: where nobody brought the text again, what was verified
// stays so.
func (s Statement) KeepAnchors(before Statement) Statement {
	if s.VersionName() != before.VersionName() {
		return s
	}
	type place struct {
		start, end int
		sum        string
	}
	known := map[place]Span{}
	for _, at := range before.spans() {
		if at.span.Anchored {
			known[place{at.span.Start, at.span.End, at.span.SHA256}] = *at.span
		}
	}
	s = s.clone()
	for _, at := range s.spans() {
		was, found := known[place{at.span.Start, at.span.End, at.span.SHA256}]
		if found && !at.span.Anchored {
			at.span.Anchored, at.span.Prefix, at.span.Suffix = true, was.Prefix, was.Suffix
		}
	}
	return s
}
