package domain

import (
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// checkPrinted compares what is said to be printed with the anchored spans that show it.
func (f *Figure) checkPrinted(v *errs.Violations) {
	if printed := f.Period.Printed; printed != nil && printed.Span != nil {
		spanAt{"time_period.printed.span", printed.Span}.compare(v, "time_period.printed.text", printed.Text)
	}
	f.Reported.checkPrinted(v, "reported.")
	for i := range f.Alternates {
		f.Alternates[i].Reported.checkPrinted(v, index("alternates", i)+".reported.")
	}
}

// checkPrinted compares each text with the span of its role. A role that several spans have, or none, shows no one text.
func (r *Reported) checkPrinted(v *errs.Violations, prefix string) {
	if r == nil {
		return
	}
	for _, printed := range []struct{ field, text, role string }{
		{"text", r.Text, "CONTENT"}, {"number_text", r.NumberText, "NUMBER"}, {"unit_symbol", r.UnitSymbol, "UNIT"},
	} {
		var shown []spanAt
		for _, at := range r.spans(prefix) {
			if at.span.Role == printed.role {
				shown = append(shown, at)
			}
		}
		if len(shown) == 1 && printed.text != "" {
			shown[0].compare(v, prefix+printed.field, printed.text)
		}
	}
}

// compare refuses a text that is not the words of the span, of which the hash is always known.
func (at spanAt) compare(v *errs.Violations, field, text string) {
	if at.span.SHA256 == sourcetext.HashOf(text) {
		return
	}
	v.Add(field, contradictory, "these are not the words of %s: correct one of the two", at.path)
	v.Add(at.path, contradictory, "its words are not those of %s", field)
}
