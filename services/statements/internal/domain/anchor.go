package domain

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// How a span stands in another version: the short names of the proto enum.
const (
	Anchored   = "ANCHORED"
	Unverified = "UNVERIFIED"
	Moved      = "MOVED"
	Changed    = "CHANGED"
	Orphaned   = "ORPHANED"
)

const (
	// telling is from how many code points on words that stand once in both texts
	// are the same words, whatever stands around them.
	telling = 32
	// changedFactor and changedRoom bound what may stand in the place of a span: so
	// many times its length, and so many code points more.
	changedFactor, changedRoom = 2, 200
)

// Place is where a span stands in another text. Start and End count code points;
// both are 0 if State is Orphaned or Unverified.
type Place struct {
	State      string
	Start, End int
}

// Finder finds the spans of one text in another, by exact match only: where two
// places might be meant it finds none. It is not safe for concurrent use.
type Finder struct {
	oldLength int
	old, new  *haystack // nil if the text is not known
}

// NewFinder makes a finder for spans of old. oldLength is the length of old in
// code points, which is known where the text is not. Either text may be nil.
func NewFinder(oldLength int, old, changed *sourcetext.Text) *Finder {
	return &Finder{oldLength: oldLength, old: newHaystack(old), new: newHaystack(changed)}
}

// Find finds a span.
//
//   - ANCHORED: its words stand at the same offsets with the same frame on one side
//     at least, and nowhere else with the text of both.
//   - MOVED: its words stand once with their frame on both sides; or once with it on
//     one side, and they stood once in the old text; or they are long, and stand
//     once in either text.
//   - CHANGED: both sides of the frame stand there once, with other words between:
//     Start and End are theirs. Where the words are among them MOVED goes before.
//   - ORPHANED: none of these, or more than one place might be meant: the words
//     stand in several with the same text around them.
//   - UNVERIFIED: the other text is not known.
//
// What stood in several places of the old text may have lost any of them. So words
// that stood twice with their frame, or between two such sides, are ORPHANED, and
// words that have one side left are ANCHORED only if what stands around them now
// stood nowhere around the same words as much as here. Where the old text is not
// known this is not looked at.
//
// The frame is what stands before and after the words, ContextLength code points
// on each side, less only at an end of the text, which is then a part of it. Words
// that are known by their hash alone, or without a frame, are ANCHORED at the same
// offsets or ORPHANED.
func (f *Finder) Find(span Span) Place {
	if f.new == nil {
		return Place{State: Unverified}
	}
	q := f.quarry(span)
	if q.words == "" || !q.before.known && !q.after.known {
		return f.byHash(span)
	}
	framed, alike := f.framed(q)
	switch {
	case len(alike) > 1 || len(alike) == 1 && f.twice(whole(q), false, false):
		return Place{State: Orphaned}
	case f.standsAt(q) && !elsewhere(alike, q.start) && (len(framed) == 1 || !f.rivalled(q)):
		return Place{Anchored, span.Start, span.End}
	case len(framed) == 1:
		return f.found(q, framed[0])
	}
	between, isBetween, holds := f.between(q)
	if isBetween && !holds {
		return between
	}
	if start, ok := f.single(q); ok {
		return f.found(q, start)
	}
	if isBetween {
		return between
	}
	return Place{State: Orphaned}
}

// quarry is a span to be found. Lengths are in code points.
type quarry struct {
	words         string
	start, length int
	before, after side
}

// side is one side of the frame of a span.
type side struct {
	text string
	// known says that the text is all that the frame has on this side.
	known bool
	// end says that the old text ends there.
	end bool
}

func (f *Finder) quarry(span Span) quarry {
	return quarry{
		words: span.Exact, start: span.Start, length: span.End - span.Start,
		before: sideOf(span.Prefix, span.Start), after: sideOf(span.Suffix, f.oldLength-span.End),
	}
}

// sideOf makes a side of a frame; there is room for so many code points in the text.
func sideOf(text string, room int) side {
	length := utf8.RuneCountInString(text)
	return side{text: text, known: length == ContextLength || length == room, end: length < ContextLength}
}

// byHash compares what stands at the same offsets.
func (f *Finder) byHash(span Span) Place {
	words, err := f.new.text.Slice(span.Start, span.End)
	if err != nil || span.Start == span.End || sourcetext.HashOf(words) != span.SHA256 {
		return Place{State: Orphaned}
	}
	return Place{Anchored, span.Start, span.End}
}

// framed returns where the words stand with the whole of their frame: none, one or
// two of the places. alike are those where they stand with as much of it as is text:
// where that ended at an end of the old text, it may go on here.
func (f *Finder) framed(q quarry) (framed, alike []int) {
	if !q.before.known || !q.after.known {
		return nil, nil
	}
	skip := len(q.before.text)
	alike = f.new.places(whole(q), false, false, skip)
	if !q.before.end && !q.after.end {
		return alike, alike
	}
	return f.new.places(whole(q), q.before.end, q.after.end, skip), alike
}

// whole is the words with their frame.
func whole(q quarry) string { return q.before.text + q.words + q.after.text }

// twice reports whether words stood more than once in the old text, if that is known.
func (f *Finder) twice(words string, atStart, atEnd bool) bool {
	return f.old != nil && len(f.old.places(words, atStart, atEnd, 0)) > 1
}

// standsAt reports whether the words stand at the offsets they had, with one side
// of their frame.
func (f *Finder) standsAt(q quarry) bool {
	words, err := f.new.text.Slice(q.start, q.start+q.length)
	if err != nil || words != q.words || f.cuts(q, q.start) {
		return false
	}
	before, after := f.new.text.Context(q.start, q.start+q.length, ContextLength)
	return q.before.known && before == q.before.text && q.before.end == (q.start < ContextLength) ||
		q.after.known && after == q.after.text && q.after.end == (f.new.text.Len()-q.start-q.length < ContextLength)
}

// rivalled reports whether the words stood elsewhere in the old text too, with as
// much around them of what stands around them now. As many code points can be shared
// out to the two sides in no more ways than one of them is long, so each way is looked
// for: in a long text the words may stand in more places than can be compared.
func (f *Finder) rivalled(q quarry) bool {
	if f.old == nil || !elsewhere(f.old.places(q.words, false, false, 0), q.start) {
		return false
	}
	now := around(f.new.text, q.start, q.length)
	own := now.shared(around(f.old.text, q.start, q.length))
	for before := max(0, own-len(now.after)); before <= min(own, len(now.before)); before++ {
		if elsewhere(f.old.between(now.before[len(now.before)-before:], q.words, now.after[:own-before]), q.start) {
			return true
		}
	}
	return false
}

// endOfText stands in surroundings for an end of the text; no text has it.
const endOfText = '\x00'

// surroundings are what stands before and after words, ContextLength code points on
// each side, or up to and with an end of the text.
type surroundings struct{ before, after []rune }

func around(text sourcetext.Text, start, length int) surroundings {
	before, after := text.Context(start, start+length, ContextLength)
	s := surroundings{[]rune(before), []rune(after)}
	if start < ContextLength {
		s.before = append([]rune{endOfText}, s.before...)
	}
	if text.Len()-start-length < ContextLength {
		s.after = append(s.after, endOfText)
	}
	return s
}

// shared counts the code points that two surroundings have in common, from the words
// outwards.
func (s surroundings) shared(other surroundings) (count int) {
	for i := 1; i <= min(len(s.before), len(other.before)) && s.before[len(s.before)-i] == other.before[len(other.before)-i]; i++ {
		count++
	}
	for i := 0; i < min(len(s.after), len(other.after)) && s.after[i] == other.after[i]; i++ {
		count++
	}
	return count
}

// elsewhere reports whether one of the places is not at start.
func elsewhere(places []int, start int) bool {
	return len(places) > 1 || len(places) == 1 && places[0] != start
}

// found is the place of words that stand at start.
func (f *Finder) found(q quarry, start int) Place {
	if start == q.start {
		return Place{Anchored, start, start + q.length}
	}
	return Place{Moved, start, start + q.length}
}

// between finds what stands between the two sides of the frame. holds says that the
// words are among it: more was put in beside them.
func (f *Finder) between(q quarry) (place Place, ok, holds bool) {
	if !q.before.known || !q.after.known || q.before.text == "" && q.after.text == "" {
		return Place{}, false, false // nothing stands around the words
	}
	before := f.new.places(q.before.text, q.before.end, false, len(q.before.text))
	after := f.new.places(q.after.text, false, q.after.end, 0)
	if len(before) != 1 || len(after) != 1 || f.twice(q.before.text, q.before.end, false) || f.twice(q.after.text, false, q.after.end) {
		return Place{}, false, false
	}
	start, end := before[0], after[0]
	if end <= start || end-start > changedFactor*q.length+changedRoom {
		return Place{}, false, false
	}
	words, err := f.new.text.Slice(start, end)
	if err != nil || strings.TrimSpace(words) == "" {
		return Place{}, false, false
	}
	return Place{Changed, start, end}, true, strings.Contains(words, q.words)
}

// single finds the one place of words that stood once in the old text: with one
// side of their frame, or, if they are long, without.
func (f *Finder) single(q quarry) (start int, ok bool) {
	if f.old == nil || len(f.old.places(q.words, false, false, 0)) != 1 {
		return 0, false
	}
	var places []int
	if q.before.known {
		places = f.new.places(q.before.text+q.words, q.before.end, false, len(q.before.text))
	}
	if q.after.known {
		for _, place := range f.new.places(q.words+q.after.text, false, q.after.end, 0) {
			if elsewhere(places, place) || len(places) == 0 {
				places = append(places, place)
			}
		}
	}
	if len(places) == 0 && q.length >= telling {
		places = f.new.places(q.words, false, false, 0)
	}
	return first(places), len(places) == 1 && !f.cuts(q, places[0])
}

func first(places []int) int {
	if len(places) == 0 {
		return 0
	}
	return places[0]
}

// cuts reports whether the words at start are a part of longer ones, and were not
// in the old text: "will not" in "will nothing".
func (f *Finder) cuts(q quarry, start int) bool {
	before, after := f.new.text.Context(start, start+q.length, 1)
	return joins(before, q.words) && !joins(q.before.text, q.words) ||
		joins(q.words, after) && !joins(q.words, q.after.text)
}

// joins reports whether two texts meet within a word.
func joins(left, right string) bool {
	before, _ := utf8.DecodeLastRuneInString(left)
	after, _ := utf8.DecodeRuneInString(right)
	return unicode.Is(unicode.M, after) || inWord(before) && inWord(after)
}

// unspaced are scripts that are written without spaces between words.
var unspaced = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
}

func inWord(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.M, r)) && !unicode.In(r, unspaced...)
}
