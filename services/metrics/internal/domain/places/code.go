package places

import (
	"slices"
	"sync"
)

// byCode files places by their codes; a withdrawn code means its old place only where none has it today.
var byCode = sync.OnceValue(func() map[string]*Place {
	codes := map[string]*Place{}
	for _, withdrawn := range []bool{false, true} {
		for _, p := range table().places {
			all := []string{p.Code, p.Alpha3, p.M49}
			if withdrawn {
				all = p.FormerCodes
			}
			for _, code := range all {
				if _, taken := codes[code]; code != "" && !taken {
					codes[code] = p
				}
			}
		}
	}
	return codes
})

// WithCode returns the place with a code of ISO 3166 or M49, letter for letter.
func WithCode(code string) (Place, bool) {
	p, found := byCode()[code]
	if !found {
		return Place{}, false
	}
	return *p, true
}

// Names are all names of the place, adjectives too.
func (p Place) Names() []string { return slices.Concat([]string{p.Name}, p.Aliases, p.Adjectives) }
