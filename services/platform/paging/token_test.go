package paging_test

import (
	"encoding/base64"
	"math"
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"pgregory.net/rapid"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/paging"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

var request = paging.Bind("ListStatements", `type = "DIRECT"`, "create_time desc")

func sample(t must.TB) (paging.Token, string) {
	token := paging.Token{ReadTime: 1700000000000000, Keys: []any{int64(-5), "Ünï", "s-1"}}
	return token, must.Get(token.Encode(request))(t)
}

func TestTokenRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.OneOf(
			rapid.Map(rapid.StringN(0, 40, -1), func(s string) any { return s }),
			rapid.Map(rapid.Int64(), func(n int64) any { return n }),
		)
		token := paging.Token{
			ReadTime: recordtime.Time(rapid.Int64().Draw(t, "read time")),
			Keys:     rapid.SliceOfN(key, 1, 6).Draw(t, "keys"),
		}
		binding := paging.Bind(rapid.String().Draw(t, "method"), rapid.String().Draw(t, "filter"))
		text := must.Get(token.Encode(binding))(t)
		must.True(t, len(text) <= paging.MaxTokenBytes)
		must.True(t, strings.Trim(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == "", "not URL-safe: %s", text)
		must.Equal(t, must.Get(paging.Decode(text, binding))(t), token)
	})
}

func TestEmptyTokenIsTheFirstPage(t *testing.T) {
	token := must.Get(paging.Decode("", request))(t)
	must.True(t, token.First())
	must.Equal(t, token, paging.Token{})
}

func TestTokenOfAnotherRequest(t *testing.T) {
	_, text := sample(t)
	for name, binding := range map[string]paging.Binding{
		"another method":      paging.Bind("ListFigures", `type = "DIRECT"`, "create_time desc"),
		"another filter":      paging.Bind("ListStatements", "", "create_time desc"),
		"another order":       paging.Bind("ListStatements", `type = "DIRECT"`, "create_time"),
		"one parameter more":  paging.Bind("ListStatements", `type = "DIRECT"`, "create_time desc", ""),
		"shifted parameters":  paging.Bind("ListStatements", `type = "DIRECT"create_time desc`, ""),
		"method and filter 1": paging.Bind(`ListStatementstype = "DIRECT"`, "create_time desc"),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := paging.Decode(text, binding)
			statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
		})
	}
}

func TestTamperedToken(t *testing.T) {
	_, text := sample(t)
	malformed := func(t *testing.T, bad string) {
		t.Helper()
		_, err := paging.Decode(bad, request)
		statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MALFORMED", "page_token")
	}
	raw := must.Get(base64.RawURLEncoding.DecodeString(text))(t)
	for i := range raw {
		for bit := range 8 {
			raw[i] ^= 1 << bit
			malformed(t, base64.RawURLEncoding.EncodeToString(raw))
			raw[i] ^= 1 << bit
		}
	}
	for cut := 1; cut < len(text); cut++ {
		malformed(t, text[:cut])
	}
	for _, bad := range []string{"x", "!", text + "A", text + "=", text + "\n", text[:9] + "\n" + text[9:], " " + text, strings.Repeat("A", paging.MaxTokenBytes+1)} {
		malformed(t, bad)
	}
}

func TestTokenLimits(t *testing.T) {
	_, err := paging.Token{Keys: []any{strings.Repeat("x", paging.MaxTokenBytes)}}.Encode(request)
	statustest.Check(t, err, codes.InvalidArgument, "ORDER_KEY_TOO_LONG", "order_by")

	_, err = paging.Token{Keys: []any{strings.Repeat("\U00010348", 500), int64(math.MaxInt64), strings.Repeat("x", 128)}}.Encode(request)
	must.OK(t, err)

	for _, keys := range [][]any{nil, {1.5}, {1}, make([]any, 33)} {
		_, err := paging.Token{Keys: keys}.Encode(request)
		must.Err(t, err)
	}
}

func FuzzDecode(f *testing.F) {
	_, text := sample(f)
	f.Add(text)
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		token, err := paging.Decode(text, request)
		if err != nil {
			statustest.Check(t, err, codes.InvalidArgument, errs.ReasonOf(err), "page_token")
			return
		}
		if text != "" {
			must.Equal(t, must.Get(token.Encode(request))(t), text) // one text for one token
		}
	})
}
