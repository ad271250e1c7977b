package domain

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// misprint is a text that is not the words of the span that shows it.
type misprint struct {
	field, text string
	at          spanAt
}

// checkPrinted compares what is said to be printed with the anchored spans that show it, and reports what a figure before it, nil if there
// is none, does not say already.
func (f *Figure) checkPrinted(v *errs.Violations, before *Figure) {
	var said []misprint
	if before != nil {
		said = before.misprints()
	}
	for _, m := range f.misprints() {
		if slices.ContainsFunc(said, m.isSame) {
			continue
		}
		v.Add(m.field, contradictory, "these are not the words of %s: correct one of the two", m.at.path)
		v.Add(m.at.path, contradictory, "its words are not those of %s", m.field)
	}
}

func (m misprint) isSame(other misprint) bool {
	return m.field == other.field && m.text == other.text && m.at.path == other.at.path && m.at.span.isSame(other.at.span)
}

func (f *Figure) misprints() (all []misprint) {
	for path, printed := range f.printedTimes {
		if printed.Span != nil {
			all = append(all, spanAt{path + ".printed.span", printed.Span}.compare(path+".printed.text", printed.Text)...)
		}
	}
	all = append(all, f.Reported.misprints("reported.")...)
	for i := range f.Alternates {
		all = append(all, f.Alternates[i].Reported.misprints(index("alternates", i)+".reported.")...)
	}
	return all
}

// misprints compares each text with the span of its role. A role that several spans have, or none, shows no one text.
func (r *Reported) misprints(prefix string) (all []misprint) {
	if r == nil {
		return nil
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
			all = append(all, shown[0].compare(prefix+printed.field, printed.text)...)
		}
	}
	return all
}

// compare finds a text that is not the words of the span, of which the hash is always known.
func (at spanAt) compare(field, text string) []misprint {
	if at.span.hash() == sourcetext.HashOf(text) {
		return nil
	}
	return []misprint{{field: field, text: text, at: at}}
}
