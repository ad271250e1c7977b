package units

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/edtf"
)

// longSign is the length in bytes from which capitals make no difference to a name of a unit: "MW" is not "mW", "Km" may be "km".
const longSign = 4

// Candidate is a unit that a text may mean.
type Candidate struct {
	Unit Unit
	// Name is the English name to show; the code where the tables have none.
	Name string
	// ValidFrom and ValidTo are those of a currency (see Currency).
	ValidFrom, ValidTo string
	// exact says that the text is the unit's own code or a sign that leaves no doubt.
	exact bool
}

// ResolveText returns the units that a sign, a code or a name may mean: "US$", "kr", "km", "Franken". Of currencies only those that
// were in use at some time in a period; without one (the zero Period), those in use now. What the text stands for exactly comes first, the
// rest by code.
func ResolveText(text string, period edtf.Period) []Candidate {
	text = strings.TrimSpace(text)
	candidates := measures(text)
	sure := SignCurrencies(text)
	for _, code := range signCodes(text) {
		c := table().currencies[code]
		if period.EDTF == "" && c.ValidTo != "" || period.EDTF != "" && !c.usedIn(period) {
			continue
		}
		candidates = append(candidates, Candidate{
			Unit: Unit{System: ISO4217, Code: code}, Name: c.Name, ValidFrom: c.ValidFrom, ValidTo: c.ValidTo, exact: slices.Contains(sure, code),
		})
	}
	slices.SortFunc(candidates, func(a, b Candidate) int {
		if a.exact != b.exact {
			if a.exact {
				return -1
			}
			return 1
		}
		return cmp.Or(strings.Compare(a.Unit.Code, b.Unit.Code), strings.Compare(string(a.Unit.System), string(b.Unit.System)))
	})
	return candidates
}

// measures returns the units of measure that a text may mean. What the table of names has is not read as a code as well: nobody prints "ft"
// for a femtotonne.
func measures(text string) (candidates []Candidate) {
	t := table()
	codes := slices.Concat(t.unitNames[text], t.unitNames[longName(text)])
	slices.Sort(codes)
	for _, code := range slices.Compact(codes) {
		candidates = append(candidates, Candidate{Unit: Unit{System: UCUM, Code: code}, Name: t.unitShown[code], exact: code == text})
	}
	if len(candidates) > 0 || strings.Trim(text, "0123456789") == "" {
		return candidates
	}
	if unit := (Unit{System: UCUM, Code: text}); known(unit) {
		candidates = append(candidates, Candidate{Unit: unit, Name: cmp.Or(t.unitShown[text], t.atomName(text), text), exact: true})
	}
	return candidates
}

func known(u Unit) bool {
	_, err := Resolve(u)
	return err == nil
}

func (t *tables) atomName(code string) string {
	if a, found := t.atoms[code]; found {
		return a.name
	}
	return ""
}

// readUnitNames files units under their names. The one to show is the first that is a word.
func (t *tables) readUnitNames(names string) error {
	for _, fields := range lines(names) {
		if len(fields) != 2 {
			return &UnknownError{Message: "names of units: " + strings.Join(fields, " ")}
		}
		code := fields[0]
		for _, name := range strings.Split(fields[1], "|") {
			for _, key := range []string{name, longName(name)} {
				if key != "" && !slices.Contains(t.unitNames[key], code) {
					t.unitNames[key], t.namesOf[code] = append(t.unitNames[key], code), append(t.namesOf[code], key)
				}
			}
			if t.unitShown[code] == "" && len(name) >= longSign {
				t.unitShown[code] = name
			}
		}
		t.unitShown[code] = cmp.Or(t.unitShown[code], code)
	}
	return nil
}

// longName folds a name that is long enough to be no sign; "" for a shorter one.
func longName(name string) string {
	if len(name) < longSign {
		return ""
	}
	return foldName(name)
}
