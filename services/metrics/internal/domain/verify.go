package domain

import (
	"errors"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// Mismatch is a span that does not match the text of its version.
type Mismatch struct {
	// Field is the path of the span in the figure, such as "reported.spans[0]".
	Field string
	// Description says what stands there instead.
	Description string
}

// AnchoredIn reports whether every span of the figure was found in the text with this hash.
func (f *Figure) AnchoredIn(sha256 string) bool {
	return f.SourceSHA256 == sha256 && !slices.ContainsFunc(f.spans(), func(at spanAt) bool { return at.span.State != Anchored })
}

// Verify compares every span of a figure on record with the text, which the source must have. If all match, the figure then has them
// anchored, and, where the text is withheld, without the document's words; else the answer says which do not, and the figure is of no use.
func (s SourceText) Verify(f *Figure) []Mismatch {
	var mismatches []Mismatch
	for _, at := range f.spans() {
		var faults errs.Violations
		s.anchor(&faults, spanAt{span: at.span})
		if err := faults.Err(); err != nil {
			mismatches = append(mismatches, Mismatch{Field: at.path, Description: describe(err)})
		}
	}
	s.settle(f)
	return mismatches
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
