package licence

import (
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/google/licensecheck"
)

// permissive are the licences, by SPDX identifier, that ask for nothing but to be
// named and passed on. All else needs a decision by a person.
var permissive = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "Unlicense", "Zlib"}

// covered is how much of a licence file must be the words of a known licence, in
// percent: what is beside them is the holder's name, or something to be read by
// a person.
const covered = 75

// Check says of every module which of its licences is neither permissive nor
// decided upon; nil when there is none. shipped holds for the modules of a
// program, where decisions about tools of the tests do not count.
func Check(modules []Module, shipped bool) error {
	var all []error
	for _, m := range modules {
		all = append(all, m.check(shipped))
	}
	return errors.Join(all...)
}

// Unused are the decisions that none of the modules needs.
func Unused(modules []Module) error {
	var all []error
	for _, d := range decisions {
		needed := slices.ContainsFunc(modules, func(m Module) bool {
			return m.Path == d.module && slices.ContainsFunc(m.Files, func(f File) bool { return f.Name == d.file && len(f.faults()) > 0 })
		})
		if !needed {
			all = append(all, fmt.Errorf("%s: the decision about %s is of no use any more", d.module, d.file))
		}
	}
	return errors.Join(all...)
}

func (m Module) check(shipped bool) error {
	licences := 0
	var all []error
	for _, f := range m.Files {
		if !f.isLicence() {
			continue
		}
		licences++
		if m.decided(f, shipped) {
			continue
		}
		for _, fault := range f.faults() {
			all = append(all, fmt.Errorf("%s@%s: %s: %s", m.Path, m.Version, f.Name, fault))
		}
	}
	if licences == 0 {
		return fmt.Errorf("%s@%s: no licence was found", m.Path, m.Version)
	}
	return errors.Join(all...)
}

func (m Module) decided(f File, shipped bool) bool {
	return slices.ContainsFunc(decisions, func(d decision) bool {
		return d.module == m.Path && d.file == f.Name && (!d.testsOnly || !shipped)
	})
}

func (f File) faults() []string {
	scan := licensecheck.Scan(f.Text)
	if scan.Percent < covered {
		return []string{fmt.Sprintf("only %.0f %% of it is known words of licences", scan.Percent)}
	}
	var faults []string
	for _, match := range scan.Match {
		if !slices.Contains(permissive, match.ID) {
			faults = append(faults, match.ID+" is not among the permissive licences")
		}
	}
	return faults
}

// A notice names holders, and a grant of patents gives a right more: neither is
// a licence.
var noLicence = regexp.MustCompile(`(?i)(^|/)(notice|patents|copyright)([._-][^/]*)?$`)

func (f File) isLicence() bool { return !noLicence.MatchString(f.Name) }
