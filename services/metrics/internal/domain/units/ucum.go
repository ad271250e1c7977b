package units

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

// Limits of the grammar, which UCUM leaves open.
const (
	maxExponent    = maxDimension
	maxTenExponent = 99
	maxNesting     = 8
	maxFactor      = 9 // digits
)

// prefixes are the powers of ten (or two) of UCUM.
var prefixes = map[string]*big.Rat{
	"Q": tens(30), "R": tens(27), "Y": tens(24), "Z": tens(21), "E": tens(18), "P": tens(15),
	"T": tens(12), "G": tens(9), "M": tens(6), "k": tens(3), "h": tens(2), "da": tens(1),
	"d": tens(-1), "c": tens(-2), "m": tens(-3), "u": tens(-6), "n": tens(-9),
	"p": tens(-12), "f": tens(-15), "a": tens(-18), "z": tens(-21), "y": tens(-24), "r": tens(-27), "q": tens(-30),
	"Ki": power(big.NewRat(2, 1), 10), "Mi": power(big.NewRat(2, 1), 20), "Gi": power(big.NewRat(2, 1), 30), "Ti": power(big.NewRat(2, 1), 40),
}

func tens(n int) *big.Rat { return power(big.NewRat(10, 1), n) }

// parseUCUM reads a code with the embedded table.
func parseUCUM(code string) (measure, error) { return parser{atoms: table().atoms}.parse(code) }

// parser reads UCUM terms over a table of atoms.
type parser struct{ atoms map[string]*atom }

func (p parser) parse(code string) (measure, error) {
	if code == "" {
		return measure{}, errors.New("it is empty")
	}
	for i := range len(code) {
		if code[i] < '!' || code[i] > '~' {
			return measure{}, errors.New("a code is of visible ASCII characters")
		}
	}
	m, rest, err := p.term(code, maxNesting)
	if err != nil {
		return measure{}, err
	}
	if rest != "" {
		return measure{}, fmt.Errorf("%q is left over", rest)
	}
	return m, nil
}

// term reads ["/"] component {("." | "/") component}, from left to right, up to the end or a closing parenthesis.
func (p parser) term(s string, depth int) (m measure, rest string, err error) {
	if depth == 0 {
		return measure{}, "", errors.New("it is nested too deeply")
	}
	m = number(big.NewRat(1, 1))
	sign, alone := 1, true
	if strings.HasPrefix(s, "/") {
		sign, s, alone = -1, s[1:], false
	}
	for {
		var c measure
		c, s, err = p.component(s, depth)
		if err != nil {
			return measure{}, "", err
		}
		if c.special != "" && alone && (s == "" || s[0] == ')') {
			return c, s, nil
		}
		if m, err = m.times(c, sign); err != nil {
			return measure{}, "", err
		}
		alone = false
		switch {
		case s == "" || s[0] == ')':
			return m, s, nil
		case s[0] == '.':
			sign = 1
		case s[0] == '/':
			sign = -1
		default:
			return measure{}, "", fmt.Errorf("%q does not follow", s)
		}
		s = s[1:]
	}
}

// component reads "(" term ")", an annotation, a factor or a unit with its exponent and annotation.
func (p parser) component(s string, depth int) (m measure, rest string, err error) {
	switch {
	case s == "":
		return measure{}, "", errors.New("a unit is missing")
	case s[0] == '(':
		m, rest, err = p.term(s[1:], depth-1)
		if err == nil && rest == "" {
			err = errors.New("a parenthesis is not closed")
		}
		if err != nil {
			return measure{}, "", err
		}
		return m, rest[1:], nil
	case s[0] == '{':
		rest, err = annotation(s)
		return number(big.NewRat(1, 1)), rest, err
	}
	symbol, exponent, rest := simpleUnit(s)
	if m, err = p.powered(symbol, exponent, depth); err != nil {
		return measure{}, "", err
	}
	if strings.HasPrefix(rest, "{") {
		rest, err = annotation(rest)
	}
	return m, rest, err
}

// powered evaluates a factor or a symbol with its exponent.
func (p parser) powered(symbol, exponent string, depth int) (measure, error) {
	if symbol == "" {
		return factor(exponent)
	}
	limit := maxExponent
	if symbol == "10*" || symbol == "10^" {
		limit = maxTenExponent
	}
	n := 1
	if exponent != "" {
		var err error
		if n, err = strconv.Atoi(exponent); err != nil || n > limit || n < -limit || n == 0 {
			return measure{}, fmt.Errorf("%q is no exponent from -%d to %d", exponent, limit, limit)
		}
	}
	m, err := p.prefixed(symbol, depth)
	if err != nil || n == 1 {
		return m, err
	}
	return number(big.NewRat(1, 1)).times(m, n)
}

// simpleUnit splits the next symbol and its exponent off. What stands in square brackets belongs to the symbol. An integer factor is an
// exponent without a symbol.
func simpleUnit(s string) (symbol, exponent, rest string) {
	end := 0
	if strings.HasPrefix(s, "10*") || strings.HasPrefix(s, "10^") {
		end = len("10*")
	} else {
		bracket := false
		for end < len(s) && (bracket || !strings.ContainsRune("+-0123456789./(){}", rune(s[end]))) {
			bracket = s[end] == '[' || bracket && s[end] != ']'
			end++
		}
	}
	symbol, s = s[:end], s[end:]
	end = 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || end == 0 && (s[0] == '+' || s[0] == '-')) {
		end++
	}
	return symbol, s[:end], s[end:]
}

func factor(digits string) (measure, error) {
	if digits == "" || len(digits) > maxFactor || digits[0] < '1' || digits[0] > '9' {
		return measure{}, errors.New("a unit is missing, or a factor is no positive integer")
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return measure{}, err
	}
	return number(big.NewRat(n, 1)), nil
}

// prefixed finds a symbol as an atom or as a prefix and a metric atom.
func (p parser) prefixed(symbol string, depth int) (measure, error) {
	if _, found := p.atoms[symbol]; found {
		return p.atom(symbol, depth)
	}
	for n := 2; n >= 1; n-- { // "da" before "d"
		if len(symbol) <= n {
			continue
		}
		prefix, isPrefix := prefixes[symbol[:n]]
		unit, isAtom := p.atoms[symbol[n:]]
		if !isPrefix || !isAtom || !unit.metric {
			continue
		}
		m, err := p.atom(symbol[n:], depth)
		if err != nil {
			return measure{}, err
		}
		m.factor = new(big.Rat).Mul(prefix, m.factor)
		return m, nil
	}
	return measure{}, fmt.Errorf("%q is no unit", symbol)
}

// atom evaluates an atom. The table is evaluated completely when it is loaded; afterwards this only reads.
func (p parser) atom(code string, depth int) (measure, error) {
	a := p.atoms[code]
	switch {
	case a.value.factor != nil:
	case a.definition == "special":
		a.value = measure{factor: a.factor, special: code}
	default:
		if depth == 0 {
			return measure{}, errors.New("its definition does not end")
		}
		m, rest, err := p.term(a.definition, depth-1)
		if err != nil || rest != "" {
			return measure{}, fmt.Errorf("definition %q: %w", a.definition, err)
		}
		m.factor.Mul(m.factor, a.factor)
		a.value = m
	}
	return a.value, nil
}

// annotation drops {…}, which has no meaning to UCUM.
func annotation(s string) (rest string, err error) {
	end := strings.IndexByte(s, '}')
	if end < 0 || strings.ContainsRune(s[1:end], '{') {
		return "", errors.New("an annotation is not closed")
	}
	return s[end+1:], nil
}
