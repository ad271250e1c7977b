package searchtext

import (
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/arabic"
	"github.com/blevesearch/snowballstem/danish"
	"github.com/blevesearch/snowballstem/dutch"
	"github.com/blevesearch/snowballstem/english"
	"github.com/blevesearch/snowballstem/finnish"
	"github.com/blevesearch/snowballstem/french"
	"github.com/blevesearch/snowballstem/german"
	"github.com/blevesearch/snowballstem/hungarian"
	"github.com/blevesearch/snowballstem/irish"
	"github.com/blevesearch/snowballstem/italian"
	"github.com/blevesearch/snowballstem/norwegian"
	"github.com/blevesearch/snowballstem/portuguese"
	"github.com/blevesearch/snowballstem/romanian"
	"github.com/blevesearch/snowballstem/russian"
	"github.com/blevesearch/snowballstem/spanish"
	"github.com/blevesearch/snowballstem/swedish"
	"github.com/blevesearch/snowballstem/tamil"
	"github.com/blevesearch/snowballstem/turkish"
)

// stemMark begins every stem token: a symbol, so no token of a text or query has it. The two letters of the language follow.
const stemMark = "§"

// languageOf returns the language of a stem token.
func languageOf(stem string) string { return stem[len(stemMark) : len(stemMark)+2] }

type stemmer func(*snowballstem.Env) bool

// stemmers are the Snowball stemmers by the two-letter code of their language.
var stemmers = map[string]stemmer{
	"ar": arabic.Stem, "da": danish.Stem, "de": german.Stem, "en": english.Stem, "es": spanish.Stem, "fi": finnish.Stem, "fr": french.Stem,
	"ga": irish.Stem, "hu": hungarian.Stem, "it": italian.Stem, "nl": dutch.Stem, "no": norwegian.Stem, "pt": portuguese.Stem,
	"ro": romanian.Stem, "ru": russian.Stem, "sv": swedish.Stem, "ta": tamil.Stem, "tr": turkish.Stem,
}

// synonyms are other codes of those languages.
var synonyms = map[string]string{
	"nb": "no", "nn": "no", "nor": "no", "nob": "no", "nno": "no", "ara": "ar", "dan": "da", "deu": "de", "eng": "en", "spa": "es", "fin": "fi",
	"fra": "fr", "gle": "ga", "hun": "hu", "ita": "it", "nld": "nl", "por": "pt", "ron": "ro", "rus": "ru", "swe": "sv", "tam": "ta", "tur": "tr",
	"mo": "ro", "mol": "ro",
}

// Languages returns the two-letter codes of the languages that have stems, sorted.
func Languages() []string { return slices.Sorted(maps.Keys(stemmers)) }

// stemLanguage returns the code in stemmers for a BCP 47 tag, "" for a language without stems.
func stemLanguage(tag string) string {
	primary, _, _ := strings.Cut(strings.ToLower(tag), "-")
	if code, ok := synonyms[primary]; ok {
		return code
	}
	if stemmers[primary] == nil {
		return ""
	}
	return primary
}

// stems returns the stem tokens of a text, whose tokens are given, in a language of stemmers: those that were not seen
// yet, each once, in no telling order but always the same.
// A word has the stem of the word as it is written and, if that differs, the stem of its token: who types no accents
// finds the one, who types them both.
func stems(text string, tokens []string, language string, seen map[string]bool) []string {
	s := stemming{language: language, seen: seen}
	for _, token := range tokens {
		s.add(token)
	}
	if hasMarks(text) {
		for _, word := range tokenize(text, lightRunes) {
			s.add(word)
		}
	}
	return s.out
}

type stemming struct {
	language string
	seen     map[string]bool
	out      []string
}

// add adds the stem of a word, folded.
func (s *stemming) add(word string) {
	if !onlyLetters(word) {
		return
	}
	if token := known.stem(s.language, word); token != "" && !s.seen[token] {
		s.seen[token] = true
		s.out = append(s.out, token)
	}
}

// stemToken returns the stem token of a word, "" if it has no stem.
func stemToken(language, word string) string {
	env := snowballstem.NewEnv(word)
	stemmers[language](env)
	stem := env.Current()
	if hasMarks(stem) {
		stem = fold(stem)
	}
	if stem == "" {
		return ""
	}
	return stemMark + language + stem
}

// onlyLetters reports whether a word has letters and marks only: nothing else has a stem.
func onlyLetters(word string) bool {
	for _, r := range word {
		if r < 'a' && r < 0x80 || !unicode.IsLetter(r) && !unicode.IsMark(r) {
			return false
		}
	}
	return true
}

// hasMarks reports whether folding could change a text but for its case: it has letters or marks beyond ASCII.
func hasMarks(text string) bool {
	for _, r := range text {
		if r >= 0x80 && (unicode.IsLetter(r) || unicode.IsMark(r)) {
			return true
		}
	}
	return false
}
