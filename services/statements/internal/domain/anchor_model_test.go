package domain_test

import (
	"slices"
	"strings"
	"unicode"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

// model finds spans as Finder does, rune by rune, with a mark for the start and
// one for the end of a text.
type model struct {
	old, new            []rune // with the marks
	words, before, rear []rune // the frame with a mark where it reaches an end
}

// first and last mark the ends of a text; no text has them.
const (
	first rune = -1
	last  rune = -2
)

func naive(t must.TB, old, changed sourcetext.Text, span domain.Span) domain.Place {
	t.Helper()
	m := model{old: marked(old), new: marked(changed), words: []rune(span.Exact)}
	from, to := span.Start+1, span.End+1
	m.before, m.rear = m.old[max(0, from-domain.ContextLength):from], m.old[to:min(len(m.old), to+domain.ContextLength)]
	state, start, end := m.find(from, to)
	if start == 0 {
		return domain.Place{State: state}
	}
	return domain.Place{State: state, Start: start - 1, End: end - 1}
}

func marked(text sourcetext.Text) []rune {
	return append(append([]rune{first}, []rune(text.String())...), last)
}

func (m model) find(from, to int) (state string, start, end int) {
	alike := m.occurrences(unmarked(m.before), unmarked(m.rear))
	full, one, bare := m.occurrences(m.before, m.rear), slices.Concat(m.occurrences(m.before, nil), m.occurrences(nil, m.rear)), m.occurrences(nil, nil)
	slices.Sort(one)
	one = slices.Compact(one)
	if len(alike) == 1 && len(indexes(m.old, unmarked(slices.Concat(m.before, m.words, m.rear)))) > 1 {
		return domain.Orphaned, 0, 0
	}
	if slices.Contains(one, from) && !m.cuts(from) && !slices.ContainsFunc(alike, func(i int) bool { return i != from }) &&
		(len(full) == 1 || !m.rivalled(from)) {
		return domain.Anchored, from, to
	}
	place := func(i int) (string, int, int) {
		if i == from {
			return domain.Anchored, from, to
		}
		return domain.Moved, i, i + len(m.words)
	}
	if len(alike) > 1 {
		return domain.Orphaned, 0, 0
	}
	if len(full) == 1 {
		return place(full[0])
	}
	changed := [2]int{}
	if before, rear := indexes(m.new, m.before), indexes(m.new, m.rear); len(before) == 1 && len(rear) == 1 && len(m.before)+len(m.rear) > 2 &&
		len(indexes(m.old, m.before)) == 1 && len(indexes(m.old, m.rear)) == 1 {
		s, e := before[0]+len(m.before), rear[0]
		if s < e && e-s <= 2*len(m.words)+200 && strings.TrimSpace(string(m.new[s:e])) != "" {
			if changed = [2]int{s, e}; len(indexes(m.new[s:e], m.words)) == 0 {
				return domain.Changed, s, e
			}
		}
	}
	if len(one) == 0 && len(m.words) >= 32 {
		one = bare
	}
	if len(one) == 1 && !m.cuts(one[0]) && len(indexes(m.old, m.words)) == 1 {
		return place(one[0])
	}
	if changed[1] > 0 {
		return domain.Changed, changed[0], changed[1]
	}
	return domain.Orphaned, 0, 0
}

// rivalled reports whether other words of the old text are as much like those that
// stand at from now.
func (m model) rivalled(from int) bool {
	like := func(start int) (count int) {
		for i := 1; i <= domain.ContextLength && start-i >= 0 && from-i >= 0 && m.old[start-i] == m.new[from-i]; i++ {
			count++
		}
		then, now := m.old[start+len(m.words):], m.new[from+len(m.words):]
		for i := 0; i < domain.ContextLength && i < len(then) && i < len(now) && then[i] == now[i]; i++ {
			count++
		}
		return count
	}
	return slices.ContainsFunc(indexes(m.old, m.words), func(start int) bool { return start != from && like(start) >= like(from) })
}

// unmarked is a part of a text without the marks of its ends.
func unmarked(text []rune) []rune {
	return slices.DeleteFunc(slices.Clone(text), func(r rune) bool { return r == first || r == last })
}

// occurrences are where the words stand in the new text between two texts.
func (m model) occurrences(before, rear []rune) (starts []int) {
	for _, i := range indexes(m.new, slices.Concat(before, m.words, rear)) {
		starts = append(starts, i+len(before))
	}
	return starts
}

func indexes(text, words []rune) (found []int) {
	for i := range text {
		if i+len(words) <= len(text) && slices.Equal(text[i:i+len(words)], words) {
			found = append(found, i)
		}
	}
	return found
}

// cuts reports whether the words at start meet another letter where they met none
// in the old text.
func (m model) cuts(start int) bool {
	edges := func(before, after rune) [2]bool {
		return [2]bool{meet(before, m.words[0]), meet(m.words[len(m.words)-1], after)}
	}
	was := edges(m.before[len(m.before)-1], m.rear[0])
	is := edges(m.new[start-1], m.new[start+len(m.words)])
	return is[0] && !was[0] || is[1] && !was[1]
}

func meet(left, right rune) bool {
	letter := func(r rune) bool {
		return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) &&
			!unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
	}
	return unicode.IsMark(right) || letter(left) && letter(right)
}
