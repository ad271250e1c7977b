package domain

import (
	"errors"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Mismatch is a span that does not match the text of its version.
type Mismatch struct {
	// Field is the path of the span in the statement, such as "contents[0]".
	Field string
	// Description says what stands there instead.
	Description string
}

// Anchored reports whether every span of the statement was found in the text.
func (s Statement) Anchored() bool {
	return !slices.ContainsFunc(s.spans(), func(at fieldSpan) bool { return !at.span.Anchored })
}

// Verify compares every span of a statement on record with the text of its
// version, which source must have. If all match, the answer is the statement
// with all of them anchored, and, where the text is withheld, without the words
// that may not be kept; else it says which do not.
func (s Statement) Verify(source Source, withheld bool) (Statement, []Mismatch) {
	var mismatches []Mismatch
	s = s.clone()
	for _, at := range s.spans() {
		var faults errs.Violations
		source.anchor(at.span, "", &faults)
		if err := faults.Err(); err != nil {
			mismatches = append(mismatches, Mismatch{Field: at.field, Description: describe(err)})
		}
	}
	if withheld {
		s.withhold()
	}
	return s, mismatches
}

// verifyAppearances is Verify for the appearances on the version of a name.
func (s Statement) verifyAppearances(version string, source Source, withheld bool) (verified Statement, mismatches []Mismatch) {
	s.Appearances = slices.Clone(s.Appearances)
	for i := range s.Appearances {
		a := &s.Appearances[i]
		if a.VersionName() != version {
			continue
		}
		as, faults := Statement{
			Type: s.Type, Contents: a.Contents, Cue: a.Cue, SourceMentions: a.SourceMentions,
		}.Verify(source, withheld)
		a.Contents, a.Cue, a.SourceMentions = as.Contents, as.Cue, as.SourceMentions
		for _, fault := range faults {
			mismatches = append(mismatches, Mismatch{indexed("appearances", i) + "." + fault.Field, fault.Description})
		}
	}
	return s, mismatches
}

// AnchoredOn reports whether every span of the statement and its appearances on the
// version of a name was found in the text.
func (s Statement) AnchoredOn(version string) bool {
	if s.VersionName() == version && !s.Anchored() {
		return false
	}
	return !slices.ContainsFunc(s.Appearances, func(a Appearance) bool {
		as := Statement{Contents: a.Contents, Cue: a.Cue, SourceMentions: a.SourceMentions}
		return a.VersionName() == version && !as.Anchored()
	})
}

// VerifyOn is Verify for the spans that the statement and its appearances have on
// the version of a name.
func (s Statement) VerifyOn(version string, source Source, withheld bool) (Statement, []Mismatch) {
	verified, mismatches := s.verifyAppearances(version, source, withheld)
	if s.VersionName() != version {
		return verified, mismatches
	}
	verified, own := verified.Verify(source, withheld)
	return verified, slices.Concat(own, mismatches)
}

// describe joins what the violations of one span say.
func describe(err error) string {
	var refused *errs.Error
	if !errors.As(err, &refused) {
		return err.Error()
	}
	parts := make([]string, len(refused.Violations))
	for i, violation := range refused.Violations {
		parts[i] = violation.Description
	}
	return strings.Join(parts, "; ")
}
