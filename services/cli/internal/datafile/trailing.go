package datafile

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// Trailing finds what had not come yet when a file was made, and where it has 0 or
// nothing: the last of Columns that have it in all rows with one text in By. A row by itself
// does not say it: its 0 may be one. So the file is read twice.
type Trailing struct {
	// By is the column of the years.
	By string `yaml:"by"`
	// Columns are those of the parts of a year, in the order of time, and Totals those of
	// their sums: of a year that is not at its end the sum is none.
	Columns []string `yaml:"columns"`
	Totals  []string `yaml:"totals"`
	// Witness says by their cells which rows have 0 for nothing that has come, such as the
	// total of the world. A year without them whose last columns are 0 is taken as it
	// stands if the file has a number of a later one, and its zeros are refused otherwise.
	Witness map[string]string `yaml:"witness"`
}

// check says what is wrong with a rule, for people; "" if nothing is.
func (t *Trailing) check(rule *Missing) string {
	named := append(slices.Clone(t.Columns), t.Totals...)
	slices.Sort(named)
	switch {
	case len(rule.Columns) > 0 || rule.Value != "":
		return "trailing has its own columns, and its values are 0"
	case t.By == "" || len(t.Columns) == 0 || len(t.Witness) == 0:
		return "trailing: want by, columns and witness"
	case len(slices.Compact(slices.Clone(named))) < len(named):
		return "trailing names a column twice"
	}
	return ""
}

// quotes says that it reads the cells of a column that has no values.
func (t *Trailing) quotes(name string) bool {
	if t == nil {
		return false
	}
	_, witness := t.Witness[name]
	return witness || name == t.By
}

// ends are, by their numbers, the rules for which it has to be known how far years go.
func (m *Mapping) ends() map[int]*ends {
	all := map[int]*ends{}
	for i, missing := range m.Missing {
		if missing.Trailing != nil {
			all[i] = &ends{rule: missing.Trailing, years: map[string]*end{}}
		}
	}
	return all
}

// trailing refuses a rule that names columns which a table has not, or not as values.
func (h *header) trailing(i int, rule *Trailing) *fault {
	if rule == nil {
		return nil
	}
	for _, name := range append(slices.Sorted(maps.Keys(rule.Witness)), rule.By) {
		if !h.has(name) {
			return &fault{MissingColumn, name, fmt.Sprintf("trailing of missing[%d] of the mapping names the column %q, and the file has none", i, name)}
		}
	}
	for _, name := range append(slices.Clone(rule.Columns), rule.Totals...) {
		if !slices.ContainsFunc(h.columns, func(one column) bool { return one.name == name && one.group > 0 }) {
			return &fault{MissingColumn, name, fmt.Sprintf("trailing of missing[%d] of the mapping names the column %q, which is in no group of values", i, name)}
		}
	}
	return nil
}

// ends are how far the years of a file go.
type ends struct {
	rule  *Trailing
	years map[string]*end
	// newest is the last year that has a number.
	newest string
}

// end is how far a year goes: the number of its columns up to the last that has a number,
// in all rows, and in those of witnesses; below zero if there are none.
type end struct{ all, witnessed int }

var zero = regexp.MustCompile(`^[+-]?(0+[.,]?0*|[.,]0+)$`)

// blank says that a value may stand for what has not come.
func blank(value string) bool { return value == "" || zero.MatchString(value) }

// later says that a year comes after another: of numbers, the greater.
func later(year, than string) bool {
	return cmp.Or(cmp.Compare(len(year), len(than)), strings.Compare(year, than)) > 0
}

// survey reads all rows, to know how far their years go, and begins again.
func (t *tableReader) survey(file *twice, delimiter rune) error {
	for {
		var err error
		t.record, err = t.records.next()
		_, refused := errors.AsType[*interchange.RowError](err)
		switch {
		case errors.Is(err, io.EOF):
			return t.again(file, delimiter)
		case refused, err == nil && t.shape() != nil: // it is said when it is read again
			continue
		case err != nil:
			return err
		}
		for i, one := range t.ends {
			if t.says(t.mapping.Missing[i].When) {
				one.see(t)
			}
		}
	}
}

// again goes to the first row.
func (t *tableReader) again(file *twice, delimiter rune) error {
	if err := file.again(); err != nil {
		return err
	}
	t.records = newRecords(file, delimiter)
	_, err := headerRow(t.records, t.mapping)
	return err
}

// see takes note of a row.
func (e *ends) see(t *tableReader) {
	year := t.cell(e.rule.By)
	if year == "" {
		return
	}
	one := e.years[year]
	if one == nil {
		one = &end{witnessed: -1}
		e.years[year] = one
	}
	reach := 0
	for i, name := range e.rule.Columns {
		cells := values{part{fixedPart, idValue}: t.cell(name)}
		t.flags(cells)
		if !blank(cells.fixed(idValue)) {
			reach = i + 1
		}
	}
	one.all = max(one.all, reach)
	if t.says(e.rule.Witness) {
		one.witnessed = max(one.witnessed, reach)
	}
	if reach > 0 && later(year, e.newest) {
		e.newest = year
	}
}

// open says that a value of a column stands for what had not come yet.
func (e *ends) open(year, column, value string) (bool, *fault) {
	at, total := slices.Index(e.rule.Columns, column), slices.Contains(e.rule.Totals, column)
	if year == "" || at < 0 && !total {
		return false, nil
	}
	one := e.years[year]
	reach := one.all
	if one.witnessed >= 0 {
		reach = one.witnessed
	}
	switch {
	case total && reach == len(e.rule.Columns), !total && (at < reach || !blank(value)):
		return false, nil
	case one.witnessed == one.all:
		return true, nil
	case value == "", one.witnessed < 0 && later(e.newest, year):
		return false, nil
	}
	return false, &fault{AmbiguousZero, e.rule.By, fmt.Sprintf(
		"of %s the last columns are 0, and %s: whether they had come cannot be told. Import it together with that row; or in a mapping of your own say by when and columns which zeros stand for none, or leave the rule out if all of them are zeros",
		year, e.unsure(one))}
}

// unsure says why a year cannot be judged.
func (e *ends) unsure(one *end) string {
	var witness []string
	for _, name := range slices.Sorted(maps.Keys(e.rule.Witness)) {
		witness = append(witness, name+" "+e.rule.Witness[name])
	}
	if one.witnessed < 0 {
		return fmt.Sprintf("it has no row with %s, which trailing of the mapping goes by", strings.Join(witness, " and "))
	}
	return fmt.Sprintf("the row with %s, which trailing of the mapping goes by, has 0 where others have numbers", strings.Join(witness, " and "))
}
