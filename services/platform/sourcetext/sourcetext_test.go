package sourcetext_test

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/sourcetext"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

func normalize(t must.TB, s string) sourcetext.Text {
	t.Helper()
	return must.Get(sourcetext.Normalize(s))(t)
}

func refusedText(t must.TB, err error, reason sourcetext.Reason) {
	t.Helper()
	var textError *sourcetext.TextError
	must.True(t, errors.As(err, &textError), "error is %v, want a TextError", err)
	must.Equal(t, textError.Reason, reason)
}

func spanError(t must.TB, err error, reason sourcetext.Reason) *sourcetext.SpanError {
	t.Helper()
	var e *sourcetext.SpanError
	must.True(t, errors.As(err, &e), "error is %v, want a SpanError", err)
	must.Equal(t, e.Reason, reason)
	return e
}

func TestNormalize(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "",
		"a\r\nb\rc\nd":                           "a\nb\nc\nd",
		"\r\r\n\n":                               "\n\n\n",
		"e\u0301":                                "\u00e9",
		"\u212b":                                 "\u00c5",           // a singleton: Ångström sign
		"\u1112\u1161\u11ab":                     "\ud55c",           // Hangul jamo
		"\ufeffx\t \u00a0":                       "\ufeffx\t \u00a0", // nothing else changes
		"\ufb01 ½ Ａ":                             "\ufb01 ½ Ａ",       // NFC, not NFKC
		"\ufb2c":                                 "\u05e9\u05bc\u05c1",
		"a\u034f" + strings.Repeat("\u0301", 20): norm.NFC.String("a\u034f" + strings.Repeat("\u0301", 20)),
	} {
		must.Equal(t, normalize(t, in).String(), want)
	}
}

func TestNormalizeRefuses(t *testing.T) {
	for in, reason := range map[string]sourcetext.Reason{
		"a\xffb":                           sourcetext.InvalidUTF8,
		"\xed\xa0\x80":                     sourcetext.InvalidUTF8, // a surrogate
		"a\x00":                            sourcetext.NULCharacter,
		"a" + strings.Repeat("\u0301", 40): sourcetext.NotStreamSafe,
		strings.Repeat("x", 1_000_001):     sourcetext.TooLong,
		strings.Repeat("x", 16_000_001):    sourcetext.TooLong,
		strings.Repeat("\ufb2c", 400_000):  sourcetext.TooLong, // grows when it is normalised
	} {
		_, err := sourcetext.Normalize(in)
		refusedText(t, err, reason)
	}
	_, err := sourcetext.Normalize("äb\xff")
	must.Contains(t, err.Error(), "first bad byte at 3")
}

func TestLimitCountsTheNormalisedText(t *testing.T) {
	must.Equal(t, normalize(t, strings.Repeat("e\u0301", sourcetext.MaxLength)).Len(), sourcetext.MaxLength)
	must.Equal(t, normalize(t, strings.Repeat("\r\n", sourcetext.MaxLength)).Len(), sourcetext.MaxLength)
}

func TestLenAndHash(t *testing.T) {
	text := normalize(t, "Zürich 😀\r\n")
	must.Equal(t, text.Len(), 9)
	must.Equal(t, normalize(t, "abc").SHA256(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
	must.Equal(t, text.SHA256(), sourcetext.HashOf("Zürich 😀\n"))
	var zero sourcetext.Text
	must.Equal(t, zero.Len(), 0)
	must.Equal(t, must.Get(zero.Slice(0, 0))(t), "")
	must.Equal(t, zero.SHA256(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
}

func TestSliceRefuses(t *testing.T) {
	text := normalize(t, "héllo")
	for _, span := range [][2]int{{-1, 2}, {3, 2}, {0, 6}, {6, 6}, {-2, -1}, {0, 1 << 40}} {
		_, err := text.Slice(span[0], span[1])
		e := spanError(t, err, sourcetext.OutOfRange)
		must.Equal(t, [3]int{e.Start, e.End, e.Length}, [3]int{span[0], span[1], 5})
	}
}

func TestContext(t *testing.T) {
	text := normalize(t, "Ünïcödé wörds hêre")
	for _, c := range []struct {
		start, end, n  int
		prefix, suffix string
	}{
		{8, 13, 3, "dé ", " hê"}, {8, 13, 100, "Ünïcödé ", " hêre"}, {0, 18, 5, "", ""}, {0, 0, 2, "", "Ün"}, {18, 18, 2, "re", ""},
		{8, 13, 0, "", ""}, {8, 13, -1, "", ""}, {-1, 3, 2, "", ""}, {0, 19, 2, "", ""}, {5, 4, 2, "", ""}, {8, 13, 1 << 62, "Ünïcödé ", " hêre"},
	} {
		prefix, suffix := text.Context(c.start, c.end, c.n)
		must.Equal(t, [2]string{prefix, suffix}, [2]string{c.prefix, c.suffix})
	}
}

func TestVerifySpan(t *testing.T) {
	text := normalize(t, "Le 😀 uranium d’été\nfin")
	must.OK(t, text.VerifySpan(5, 12, "uranium"))
	must.OK(t, text.VerifySpan(0, text.Len(), text.String()))
	for _, c := range []struct {
		start, end  int
		exact       string
		found, hint string
	}{
		{4, 11, "uranium", " uraniu", ""},
		{5, 12, "Uranium", "uranium", ""},
		{15, 18, "e\u0301te\u0301", "été", "NFC"},
		{15, 22, "été\r\nfin", "été\nfin", "LF"},
		{8, 15, "uranium", "nium d’", "UTF-8 bytes"},
		{6, 13, "uranium", "ranium ", "UTF-16"},
		{5, 12, "\xff", "uranium", "not valid UTF-8"},
	} {
		e := spanError(t, text.VerifySpan(c.start, c.end, c.exact), sourcetext.ExactMismatch)
		must.Equal(t, e.Found, c.found)
		must.True(t, c.hint == "" && e.Hint == "" || c.hint != "" && strings.Contains(e.Hint, c.hint), "hint %q, want %q", e.Hint, c.hint)
		must.Contains(t, e.Error(), e.Hint)
	}
	for _, span := range [][2]int{{0, 0}, {5, 4}, {-1, 1}, {0, 23}} {
		e := spanError(t, text.VerifySpan(span[0], span[1], ""), sourcetext.OutOfRange)
		must.Contains(t, e.Error(), "22 code points")
	}
}

func TestFoundIsShort(t *testing.T) {
	text := normalize(t, strings.Repeat("é", 1000))
	e := spanError(t, text.VerifySpan(0, 1000, "x"), sourcetext.ExactMismatch)
	must.Equal(t, e.Found, strings.Repeat("é", sourcetext.MaxFound))
}

// prose draws texts of mixed widths, long enough to need several index entries.
func prose() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		part := rapid.StringOfN(rapid.RuneFrom([]rune("abc é\r\nß漢😀\u0301Ω한")), 1, 60, -1).Draw(t, "part")
		return strings.Repeat(part, rapid.IntRange(1, 12).Draw(t, "times"))
	})
}

func TestPropertyOffsetsAreCodePoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := normalize(t, prose().Draw(t, "text"))
		runes := []rune(text.String())
		must.Equal(t, text.Len(), len(runes))
		start := rapid.IntRange(0, len(runes)).Draw(t, "start")
		end := rapid.IntRange(start, len(runes)).Draw(t, "end")
		n := rapid.IntRange(1, 40).Draw(t, "n")
		exact := string(runes[start:end])
		must.Equal(t, must.Get(text.Slice(start, end))(t), exact)
		prefix, suffix := text.Context(start, end, n)
		must.Equal(t, prefix, string(runes[max(0, start-n):start]))
		must.Equal(t, suffix, string(runes[end:min(len(runes), end+n)]))
		must.Equal(t, text.Point(len(string(runes[:start]))), start)
		if start < end {
			must.OK(t, text.VerifySpan(start, end, exact))
			must.Err(t, text.VerifySpan(start, end, exact+"x"))
		}
	})
}

func TestPropertyHintRecognisesUTF16(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := normalize(t, "😀"+prose().Draw(t, "text"))
		runes := []rune(text.String())
		start := rapid.IntRange(1, len(runes)-1).Draw(t, "start")
		end := rapid.IntRange(start+1, len(runes)).Draw(t, "end")
		exact := string(runes[start:end])
		from := len(utf16.Encode(runes[:start]))
		to := from + len(utf16.Encode(runes[start:end]))
		if to > len(runes) || string(runes[from:to]) == exact {
			return
		}
		must.True(t, spanError(t, text.VerifySpan(from, to, exact), sourcetext.ExactMismatch).Hint != "")
	})
}

func FuzzNormalize(f *testing.F) {
	for _, seed := range []string{"", "a\r\nb", "e\u0301", "\xff", "\x00", "a" + strings.Repeat("\u0301", 40), "\u1112\u1161\u11ab", "\ufb2c😀"} {
		f.Add(seed, 0, 1)
	}
	f.Fuzz(func(t *testing.T, s string, start, end int) {
		text, err := sourcetext.Normalize(s)
		if err != nil {
			return
		}
		must.True(t, utf8.ValidString(text.String()) && norm.NFC.IsNormalString(text.String()))
		must.False(t, strings.ContainsAny(text.String(), "\r\x00"))
		must.Equal(t, normalize(t, text.String()).String(), text.String())
		if part, err := text.Slice(start, end); err == nil && start < end {
			must.Equal(t, utf8.RuneCountInString(part), end-start)
			must.OK(t, text.VerifySpan(start, end, part))
		}
		_ = text.VerifySpan(start, end, s)
	})
}
