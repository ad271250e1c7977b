package domain

import "github.com/onrecord/onrecord/services/platform/searchtext"

// SearchParts returns the texts that the statement is found by, each in its
// language; a phrase never spans two of them.
func (s Statement) SearchParts() []searchtext.Part {
	var parts []searchtext.Part
	if s.Type != Direct && s.Text != s.words() {
		parts = append(parts, searchtext.Part{Text: s.Text, LanguageCode: s.LanguageCode})
	}
	for _, span := range s.Contents {
		if span.Exact != "" {
			parts = append(parts, searchtext.Part{Text: span.Exact, LanguageCode: s.LanguageCode})
		}
	}
	if s.OriginalText != "" {
		parts = append(parts, searchtext.Part{Text: s.OriginalText, LanguageCode: s.OriginalLanguageCode})
	}
	return parts
}

// IsDeprecated reports whether the statement is of the rank that searches and lists
// leave out.
func (s Statement) IsDeprecated() bool { return s.Rank == Deprecated }
