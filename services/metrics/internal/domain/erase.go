package domain

import (
	"strings"

	"github.com/onrecord/onrecord/services/metrics/internal/domain/numerals"
	"github.com/onrecord/onrecord/services/metrics/internal/domain/units"
	"github.com/onrecord/onrecord/services/platform/edtf"
	"github.com/onrecord/onrecord/services/platform/errs"
)

// EraseWords takes from a revision of a figure what it has of the words of its document, and
// what was said of the revision: the law demands them erased. What the figure says stays, in
// its writer's words: with the numbers also what they count, whose they are and where they are from.
func (f *Figure) EraseWords() {
	f.Reported.eraseWords(f.number())
	for i := range f.Alternates {
		a := &f.Alternates[i]
		a.Reported.eraseWords(number{"value", &a.Value, a.UnitMult, a.Unit})
	}
	for i := range f.Claims {
		claim := &f.Claims[i]
		claim.Scope, claim.Span = "", nil
		claim.Since.eraseWords()
		claim.BasePeriod.eraseWords()
	}
	f.Period.eraseWords()
	f.Release.eraseWords()
	f.BasePeriod.eraseWords()
	if f.Origin != nil {
		f.Origin.PublishTime.eraseWords()
	}
	f.SourceSHA256, f.Comment, f.Note.Comment = "", "", ""
	if f.Retraction != nil {
		f.Retraction.Reason = ""
	}
}

// eraseWords leaves the printed number, and of the texts those that are a numeral, a unit or a
// power of ten: any other may be a clause. A number that would seem to be of another
// amount without them ("3" of 3 dozen, which are 36) goes too.
func (r *Reported) eraseWords(of number) {
	if r == nil {
		return
	}
	r.Text, r.Spans = "", nil
	if n := numerals.Read(r.NumberText); len(n.Numbers) == 0 || n.InWords || n.Multiplier != "" {
		r.NumberText = ""
	}
	if !isUnit(r.UnitSymbol, of.unit) {
		r.UnitSymbol = ""
	}
	if numerals.Powers(r.MultiplierText) == nil {
		r.MultiplierText = ""
	}
	var contradictions errs.Violations
	if checkReported(&contradictions, "", r, of); contradictions.Len() > 0 {
		r.NumberText, r.Value = "", nil
	}
}

// isUnit says whether what is printed is the sign, code or name of a unit: of the figure's own in any language, else in English, since names of
// other languages may be those of people. A code with braces is none: they hold any words.
func isUnit(symbol string, unit units.Unit) bool {
	return units.MayStandFor(symbol, unit) ||
		!strings.ContainsAny(symbol, "{}") && !units.IsForeignName(symbol) && len(units.ResolveText(symbol, edtf.Period{})) > 0
}

func (p *TimePeriod) eraseWords() {
	if p != nil {
		p.Printed = nil
	}
}
