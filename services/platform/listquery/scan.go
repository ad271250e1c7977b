package listquery

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.einride.tech/aip/filtering"

	"github.com/onrecord/onrecord/services/platform/errs"
)

func badFilter(reason, format string, args ...any) *errs.Error {
	return errs.Invalid("filter", reason, format, args...)
}

// scan checks the limits of a filter before it is parsed, so that no text can
// make the parser recurse deep or work long. It also refuses what the parser
// would read in a surprising way (010 as octal), and returns the filter with
// white space where the parser wants it and nowhere else.
func scan(text string) (string, error) {
	if !utf8.ValidString(text) {
		return "", badFilter("FILTER_MALFORMED", "not valid UTF-8")
	}
	if n := utf8.RuneCountInString(text); n > MaxFilterLength {
		return "", badFilter("FILTER_TOO_LONG", "%d characters, the limit is %d", n, MaxFilterLength)
	}
	s := scanner{}
	var lexer filtering.Lexer
	lexer.Init(text)
	for {
		token, err := lexer.Lex()
		if errors.Is(err, io.EOF) {
			return s.out.String(), nil
		}
		if err != nil {
			return "", badFilter("FILTER_MALFORMED", "a string that begins at character %d does not end", characters(text, lexer.Position()))
		}
		if err := s.add(token); err != nil {
			return "", err
		}
	}
}

func characters(text string, position filtering.Position) int {
	return utf8.RuneCountInString(text[:position.Offset]) + 1
}

// scanner rewrites the tokens of a filter.
type scanner struct {
	out                strings.Builder
	last               filtering.TokenType // without white space
	space              bool                // white space stands before the next token
	depth, comparisons int
}

func (s *scanner) add(token filtering.Token) error {
	if token.Type == filtering.TokenTypeWhitespace {
		s.space = true
		return nil
	}
	if err := s.check(token); err != nil {
		return err
	}
	if s.out.Len() > 0 && s.wantsSpace(token.Type) {
		s.out.WriteByte(' ')
	}
	s.out.WriteString(token.Value)
	s.last, s.space = token.Type, false
	return nil
}

func (s *scanner) check(token filtering.Token) error {
	switch t := token.Type; {
	case t == filtering.TokenTypeLeftParen:
		if !s.space && s.last == filtering.TokenTypeText {
			return badFilter("FILTER_FUNCTION", "functions are not supported")
		}
		if s.depth++; s.depth > MaxDepth {
			return badFilter("FILTER_TOO_DEEP", "parentheses are nested deeper than %d", MaxDepth)
		}
	case t == filtering.TokenTypeRightParen:
		s.depth--
	case t.IsComparator():
		if s.comparisons++; s.comparisons > MaxComparisons {
			return badFilter("FILTER_TOO_COMPLEX", "more than %d comparisons", MaxComparisons)
		}
	case t == filtering.TokenTypeHexNumber, t == filtering.TokenTypeNumber && s.last != filtering.TokenTypeDot:
		return checkInteger(token.Value)
	}
	return nil
}

// checkInteger refuses what the parser would read as octal or hexadecimal, or
// not at all.
func checkInteger(text string) error {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != text {
		return badFilter("FILTER_VALUE_INVALID",
			"%s is not a plain integer of 64 bits: decimals are written in quotes, integers without leading zeros", excerpt(text))
	}
	return nil
}

// wantsSpace puts one space where there was white space, except just inside
// parentheses and around operators; and around a keyword that a parenthesis
// touches, as in NOT(…).
func (s *scanner) wantsSpace(next filtering.TokenType) bool {
	switch {
	case s.last == filtering.TokenTypeLeftParen, next == filtering.TokenTypeRightParen:
		return false
	case s.last.IsComparator(), next.IsComparator():
		return false
	case s.last.IsKeyword() && next == filtering.TokenTypeLeftParen,
		s.last == filtering.TokenTypeRightParen && next.IsKeyword():
		return true
	default:
		return s.space
	}
}
