package server_test

import (
	"fmt"
	"testing"

	"google.golang.org/grpc/codes"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

func TestS1AndF20OffsetsCountCodePointsOfTheNormalForm(t *testing.T) {
	const crlf = "\ufeff\U0001F468\u200d\U0001F469\u200d\U0001F467 sagt:\r\n\u201eCafe\u0301 au lait, A\u030a und q\u0307\u0323!\u201c\r\rEnde \U0001F1EB\U0001F1F7."
	onFilled(t, func(t *testing.T, s *service) {
		s.print(t, "emoji", crlf)
		words := "Caf\u00e9 au lait, \u00c5 und q\u0323\u0307!"
		in := quote(t, "emoji", crlf, words)
		must.Equal(t, in.GetContents()[0].GetStart(), int32(14)) // BOM, a family of five code points, CRLF as one
		created := s.create(t, "s1", in)
		must.Equal(t, created.GetText(), words)
		must.Equal(t, created.GetContents()[0].GetAnchorState(), typev1.TextSpan_ANCHORED)
		must.Equal(t, created.GetContents()[0].GetSuffix(), "\u201c\n\nEnde \U0001F1EB\U0001F1F7.")
		// One that counts bytes, UTF-16 units or the text before it was normalised is refused.
		for _, start := range []int32{15, 16, 17, 20, 30} {
			bad := quote(t, "emoji", crlf, words)
			bad.Contents[0].Start, bad.Contents[0].End = &start, start+bad.Contents[0].End-14
			_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: bad})
			must.Equal(t, statustest.Fields(err)[0][:len("statement.contents[0]")], "statement.contents[0]")
		}
	})
}

func TestS2AndF21AQuoteOverParagraphs(t *testing.T) {
	// Every paragraph opens the quotation anew; only the last one closes it.
	const article = "She wrote:\n\n\u201cThe first thing is trade.\n\n\u201cThe second is the border.\n\n\u201cThe third is \u2018trust\u2019, she says.\u201d\n\nHe agreed."
	onFilled(t, func(t *testing.T, s *service) {
		s.print(t, "long", article)
		created := s.create(t, "s1", quote(t, "long", article,
			"The first thing is trade.", "The second is the border.", "The third is \u2018trust\u2019"))
		must.Equal(t, created.GetText(), "The first thing is trade. [\u2026] The second is the border. [\u2026] The third is \u2018trust\u2019")
		must.Equal(t, len(created.GetContents()), 3)
		for i, words := range []string{"The first thing is trade.", "The second is the border.", "The third is \u2018trust\u2019"} {
			must.Equal(t, created.GetContents()[i].GetExact(), words)
		}
		whole := "The first thing is trade.\n\n\u201cThe second is the border.\n\n\u201cThe third is \u2018trust\u2019"
		must.Equal(t, s.create(t, "s2", quote(t, "long", article, whole)).GetText(), whole)
		// The order is that of the text.
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{
			Statement: quote(t, "long", article, "The second is the border.", "The first thing is trade."),
		})
		statustest.Check(t, err, codes.InvalidArgument, "SPANS_OVERLAP", "statement.contents[1].start")
	})
}

func TestF21QuoteMarksThatNestOrNeverClose(t *testing.T) {
	const article = "Ana: \u201cHe told me \u2018we said \u201cno\u201d twice\u2019 and left.\u201d Then she cried: \u201cNever again, not for all the world"
	s := startFilled(t, false)
	s.print(t, "marks", article)
	outer := s.create(t, "outer", quote(t, "marks", article, "He told me \u2018we said \u201cno\u201d twice\u2019 and left."))
	middle := quote(t, "marks", article, "we said \u201cno\u201d twice")
	middle.ParentStatement = outer.GetName()
	inner := quote(t, "marks", article, "no")
	inner.ParentStatement = s.create(t, "middle", middle).GetName()
	must.Equal(t, s.create(t, "inner", inner).GetText(), "no")
	open := s.create(t, "open", quote(t, "marks", article, "Never again, not for all the world"))
	must.Equal(t, open.GetContents()[0].GetSuffix(), "")
	must.Equal(t, open.GetContents()[0].GetPrefix(), "ce\u2019 and left.\u201d Then she cried: \u201c")
}

func TestS7StatementsAreReportedInEachOtherEightLevelsDeep(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		parent := ""
		for level := range 8 {
			in := direct()
			in.ParentStatement = parent
			parent = s.create(t, fmt.Sprint("level", level+1), in).GetName()
		}
		ninth := direct()
		ninth.ParentStatement = parent
		_, err := s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: ninth, StatementId: "level9"})
		statustest.Check(t, err, codes.InvalidArgument, "PARENT_TOO_DEEP", "statement.parent_statement")
		must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: `parent_statement = "statements/level7"`}), []string{"level8"})

		// A circle can be asked for in one batch only.
		_, err = s.batch(t, inside("a", "c"), inside("b", "a"), inside("c", "b"))
		statustest.Check(t, err, codes.InvalidArgument, "PARENT_CYCLE", "requests[0].statement.parent_statement")
		_, err = s.batch(t, inside("own", "own"))
		statustest.Check(t, err, codes.InvalidArgument, "PARENT_CYCLE", "requests[0].statement.parent_statement")
		_, err = s.get(t.Context(), "a")
		statustest.Check(t, err, codes.NotFound, "STATEMENT_NOT_FOUND", "")
	})
}
