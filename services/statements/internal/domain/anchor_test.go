package domain_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
)

func normal(t must.TB, s string) sourcetext.Text {
	t.Helper()
	return must.Get(sourcetext.Normalize(s))(t)
}

// spanIn is the verified span [start, end) of a text.
func spanIn(t must.TB, text sourcetext.Text, start, end int) domain.Span {
	t.Helper()
	exact := must.Get(text.Slice(start, end))(t)
	prefix, suffix := text.Context(start, end, domain.ContextLength)
	return domain.Span{Start: start, End: end, Exact: exact, Prefix: prefix, Suffix: suffix, Anchored: true, SHA256: sourcetext.HashOf(exact)}
}

// spanOf is the span of the first occurrence of words.
func spanOf(t must.TB, text sourcetext.Text, words string) domain.Span {
	t.Helper()
	at := strings.Index(text.String(), words)
	must.True(t, at >= 0, "%q does not stand in the text", words)
	start := text.Point(at)
	return spanIn(t, text, start, start+utf8.RuneCountInString(words))
}

// lead and tail are longer than a frame.
const (
	lead = "The minister spoke to reporters on Friday and told them: "
	tail = " Nobody in the room had expected him to go as far as that."
)

func TestFindInALaterVersion(t *testing.T) {
	for name, test := range map[string]struct {
		old, words, new, state, found string
	}{
		"the same text":                 {lead + "\u201cWe will go.\u201d" + tail, "We will go.", lead + "\u201cWe will go.\u201d" + tail, domain.Anchored, "We will go."},
		"words put in before":           {lead + "We will go." + tail, "We will go.", "\U0001F600 Update. " + lead + "We will go." + tail, domain.Moved, "We will go."},
		"other words behind":            {lead + "We will go." + tail, "We will go.", lead + "We will go. They cheered.", domain.Anchored, "We will go."},
		"one word changed":              {lead + "We will go." + tail, "We will go.", lead + "We will stay." + tail, domain.Changed, "We will stay."},
		"left out":                      {lead + "We will go." + tail, "We will go.", lead + tail, domain.Orphaned, ""},
		"left out but for a space":      {lead + "We will go." + tail, "We will go.", lead + " \n " + tail, domain.Orphaned, ""},
		"far too long for a change":     {lead + "We go." + tail, "We go.", lead + strings.Repeat("long ", 50) + tail, domain.Orphaned, ""},
		"a look-alike elsewhere":        {lead + "Yes." + tail + " Yes.", "Yes.", "All is new. Yes.", domain.Orphaned, ""},
		"the look-alike alone stands":   {"Ana said: No. " + lead + "Ben said: No." + tail, "No.", "Ben said: No." + tail, domain.Orphaned, ""},
		"the frame stands twice":        {lead + "We will go." + tail, "We will go.", lead + "We will go." + tail + " x " + lead + "We will go." + tail, domain.Orphaned, ""},
		"a short text stands twice":     {lead + "yes, she said.", "yes", lead + "yes, she said. " + lead + "yes, she said.", domain.Orphaned, ""},
		"a short text in a longer":      {"He said: no", "no", "She said: He said: yes He said: no ok He said: no", domain.Orphaned, ""},
		"a part of a longer word":       {lead + "\u201cWe will not.\u201d" + tail, "We will not", lead + "\u201cWe will nothing.\u201d Then he left the room and nobody followed.", domain.Orphaned, ""},
		"one side, new place":           {lead + "We will go." + tail, "We will go.", "New. " + lead + "We will go. They cheered.", domain.Moved, "We will go."},
		"long words alone":              {lead + "We will go to the border in the morning." + tail, "We will go to the border in the morning.", "Ana: We will go to the border in the morning. Ben: Why?", domain.Moved, "We will go to the border in the morning."},
		"short words alone":             {lead + "We will go." + tail, "We will go.", "Ana: We will go. Ben: Why?", domain.Orphaned, ""},
		"long words twice":              {lead + "We will go to the border in the morning." + tail, "We will go to the border in the morning.", "We will go to the border in the morning. We will go to the border in the morning.", domain.Orphaned, ""},
		"no more at the start":          {"We go. He left.", "We go.", "Intro. We go. He left.", domain.Moved, "We go."},
		"the whole text":                {"We go.", "We go.", "We go.", domain.Anchored, "We go."},
		"the whole text is another":     {"We go.", "We go.", "They stay.", domain.Orphaned, ""},
		"nothing is left":               {lead + "We go.", "We go.", "", domain.Orphaned, ""},
		"the words of the next in line": {"Ana: \u201cYes.\u201d" + tail + "\nBen: \u201cYes.\u201d" + tail, "Yes.", "Ben: \u201cYes.\u201d" + tail, domain.Orphaned, ""},
		"the next in line at the start": {"\u201cYes.\u201d Ana said. \u201cYes.\u201d Ben said.", "Yes.", "\u201cYes.\u201d Ben said.", domain.Orphaned, ""},
		"one of two alike is left":      {"First. " + lead + "Yes." + tail + " Then the second. " + lead + "Yes." + tail, "Yes.", "The second. " + lead + "Yes." + tail, domain.Orphaned, ""},
		"other words in the same place": {"First. " + lead + "Yes." + tail + " Second. " + lead + "No." + tail, "Yes.", "Second. " + lead + "No." + tail, domain.Orphaned, ""},
		"a word that stands in many":    {"Now he came, and he saw, and at last he won the day, and he went.", "he", "Now he came, and she saw, and at last he won the day, and he went.", domain.Anchored, "he"},
		"of a script without spaces":    {"\u8bb0\u8005\u95ee\u4e86\u3002\u4ed6\u8bf4\u6211\u4eec\u4e0d\u4f1a\u8ba9\u6b65\u3002\u8bb0\u8005\u518d\u95ee\u3002", "\u6211\u4eec\u4e0d\u4f1a", "\u8bb0\u8005\u95ee\u4e86\u3002\u4ed6\u8bf4\u6211\u4eec\u4e0d\u4f1a\u6295\u964d\u3002", domain.Anchored, "\u6211\u4eec\u4e0d\u4f1a"},
	} {
		t.Run(name, func(t *testing.T) {
			old, changed := normal(t, test.old), normal(t, test.new)
			place := domain.NewFinder(old.Len(), &old, &changed).Find(spanOf(t, old, test.words))
			must.Equal(t, place.State, test.state)
			must.Equal(t, must.Get(changed.Slice(place.Start, place.End))(t), test.found)
		})
	}
}

// TestFindWordsThatStandInManyPlaces: however many there are, the text before the words
// tells each from the others.
func TestFindWordsThatStandInManyPlaces(t *testing.T) {
	old, changed, spans := repeated(t, 1_200)
	finder := domain.NewFinder(old.Len(), &old, &changed)
	for _, span := range spans {
		must.Equal(t, span.Exact, "Yes.")
		must.Equal(t, finder.Find(span), domain.Place{State: domain.Anchored, Start: span.Start, End: span.End})
	}
}

func TestFindWithoutTexts(t *testing.T) {
	old := normal(t, lead+"We will go to the border in the morning."+tail)
	span := spanOf(t, old, "We will go to the border in the morning.")
	must.Equal(t, domain.NewFinder(old.Len(), &old, nil).Find(span), domain.Place{State: domain.Unverified})

	alone := normal(t, "Ana: We will go to the border in the morning. Ben: Why?")
	must.Equal(t, domain.NewFinder(old.Len(), nil, &alone).Find(span).State, domain.Orphaned)
	shifted := normal(t, "New. "+old.String())
	must.Equal(t, domain.NewFinder(old.Len(), nil, &shifted).Find(span).State, domain.Moved)

	for _, withheld := range []domain.Span{
		{Start: span.Start, End: span.End, SHA256: span.SHA256},
		{Start: span.Start, End: span.End, SHA256: span.SHA256, Exact: span.Exact},
	} {
		must.Equal(t, domain.NewFinder(old.Len(), nil, &old).Find(withheld), domain.Place{State: domain.Anchored, Start: span.Start, End: span.End})
		must.Equal(t, domain.NewFinder(old.Len(), nil, &shifted).Find(withheld).State, domain.Orphaned)
		must.Equal(t, domain.NewFinder(old.Len(), nil, &alone).Find(withheld).State, domain.Orphaned)
	}
}

// text draws a text of few letters, so that everything stands in it often.
func text(t *rapid.T, label string) string {
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{
		"a", "b", " ", ".", "\u00e9", "\U0001F600", "x\u0323", "\u6f22", "\n", lead, tail, lead[:31], tail[:40], "We will go.",
	}), 1, 12).Draw(t, label)
	return strings.Join(parts, "")
}

// edited draws what an editor makes of a text: pieces of it left out, put in,
// doubled.
func edited(t *rapid.T, old string) string {
	runes := []rune(old)
	for range rapid.IntRange(0, 3).Draw(t, "edits") {
		from := rapid.IntRange(0, len(runes)).Draw(t, "from")
		to := rapid.IntRange(from, len(runes)).Draw(t, "to")
		piece := []rune(rapid.SampledFrom([]string{"", "b", " and ", "We will go.", lead, string(runes)}).Draw(t, "piece"))
		runes = append(append(append([]rune{}, runes[:from]...), piece...), runes[to:]...)
	}
	return string(runes)
}

func TestPropertyAPlaceHasTheWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := normal(t, text(t, "old"))
		changed := normal(t, edited(t, old.String()))
		start := rapid.IntRange(0, old.Len()-1).Draw(t, "start")
		span := spanIn(t, old, start, rapid.IntRange(start+1, old.Len()).Draw(t, "end"))
		place := domain.NewFinder(old.Len(), &old, &changed).Find(span)
		must.Equal(t, place, naive(t, old, changed, span))
		switch found := must.Get(changed.Slice(place.Start, place.End))(t); place.State {
		case domain.Anchored:
			must.Equal(t, place.Start, span.Start)
			must.Equal(t, found, span.Exact)
		case domain.Moved:
			must.True(t, place.Start != span.Start)
			must.Equal(t, found, span.Exact)
		case domain.Changed:
			must.True(t, found != span.Exact && found != "")
		default:
			must.Equal(t, place, domain.Place{State: domain.Orphaned})
		}
	})
}

func TestPropertyWhatIsPutInBeforeMovesTheWords(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.StringOfN(rapid.RuneFrom([]rune("kq \u00e9\U0001F600\n")), 1, 60, -1).Draw(t, "words")
		before := rapid.StringOfN(rapid.RuneFrom([]rune("XYZ \u6f22\U0001F600\n")), 0, 300, -1).Draw(t, "before")
		old := normal(t, lead+"|"+words+"|"+tail)
		changed := normal(t, before+"|"+old.String())
		start := utf8.RuneCountInString(lead) + 1
		span := spanIn(t, old, start, old.Len()-utf8.RuneCountInString(tail)-1)
		shift := utf8.RuneCountInString(before) + 1
		must.Equal(t, domain.NewFinder(old.Len(), &old, &changed).Find(span),
			domain.Place{State: domain.Moved, Start: span.Start + shift, End: span.End + shift})
	})
}

func TestPropertyManySpansAreFoundAsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		old := normal(t, text(t, "old"))
		changed := normal(t, edited(t, old.String()))
		one := domain.NewFinder(old.Len(), &old, &changed)
		for range 60 {
			start := rapid.IntRange(0, old.Len()-1).Draw(t, "start")
			span := spanIn(t, old, start, rapid.IntRange(start+1, old.Len()).Draw(t, "end"))
			must.Equal(t, one.Find(span), domain.NewFinder(old.Len(), &old, &changed).Find(span))
		}
	})
}

func FuzzFind(f *testing.F) {
	f.Add(lead+"We will go."+tail, lead+"We will stay."+tail, 57, 68)
	f.Add("", "", 0, 0)
	f.Add("x\u0323\u0301 \U0001F600", "\U0001F600", 0, 1)
	f.Fuzz(func(t *testing.T, before, after string, start, end int) {
		old, err := sourcetext.Normalize(before)
		if err != nil || start < 0 || end <= start || end > old.Len() {
			return
		}
		changed, err := sourcetext.Normalize(after)
		if err != nil {
			return
		}
		span := spanIn(t, old, start, end)
		place := domain.NewFinder(old.Len(), &old, &changed).Find(span)
		must.Equal(t, place, naive(t, old, changed, span))
	})
}
