package searchtext

import (
	"slices"
	"strings"
)

// partMark stands between two parts of an entry, so that no phrase spans them. No text has it as a token, since it is a
// symbol.
const partMark = "\u241e"

// Part is one of the texts that a row is found by.
type Part struct {
	Text string
	// LanguageCode is a BCP 47 tag; of a language unknown or without stems the text has none.
	LanguageCode string
}

// Entry returns the form in which a row of several texts is stored and indexed: the tokens of each, marked apart, then
// their stems, each once, which no token can be taken for.
func Entry(parts ...Part) string {
	var surface, all []string
	seen := make(map[string]bool)
	for _, part := range parts {
		tokens := Tokens(part.Text)
		surface = append(surface, strings.Join(tokens, " "))
		if language := stemLanguage(part.LanguageCode); language != "" {
			all = append(all, stems(part.Text, tokens, language, seen)...)
		}
	}
	var entry strings.Builder // a text may have 100,000 words
	entry.WriteString(strings.Join(surface, " "+partMark+" "))
	for _, stem := range all {
		entry.WriteByte(' ')
		entry.WriteString(stem)
	}
	return entry.String()
}

// split separates the tokens of an entry from its stems.
func split(entry []string) (tokens, stems []string) {
	for i, token := range entry {
		if strings.HasPrefix(token, stemMark) {
			return entry[:i], entry[i:]
		}
	}
	return entry, nil
}

// StemLanguages returns the languages in which an entry has stems, in the order in which they come.
func StemLanguages(entry string) (languages []string) {
	at := strings.Index(entry, stemMark)
	if at < 0 {
		return nil
	}
	for stem := range strings.SplitSeq(entry[at:], " ") {
		if language := languageOf(stem); !slices.Contains(languages, language) {
			languages = append(languages, language)
		}
	}
	return languages
}
