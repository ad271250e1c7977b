package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/searchtext"
)

// Scores of ResolveMetrics, in hundredths.
const (
	scoreExact  = 100 // the name or an alias, letter for letter
	scoreFolded = 95  // but for case, accents and punctuation
	scoreName   = 90  // all words of the name and no other; of some, in proportion
	scoreWords  = 80  // all words, wherever they are found
)

// MaxSearchWords is how many different words of a text are looked for.
const MaxSearchWords = 32

// wordLanguage is the language in which words of metrics are stemmed: "exports" finds "export".
const wordLanguage = "en"

// maxFolded is how many bytes of a folded name are kept as they are: what is longer is known by its hash, so that any index holds it.
const maxFolded = 200

// fillers are words that say nothing of a metric.
var fillers = map[string]bool{
	"a": true, "an": true, "and": true, "as": true, "at": true, "between": true, "by": true, "for": true, "from": true, "in": true, "of": true,
	"on": true, "or": true, "per": true, "s": true, "the": true, "to": true, "with": true,
}

// MetricQuery is a text that may name a metric.
type MetricQuery struct {
	// Text is the text as it came, without the white space around it.
	Text string
	// Folded is the form in which names are compared.
	Folded string
	// Words are the different words to look for, in order, at most MaxSearchWords: see SearchWords.
	Words []string
	// Dropped is how many words more the text has.
	Dropped int
}

// NewMetricQuery reads a text. One without a letter or digit has no Words.
func NewMetricQuery(text string) MetricQuery {
	text = strings.TrimSpace(text)
	words := SearchWords(text)
	kept := min(len(words), MaxSearchWords)
	return MetricQuery{Text: text, Folded: foldName(text), Words: words[:kept], Dropped: len(words) - kept}
}

// SearchWords are the different words that a text is found by: each word's stem, or the word itself if it has none. Words that say nothing
// are left out, unless there are no others.
func SearchWords(text string) []string {
	tokens := searchtext.Tokens(text)
	telling := slices.DeleteFunc(slices.Clone(tokens), func(token string) bool { return fillers[token] })
	if len(telling) == 0 {
		telling = tokens
	}
	words := make([]string, len(telling))
	for i, token := range telling {
		forms := searchtext.StoredTokens(searchtext.Entry(searchtext.Part{Text: token, LanguageCode: wordLanguage}))
		words[i] = forms[len(forms)-1]
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func foldName(name string) string {
	folded := searchtext.Stored(name)
	if len(folded) <= maxFolded {
		return folded
	}
	sum := sha256.Sum256([]byte(folded))
	return "sha256 " + hex.EncodeToString(sum[:])
}

// searchField is a field that a metric is found by, with what a word in it counts, in percent.
type searchField struct {
	name   string
	weight int
	texts  []string
}

// words are the words of all its texts, in order.
func (f searchField) words() (words []string) {
	for _, text := range f.texts {
		words = append(words, SearchWords(text)...)
	}
	slices.Sort(words)
	return slices.Compact(words)
}

func (m Metric) searchFields() []searchField {
	return []searchField{
		{"display_name", 100, []string{m.DisplayName}},
		{"aliases", 100, m.Aliases},
		{"measured_property", 90, []string{m.MeasuredProperty}},
		{"population_type", 90, []string{m.PopulationType}},
		{"coverage", 70, []string{m.Coverage}},
		{"description", 60, []string{m.Description}},
	}
}

// names are the names that a metric is called by.
func (m *Metric) names() []string { return append([]string{m.DisplayName}, m.Aliases...) }

// nameMark is before a whole name among the keys that a metric is found by; no word begins so.
const nameMark = "="

// NameKey is what a metric with a name that folds so is found by.
func (q MetricQuery) NameKey() string { return nameMark + q.Folded }

// SearchKeys are what a metric is found by: its words, and its names as wholes, each once, in order.
func (m Metric) SearchKeys() []string {
	var keys []string
	for _, field := range m.searchFields() {
		keys = append(keys, field.words()...)
	}
	for _, name := range m.names() {
		keys = append(keys, nameMark+foldName(name))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// MetricFit is how well a metric fits a text.
type MetricFit struct {
	// Hundredths is the score, from 1 to 100.
	Hundredths int
	// Fields are those in which words of the text were found, in the order of the message.
	Fields []string
}

// Fit compares the metric with a text; ok is false if nothing of it fits. It is a function of both alone.
func (m Metric) Fit(query MetricQuery) (fit MetricFit, ok bool) {
	best := make([]int, len(query.Words)) // by word, what it counts in the best field that has it
	for _, field := range m.searchFields() {
		words := field.words()
		found := false
		for i, word := range query.Words {
			if _, has := slices.BinarySearch(words, word); has {
				found = true
				best[i] = max(best[i], field.weight)
			}
		}
		if found {
			fit.Fields = append(fit.Fields, field.name)
		}
	}
	sum := 0
	for _, weight := range best {
		sum += weight
	}
	if sum == 0 {
		return MetricFit{}, false
	}
	fit.Hundredths = max(1, scoreWords*sum/(100*len(query.Words)))
	for _, name := range m.names() {
		fit.Hundredths = max(fit.Hundredths, fitName(name, query))
	}
	return fit, true
}

func fitName(name string, query MetricQuery) int {
	switch {
	case name == query.Text:
		return scoreExact
	case foldName(name) == query.Folded:
		return scoreFolded
	}
	words, common := SearchWords(name), 0
	for _, word := range query.Words {
		if _, found := slices.BinarySearch(words, word); found {
			common++
		}
	}
	return scoreName * 2 * common / (len(words) + len(query.Words))
}

// MetricCandidate is a metric that a text may mean.
type MetricCandidate struct {
	Metric Metric
	Fit    MetricFit
}

// RankMetrics puts candidates in order: the best first, then by name, but one that was replaced after its replacement, if that is among them.
func RankMetrics(candidates []MetricCandidate) []MetricCandidate {
	sorted := slices.SortedFunc(slices.Values(candidates), func(a, b MetricCandidate) int {
		if a.Fit.Hundredths != b.Fit.Hundredths {
			return b.Fit.Hundredths - a.Fit.Hundredths
		}
		return strings.Compare(a.Metric.ID, b.Metric.ID)
	})
	byID := make(map[string]MetricCandidate, len(sorted))
	for _, c := range sorted {
		byID[c.Metric.ID] = c
	}
	ranked := make([]MetricCandidate, 0, len(sorted))
	seen := make(map[string]bool, len(sorted))
	for _, c := range sorted {
		var chain []MetricCandidate // from the candidate to what replaced it last
		for found := true; found && !seen[c.Metric.ID]; c, found = byID[c.Metric.ReplacedBy] {
			seen[c.Metric.ID] = true
			chain = append(chain, c)
		}
		slices.Reverse(chain)
		ranked = append(ranked, chain...)
	}
	return ranked
}
