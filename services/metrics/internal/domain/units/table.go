package units

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"sync"
)

//go:embed atoms.tsv
var atomsTSV string

//go:embed currencies.csv
var currenciesCSV string

//go:embed signs.tsv
var signsTSV string

//go:embed names.tsv
var namesTSV string

//go:embed names_cldr.tsv
var namesCLDR string

//go:embed currency_names.tsv
var currencyNamesTSV string

//go:embed currency_words.tsv
var currencyWordsTSV string

// atom is one atom of UCUM.
type atom struct {
	metric     bool // takes a prefix
	factor     *big.Rat
	definition string
	name       string
	value      measure
}

// tables is everything that the embedded files say.
type tables struct {
	atoms      map[string]*atom
	names      map[vector]string
	currencies map[string]Currency
	// signs are those that leave no doubt, openSigns the others. The names are folded: English ones, and those of other languages.
	signs, openSigns, currencyNames, foreignNames map[string][]string
	// unitNames are UCUM codes by name, namesOf the names and unitShown the one to show by code.
	unitNames, namesOf map[string][]string
	unitShown          map[string]string
	// foreignUnits are the names of units that are of other languages alone.
	foreignUnits map[string]bool
	err          error
}

// table reads the embedded files once. That they have no error is tested, so nobody asks for it in a request.
var table = sync.OnceValue(func() *tables {
	t := &tables{
		atoms: map[string]*atom{}, names: map[vector]string{}, currencies: map[string]Currency{},
		signs: map[string][]string{}, openSigns: map[string][]string{}, currencyNames: map[string][]string{}, foreignNames: map[string][]string{},
		unitNames: map[string][]string{}, namesOf: map[string][]string{}, unitShown: map[string]string{}, foreignUnits: map[string]bool{},
	}
	t.err = t.load()
	return t
})

func (t *tables) load() error {
	if err := t.readAtoms(); err != nil {
		return err
	}
	p := parser{atoms: t.atoms}
	for code := range t.atoms {
		if _, err := p.atom(code, maxNesting); err != nil {
			return fmt.Errorf("atom %s: %w", code, err)
		}
	}
	for _, code := range named {
		m, err := p.parse(code)
		if err != nil {
			return fmt.Errorf("base unit %s: %w", code, err)
		}
		t.names[m.dims] = code
	}
	if err := t.readCurrencies(); err != nil {
		return err
	}
	t.readCurrencyNames()
	if err := t.readUnitNames(namesTSV); err != nil {
		return err
	}
	english := maps.Clone(t.unitNames)
	if err := t.readUnitNames(namesCLDR); err != nil {
		return err
	}
	for name := range t.unitNames {
		_, isEnglish := english[name]
		t.foreignUnits[name] = !isEnglish
	}
	if err := t.readSigns(); err != nil {
		return err
	}
	return t.readForeignNames()
}

func (t *tables) readForeignNames() error {
	for _, fields := range slices.Concat(lines(currencyNamesTSV), lines(currencyWordsTSV)) {
		if len(fields) != 2 {
			return fmt.Errorf("names of currencies: %q", fields)
		}
		codes, found := t.currencyNames[fields[0]] // by an English name, or by their codes
		if !found {
			codes = strings.Split(fields[0], ",")
		}
		for name := range strings.SplitSeq(fields[1], "|") {
			t.foreignNames[name] = codes
		}
	}
	return nil
}

func (t *tables) readSigns() error {
	kinds := map[string]map[string][]string{"sure": t.signs, "open": t.openSigns, "name": t.currencyNames}
	for _, fields := range lines(signsTSV) {
		if len(fields) != 3 || kinds[fields[0]] == nil {
			return fmt.Errorf("signs.tsv: %q", fields)
		}
		codes := kinds[fields[0]]
		codes[fields[1]] = append(codes[fields[1]], strings.Split(fields[2], ",")...)
	}
	return nil
}

func (t *tables) readAtoms() error {
	for _, fields := range lines(atomsTSV) {
		factor, ok := new(big.Rat).SetString(fields[2])
		if len(fields) != 5 || !ok || factor.Sign() <= 0 {
			return fmt.Errorf("atoms.tsv: %q", fields)
		}
		t.atoms[fields[0]] = &atom{metric: fields[1] == "1", factor: factor, definition: fields[3], name: fields[4]}
	}
	for i, code := range dimensions {
		base := &atom{factor: big.NewRat(1, 1)}
		base.value = measure{factor: base.factor}
		base.value.dims[i] = 1
		if code == "kg" { // the prefixed unit is the base, so the gram is what the table has
			t.atoms["g"].value = measure{factor: t.atoms["g"].factor, dims: base.value.dims}
			continue
		}
		t.atoms[code].value = base.value
	}
	return nil
}

func (t *tables) readCurrencies() error {
	rows, err := csv.NewReader(strings.NewReader(currenciesCSV)).ReadAll()
	if err != nil {
		return err
	}
	for _, row := range rows[1:] {
		t.currencies[row[0]] = Currency{
			Code: row[0], Numeric: row[1], MinorUnit: row[2], Withdrawn: row[3], Name: row[4], Plural: row[5], ValidFrom: row[6], ValidTo: row[7],
		}
	}
	return nil
}

// lines splits tab-separated text and leaves comments out.
func lines(text string) (rows [][]string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			rows = append(rows, strings.Split(line, "\t"))
		}
	}
	return rows
}
