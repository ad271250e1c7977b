package units

import (
	"slices"
	"strings"
)

// Currency is a row of ISO 4217.
type Currency struct {
	// Code is the alphabetic code, Numeric the numeric one of three digits ("" for a few withdrawn funds).
	Code, Numeric string
	// MinorUnit is the number of decimals in use, "" where there is none (gold, withdrawn money).
	MinorUnit string
	// Withdrawn is when the code was withdrawn, as the standard words it ("2002-03", "1989 to 1990"); "" while it is in use.
	Withdrawn string
	// Name is the English name of one of it, Plural that of several where it does not just end in s.
	Name, Plural string
	// ValidFrom and ValidTo are the first and the last date on which it was legal tender anywhere (EDTF). ValidFrom is "" where that is not
	// known or it is no tender, such as a unit of account; ValidTo is "" while it is valid.
	ValidFrom, ValidTo string
}

// LookupCurrency returns the currency of an alphabetic code.
func LookupCurrency(code string) (Currency, bool) {
	c, found := table().currencies[code]
	return c, found
}

// SignCurrencies returns the codes of the currencies that a printed sign stands for: "US$", "€", or a code itself. It has an entry only
// for signs that leave no doubt; "$" alone is in use for more than twenty currencies and gives nothing. Candidates answers those too.
func SignCurrencies(sign string) []string {
	if codes, found := table().signs[together(sign)]; found {
		return slices.Clone(codes)
	}
	if _, found := table().currencies[sign]; found {
		return []string{sign}
	}
	return nil
}

// together writes a sign without white space: "US $".
func together(sign string) string { return strings.Join(strings.Fields(sign), "") }
