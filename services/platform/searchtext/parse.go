package searchtext

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of a query.
const (
	// MaxQueryLength is the greatest length of a query in code points.
	MaxQueryLength = 1024
	// MaxTerms is the greatest number of terms.
	MaxTerms = 32
	// MaxQueryTokens is the greatest number of tokens in all terms together. It bounds the work of matching a long phrase.
	MaxQueryTokens = 256
)

// Reason says which rule a query broke. The values are stable and can be shown to API callers.
type Reason string

// The reasons a query can be refused for.
const (
	// InvalidUTF8 means the bytes are not UTF-8.
	InvalidUTF8 Reason = "INVALID_UTF8"
	// QueryTooLong means more than MaxQueryLength code points.
	QueryTooLong Reason = "QUERY_TOO_LONG"
	// TooManyTerms means more than MaxTerms terms or MaxQueryTokens tokens.
	TooManyTerms Reason = "TOO_MANY_TERMS"
	// EmptyQuery means the query has no word.
	EmptyQuery Reason = "EMPTY_QUERY"
	// OnlyExclusions means every term is excluded, which would match nearly everything.
	OnlyExclusions Reason = "ONLY_EXCLUSIONS"
	// UnterminatedPhrase means a quotation mark has no partner.
	UnterminatedPhrase Reason = "UNTERMINATED_PHRASE"
	// EmptyTerm means a phrase, a prefix or an exclusion without a word in it.
	EmptyTerm Reason = "EMPTY_TERM"
	// MisplacedStar means a * that does not end a word or phrase.
	MisplacedStar Reason = "MISPLACED_STAR"
)

// QueryError reports a query that ParseQuery refuses.
type QueryError struct {
	Reason Reason
	// Position is where the fault begins, in code points from 0.
	Position int
	Message  string
}

// Error returns the message with the position.
func (e *QueryError) Error() string {
	return fmt.Sprintf("%s (at character %d)", e.Message, e.Position)
}

func refuse(reason Reason, position int, message string) error {
	return &QueryError{Reason: reason, Position: position, Message: message}
}

// ParseQuery reads a query: words, "phrases", prefix* and exclusions with a leading hyphen (-word, -"a phrase",
// -prefix*). All terms must occur. A word that makes several tokens (state-run, 3.5, a word of Han characters) is a
// phrase of them. AND, OR and NOT are ordinary words. Punctuation that stands alone is passed over, unless quoted,
// starred or excluded. Errors are *QueryError.
func ParseQuery(s string) (Query, error) {
	if !utf8.ValidString(s) {
		return Query{}, refuse(InvalidUTF8, 0, "the query is not valid UTF-8")
	}
	runes := []rune(s)
	if len(runes) > MaxQueryLength {
		return Query{}, refuse(QueryTooLong, MaxQueryLength, fmt.Sprintf("a query has at most %d characters", MaxQueryLength))
	}
	p := parser{runes: runes}
	for p.skipSpace() {
		if err := p.term(); err != nil {
			return Query{}, err
		}
	}
	return p.finish()
}

type parser struct {
	runes  []rune
	at     int
	terms  []Term
	tokens int
	wanted int
}

// skipSpace moves to the next term and reports whether there is one.
func (p *parser) skipSpace() bool {
	for p.at < len(p.runes) && isSpace(p.runes[p.at]) {
		p.at++
	}
	return p.at < len(p.runes)
}

func (p *parser) finish() (Query, error) {
	switch {
	case len(p.terms) == 0:
		return Query{}, refuse(EmptyQuery, 0, "the query has no word to search for")
	case p.wanted == 0:
		return Query{}, refuse(OnlyExclusions, p.terms[0].Position, "a query needs a word that is not excluded")
	default:
		return Query{terms: p.terms}, nil
	}
}

// term reads one term, which begins at the current character.
func (p *parser) term() error {
	t := Term{Position: p.at}
	if p.runes[p.at] == '-' && !p.dash() {
		t.Excluded = true
		p.at++
	}
	var text string
	var err error
	quoted := p.runes[p.at] == '"'
	if quoted {
		text, t.Prefix, err = p.phrase()
	} else {
		text, t.Prefix, err = p.word()
	}
	if err != nil {
		return err
	}
	t.Tokens = Tokens(text)
	if len(t.Tokens) == 0 {
		if quoted || t.Prefix || t.Excluded {
			return refuse(EmptyTerm, t.Position, "a phrase, a prefix or an exclusion needs a word")
		}
		return nil
	}
	if !quoted && !t.Prefix && !t.Excluded && len(t.Tokens) == 1 {
		t.Word = text
	}
	return p.add(t)
}

// dash reports whether the hyphens here are a dash between words, not the sign of an exclusion.
func (p *parser) dash() bool {
	at := p.at
	for at < len(p.runes) && p.runes[at] == '-' {
		at++
	}
	return at == len(p.runes) || isSpace(p.runes[at])
}

func (p *parser) add(t Term) error {
	p.tokens += len(t.Tokens)
	if len(p.terms) == MaxTerms || p.tokens > MaxQueryTokens {
		return refuse(TooManyTerms, t.Position, fmt.Sprintf("a query has at most %d terms and %d tokens", MaxTerms, MaxQueryTokens))
	}
	p.terms = append(p.terms, t)
	if !t.Excluded {
		p.wanted++
	}
	return nil
}

// phrase reads from one quotation mark to the next, and a star right after it.
func (p *parser) phrase() (text string, prefix bool, err error) {
	open := p.at
	p.at++
	for start := p.at; p.at < len(p.runes); p.at++ {
		if p.runes[p.at] == '"' {
			text = string(p.runes[start:p.at])
			p.at++
			return text, p.star(), nil
		}
	}
	return "", false, refuse(UnterminatedPhrase, open, "a quotation mark is not closed")
}

// star takes a star at the current character, if there is one.
func (p *parser) star() bool {
	if p.at < len(p.runes) && p.runes[p.at] == '*' {
		p.at++
		return true
	}
	return false
}

// word reads up to a space or a quotation mark.
func (p *parser) word() (text string, prefix bool, err error) {
	start := p.at
	for p.at < len(p.runes) && !isSpace(p.runes[p.at]) && p.runes[p.at] != '"' {
		p.at++
	}
	text, prefix = strings.CutSuffix(string(p.runes[start:p.at]), "*")
	if star := strings.IndexByte(text, '*'); star >= 0 {
		return "", false, refuse(MisplacedStar, start+utf8.RuneCountInString(text[:star]), "a * may stand only at the end of a word or phrase")
	}
	return text, prefix, nil
}

func isSpace(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
