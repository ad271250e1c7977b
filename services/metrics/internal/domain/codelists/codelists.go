package codelists

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed obs_status.tsv
var obsStatusTSV string

//go:embed conf_status.tsv
var confStatusTSV string

// Code is a code of a list.
type Code struct {
	Code string
	// Name says what it means, in English.
	Name string
	// Absent says that an observation with it has no value.
	Absent bool
}

// List is a code list, in the order of its codes. It is immutable.
type List struct{ codes []Code }

// ObsStatus is SDMX CL_OBS_STATUS, version 2.2.
var ObsStatus = sync.OnceValue(func() List { return read(obsStatusTSV) })

// ConfStatus is SDMX CL_CONF_STATUS, version 1.3.
var ConfStatus = sync.OnceValue(func() List { return read(confStatusTSV) })

// Find returns a code of the list.
func (l List) Find(code string) (Code, bool) {
	i, found := slices.BinarySearchFunc(l.codes, code, func(c Code, code string) int { return strings.Compare(c.Code, code) })
	if !found {
		return Code{}, false
	}
	return l.codes[i], true
}

// Codes returns all codes, in order.
func (l List) Codes() []string {
	codes := make([]string, len(l.codes))
	for i, c := range l.codes {
		codes[i] = c.Code
	}
	return codes
}

// read reads an embedded list: lines of code, mark and name. That each is well formed is tested.
func read(text string) (l List) {
	for line := range strings.Lines(text) {
		cells := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if len(cells) == 3 && !strings.HasPrefix(line, "#") {
			l.codes = append(l.codes, Code{Code: cells[0], Absent: cells[1] == "absent", Name: cells[2]})
		}
	}
	slices.SortFunc(l.codes, func(a, b Code) int { return strings.Compare(a.Code, b.Code) })
	return l
}
