// Package units knows what unit codes mean and multiplies amounts out exactly.
//
// Why: a kilometre that silently became a metre, or a dollar a Singapore
// dollar, is the worst thing that a record of figures can do. So a code is
// either one that its standard defines and this package knows, or it is
// refused; factors are exact fractions, and what has no exact factor (degrees,
// logarithmic units, measured constants) is not here.
//
// # UCUM
//
// Units of measure are codes of the Unified Code for Units of Measure (UCUM,
// version 2.1, case-sensitive form, https://ucum.org/ucum). The grammar of its
// section 2 is read in full: prefixes, products with "." and quotients with
// "/", integer exponents, integer factors, parentheses and {annotations}. The
// file atoms.tsv holds the atoms: those of UCUM that news and statistics use
// and whose definition is an exact fraction of base units.
//
// Three decisions differ from UCUM, each towards refusing more:
//
//   - Cel and [degF] have a zero point of their own, and an amount of them may
//     be a temperature or a difference. They stand alone, have no prefix and
//     convert to nothing: their base unit is themselves.
//   - bit is a dimension of its own, as is rad, so that bytes and counts are
//     never added up.
//   - An exponent, also that of a whole product, is at most 30; after 10* and 10^ it is at most 99.
//
// The base unit of a dimension is the one of SI, written in UCUM: m, kg, m2,
// m/s, N, J, W, …; without a dimension it is 1, so 5 % is 0.05. A dimension
// without a name of its own is written as a product of base units.
//
// # ISO 4217
//
// Currencies are the alphabetic codes of ISO 4217, withdrawn ones included:
// old figures stay in old money. Codes, numeric codes, minor units and months
// of withdrawal in the file currencies.csv were derived from
// datasets/currency-codes (https://github.com/datasets/currency-codes,
// data/codes-all.csv, commit ab9b0ae8, Public Domain Dedication and License
// 1.0); names and the first and last date on which a currency was tender
// anywhere from CLDR 47 (https://github.com/unicode-org/cldr-json, commit
// b08a82b5, Unicode License V3, whose notice is in LICENSE-unicode.txt); where
// CLDR has no last date, the month of withdrawal stands there. Currencies have
// no factor between them here: a rate belongs to a date and a source.
//
// # Signs and names
//
// signs.tsv says which currencies a printed sign stands for: CLDR's narrow
// signs and others in common use, those of former money included. names.tsv,
// written by hand, has signs and English names of units of measure. By program
// from CLDR 48.2 (npm packages cldr-units-full and cldr-numbers-full, under the
// same license) are names_cldr.tsv, their long names in 37 languages, and
// currency_names.tsv, the whole names of eight much used currencies: in the
// official languages of the European Union but Irish and Maltese, and in ar, ca,
// fa, hi, id, ja, ko, no, ru, sr, th, tr, uk, vi and zh; those of units in he
// too. A name that another language has for one unit and English for two, such
// as the calorie, is left out. currency_words.tsv, written by hand, has the few
// nouns of money that mean nothing else. A text that stands for several units is
// answered with all of them.
//
// What may go here: codes, names, dimensions and exact factors. Rates, rounding
// and figures belong elsewhere.
package units
