package server_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// hostile are queries that are made to break a parser, an index or a matcher.
func hostile() []string {
	return []string{
		"(a+)+$", "(x+x+)+y", strings.Repeat("(a|aa)+", 100), strings.Repeat("*", 100_000), strings.Repeat("a*", 500), "a" + strings.Repeat("*", 1000),
		"\x00", "a\x00b", "trade\x00\x01\x02", "\u202etrade\u202c", "\u200f\u05e9\u05dc\u05d5\u05dd -\u202dtrade", "\ufeff\ufffe\uffff", "\ufffd\ufffd", "\\ud800", "%ed%a0%80",
		strings.Repeat("trade ", 200_000), strings.Repeat("-", 1024), strings.Repeat(`"`, 1024), strings.Repeat(`"a" `, 200), strings.Repeat("a\u0301", 500), strings.Repeat("\u0301", 1024),
		strings.Repeat("\ufdfa", 1000), "' OR 1=1 --", `" OR "" = "`, "trade) OR (1", "NEAR(a b)", "{tokens}: a", "^trade", "a NOT b OR c AND d", "trade & !x | y <-> z:*", "\\'; x", `trade'\''`,
		"§entrade", "\u241e", "trade \u241f", strings.Repeat("\U0001F600", 1000), strings.Repeat("\u0e44", 1024), strings.Repeat("a'", 512), "\n\t\v\f\r\u2028\u2029trade",
	}
}

// checkHostile asks for a query, with and without what else a search has: it is
// answered or refused as the caller's fault, and nothing else.
func (s *service) checkHostile(t testing.TB, query string) {
	t.Helper()
	for _, req := range []*statementsv1.SearchStatementsRequest{
		{Query: query},
		{Query: "trade", Filter: query},
		{Query: "trade", OrderBy: query},
		{Query: "trade", LanguageCode: query},
		{Query: "trade", PageToken: query},
		{Query: query, OrderBy: "statement_time desc", Facets: []string{"year", "speaker"}, LanguageCode: "en", ShowDeprecated: true, PageSize: 1},
	} {
		_, err := s.statements.SearchStatements(t.Context(), req)
		code := status.Code(err)
		must.True(t, code == codes.OK || code == codes.InvalidArgument, "%v for %.80q: %v", code, query, err)
	}
}

func TestS25HostileQueriesAreRefusedOrFindNothing(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "a", said("trade"))
		for _, query := range hostile() {
			s.checkHostile(t, query)
		}
		must.Equal(t, s.search(t, &statementsv1.SearchStatementsRequest{Query: "trade"}), []string{"a"})
	})
}

func FuzzSearchStatements(f *testing.F) {
	for _, query := range hostile() {
		f.Add(query)
	}
	s := start(f)
	s.document(f, "d", false)
	s.create(f, "a", said("trade"))
	f.Fuzz(func(t *testing.T, query string) {
		if utf8.ValidString(query) { // a client cannot send anything else
			s.checkHostile(t, query)
		}
	})
}
