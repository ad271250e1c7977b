package pages_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// shows fails the test unless an element has all the words, however it breaks lines.
func shows(t *testing.T, n *html.Node, words ...string) {
	t.Helper()
	must.True(t, n != nil, "the element is not there")
	text := strings.Join(strings.Fields(textOf(n)), " ")
	for _, w := range words {
		must.Contains(t, text, w)
	}
}

// hrefs are the links in an element.
func hrefs(n *html.Node) map[string]bool {
	out := map[string]bool{}
	walk(n, func(n *html.Node) {
		for _, attr := range n.Attr {
			if attr.Key == "href" {
				out[attr.Val] = true
			}
		}
	})
	return out
}

func TestAStatementKnownToBeWrongIsShownSo(t *testing.T) {
	r := example()
	s := r.statements[0]
	s.Rank, s.RankReason = statementsv1.Statement_DEPRECATED, "The minister never said it."
	h := explorer(t, r)
	words := []string{"Deprecated: known to be wrong or misleading.", "The minister never said it."}
	shows(t, byID(get(t, h, "/statements/quote").root, "statement-quote"), words...)
	a := get(t, h, "/documents/note")
	shows(t, byID(a.root, "statement-quote"), words...)
	must.Contains(t, a.body, `title="Direct quotation, The Speaker, deprecated"`)
	must.True(t, r.showDeprecated, "the page does not ask for what is deprecated")
	shows(t, byID(get(t, h, "/statements").root, "main"), "Deprecated")
	s.Rank, s.RankReason = statementsv1.Statement_PREFERRED, "The full sentence."
	shows(t, byID(get(t, h, "/statements/quote").root, "statement-quote"), "Preferred: the one to show, of several.", "The full sentence.")
}

func TestAStatementSaysHowItWasFound(t *testing.T) {
	r := example()
	for state, words := range map[statementsv1.Extraction_ReviewState][]string{
		statementsv1.Extraction_REJECTED:                 {"Rejected: an editor has looked", "rejected by an editor"},
		statementsv1.Extraction_UNREVIEWED:               {"Unreviewed: no editor has looked", "not reviewed by an editor"},
		statementsv1.Extraction_REVIEW_STATE_UNSPECIFIED: {"Unreviewed: no editor has looked", "not reviewed by an editor"},
		statementsv1.Extraction_ACCEPTED:                 {"accepted by an editor"},
	} {
		r.statements[0].Extraction = &statementsv1.Extraction{
			Method: statementsv1.Extraction_TOOL, Tool: "Citron", ToolVersion: "2.1", Confidence: number("0.83"), Annotator: "Ada", ReviewState: state,
		}
		h := explorer(t, r)
		for _, target := range []string{"/statements/quote", "/documents/note"} {
			card := byID(get(t, h, target).root, "statement-quote")
			shows(t, card, append(words, "found by a program, by rules, Citron 2.1, confidence 0.83, by Ada")...)
		}
	}
}

func TestAStatementShowsItsBackground(t *testing.T) {
	r := example()
	s := r.statements[0]
	s.OriginalText, s.OriginalLanguageCode, s.Translator = "no hace falta muro", "es", "An agency"
	s.Topics = []string{"entities/speaker"}
	s.Links = []*statementsv1.StatementLink{{Type: statementsv1.StatementLink_CONTRADICTS, Statement: "statements/quote"}}
	s.References = []*statementsv1.Reference{
		{DocumentVersion: "documents/note/versions/1", Comment: "The first line."}, {Uri: "https://example.org/proof"}, {Uri: "javascript:alert(1)"},
	}
	s.Qualifiers = map[string]*statementsv1.QualifierValue{
		"certainty": {Value: &statementsv1.QualifierValue_Text{Text: "high"}}, "heard_by": {Value: &statementsv1.QualifierValue_Entity{Entity: "entities/speaker"}},
		"seconds": {Value: &statementsv1.QualifierValue_Number{Number: number("12.5")}}, "since": {Value: &statementsv1.QualifierValue_Edtf{Edtf: "2023-11-17"}},
	}
	a := get(t, explorer(t, r), "/statements/quote")
	card := byID(a.root, "statement-quote")
	shows(t, card,
		"from es, by An agency", "Original words“no hace falta muro”", "TopicsThe Speaker", "Contradicts trade of US$860 billion", "A note, version 1 – The first line.",
		"https://example.org/proof", "javascript:alert(1)", "certaintyhigh", "heard_byThe Speaker", "seconds12.5", "since17 November 2023")
	links := hrefs(card)
	must.True(t, links["https://example.org/proof"] && links["/documents/note?version=1"] && links["/statements/quote"], "links are missing: %v", links)
	checkDocument(t, "background", a)
}

func correction(kind typev1.Correction_Kind, subject, reason string) *typev1.Correction {
	return &typev1.Correction{
		Kind: kind, Subject: subject, Document: "documents/note", Reason: reason, RecordTime: timestamppb.New(recorded), Caller: "ada",
		NoticeText: "An earlier version said “no”.", NoticeDocumentVersion: "documents/note/versions/1",
	}
}

func TestCorrectionsAreShownWithTheirReasonsAndNotices(t *testing.T) {
	r := example()
	r.corrections = []*typev1.Correction{
		correction(typev1.Correction_ERROR, "statements/quote", "The words were cut short."),
		correction(typev1.Correction_CLARIFICATION, "documents/note", "The year was unclear."),
	}
	h := explorer(t, r)
	a := get(t, h, "/statements/quote")
	shows(t, byID(a.root, "corrections"), "Corrected (it was wrong, and is put right): The words were cut short.",
		"The publisher’s notice: “An earlier version said “no”.” – printed in version 1", "27 November 2026, 03:04:05 UTC, by ada")
	shows(t, byID(a.root, "document-corrections"), "Clarified", "The year was unclear.")
	checkDocument(t, "corrections of a statement", a)
	a = get(t, h, "/documents/note")
	shows(t, byID(a.root, "corrections"), "Clarified (it was right, and could be misunderstood): The year was unclear.", "An earlier version said “no”.")
	shows(t, byID(a.root, "statement-quote"), "Corrected: The words were cut short.")
	checkDocument(t, "corrections of a document", a)
}

func TestReviewsAreShownWithTheirRatings(t *testing.T) {
	r := example()
	r.reviews = []*statementsv1.Review{
		{
			Name: "statements/quote/reviews/a", Reviewer: "Fact Desk", TextualRating: "Four Pinocchios", Verdict: statementsv1.Review_FALSE,
			Uri: "https://example.org/check", Headline: "It does", PublishTime: &typev1.TimePeriod{Edtf: "2023-11-20"},
			RatingValue: number("4"), WorstRating: number("4"), BestRating: number("0"), ClaimReviewed: "No wall is needed",
		},
		{Name: "statements/quote/reviews/b", Reviewer: "Another", TextualRating: "Odd", Uri: "javascript:alert(2)", PublishTime: notStated()},
	}
	h := explorer(t, r)
	a := get(t, h, "/statements/quote")
	shows(t, byID(a.root, "reviews"), "Fact Desk: “Four Pinocchios” (verdict: false), 4 on a scale from 4 (worst) to 0 (best)", "It does", "20 November 2023",
		"No wall is needed", "Another: “Odd”", "javascript:alert(2)")
	must.True(t, hrefs(byID(a.root, "reviews"))["https://example.org/check"], "the review is not linked")
	checkDocument(t, "reviews", a)
	shows(t, byID(get(t, h, "/documents/note").root, "statement-quote"), "Fact Desk: “Four Pinocchios” (verdict: false)")
}

func TestWhatCannotBeReadOfTheEditorsIsSaid(t *testing.T) {
	r := example()
	r.editorialErr = errs.New(errs.Unavailable, "SERVICE_UNAVAILABLE", "gone")
	h := explorer(t, r)
	shows(t, byID(get(t, h, "/statements/quote").root, "main"), "The corrections could not be read.", "The reviews could not be read.")
	shows(t, byID(get(t, h, "/documents/note").root, "main"), "The corrections could not be read.", "The reviews could not be read.")
}

func TestHistoryShowsTagsAndComments(t *testing.T) {
	shows(t, byID(get(t, explorer(t, example()), "/statements/quote").root, "history"), "Change", "update Spelling.")
}

// later puts a third version on record, in whose text nothing was marked yet.
func later(r *record, states map[string]typev1.TextSpan_AnchorState) {
	const newest = "documents/note/versions/3"
	quote := r.statements[0]
	r.statements = nil
	for _, id := range []string{"kept", "moved", "changed", "lost"} {
		s := &statementsv1.Statement{
			Name: "statements/" + id, DocumentVersion: "documents/note/versions/1", StatementType: quote.GetStatementType(), Text: quote.GetText(),
			Contents: quote.GetContents(), Speakers: quote.GetSpeakers(), StatementTime: quote.GetStatementTime(),
		}
		here := at("needs no wall", 0)
		s.LatestAnchor = &statementsv1.VersionAnchor{DocumentVersion: newest, AnchorState: states[id], Spans: []*statementsv1.VersionAnchor_SpanAnchor{
			{Field: "contents[0]", AnchorState: states[id], Start: here.Start, End: &here.End},
		}}
		r.statements = append(r.statements, s)
	}
	r.read.Document.LatestVersion, r.read.DocumentVersion.Name = newest, newest
	r.read.Facts, r.read.Entities = nil, nil
}

func TestANewVersionShowsWhatWasReadFromEarlierOnes(t *testing.T) {
	r := example()
	later(r, map[string]typev1.TextSpan_AnchorState{
		"kept": typev1.TextSpan_ANCHORED, "moved": typev1.TextSpan_MOVED, "changed": typev1.TextSpan_CHANGED, "lost": typev1.TextSpan_ORPHANED,
	})
	h := explorer(t, r)
	a := get(t, h, "/documents/note")
	section := byID(a.root, "earlier")
	shows(t, section, "From earlier versions", "4 statements from earlier versions, 2 of them marked in the text of version 3", "The Speaker",
		"Anchored", "The same words at the same place in version 3", "Moved", "The same words at another place in version 3",
		"Changed", "Other words in their place in version 3", "Orphaned", "No longer found for certain in version 3", "Read fromversion 1")
	must.True(t, hrefs(section)["/documents/note?version=1"], "no link to the version it was read from")
	must.True(t, hrefs(byID(a.root, "main"))["#earlier"], "no hint at the top")
	var marked []string
	walk(byID(a.root, "text"), func(n *html.Node) {
		for _, attr := range n.Attr {
			if attr.Key == "data-facts" {
				marked = append(marked, attr.Val+": "+textOf(n))
			}
		}
	})
	must.Equal(t, marked, []string{"earlier-0-statement-kept earlier-1-statement-moved: needs no wall"})
	must.Equal(t, textOf(byID(a.root, "text")), noteText)
	checkDocument(t, "earlier versions", a)
	must.False(t, r.statements[0].GetDocumentVersion() == "", "the record was changed")
}

// A statement of another document whose words an earlier version prints is listed too,
// with the card that it has there.
func TestAnEarlierPrintingIsListed(t *testing.T) {
	r := example()
	later(r, nil)
	s := r.statements[0]
	r.statements = r.statements[:1]
	s.DocumentVersion = "documents/other/versions/1"
	s.Appearances = []*statementsv1.Appearance{{
		Statement: "statements/again", DocumentVersion: "documents/note/versions/2", Contents: s.GetContents(), LatestAnchor: s.GetLatestAnchor(),
	}}
	a := get(t, explorer(t, r), "/documents/note")
	shows(t, byID(a.root, "earlier"), "1 statement from earlier versions.", "Read fromversion 2")
	must.True(t, hrefs(byID(a.root, "earlier"))["/documents/note?version=2#statement-again"], "no link to its card there")
}

func TestOfVeryManyStatementsNotAllAreLookedUpForReviews(t *testing.T) {
	r := example()
	for i := range 201 {
		s := proto.CloneOf(r.statements[0])
		s.Name = fmt.Sprintf("statements/s%d", i)
		r.read.Facts = append(r.read.Facts, &gatewayv1.Fact{Fact: &gatewayv1.Fact_Statement{Statement: s}})
	}
	r.reviews = []*statementsv1.Review{{Name: "statements/s200/reviews/desk", TextualRating: "Two Pinocchios"}}
	page := byID(get(t, explorer(t, r), "/documents/note").root, "main")
	shows(t, page, "Two Pinocchios") // all reviews of a record that has few
	must.False(t, strings.Contains(textOf(page), "Reviews are shown of the first statements only"))
	for i := range 50 {
		r.reviews = append(r.reviews, &statementsv1.Review{Name: fmt.Sprintf("statements/elsewhere/reviews/r%d", i)})
	}
	r.reviews = append(r.reviews, &statementsv1.Review{Name: "statements/s1/reviews/desk", TextualRating: "Three Pinocchios"})
	page = byID(get(t, explorer(t, r), "/documents/note").root, "main")
	shows(t, page, "Reviews are shown of the first statements only", "Three Pinocchios")
	must.False(t, strings.Contains(textOf(page), "Two Pinocchios"))
}

func TestEarlierVersionsOfAWithheldTextAreListed(t *testing.T) {
	r := example()
	later(r, map[string]typev1.TextSpan_AnchorState{"kept": typev1.TextSpan_ANCHORED, "moved": typev1.TextSpan_UNVERIFIED})
	r.read.DocumentVersion.Text = ""
	a := get(t, explorer(t, r), "/documents/note")
	shows(t, byID(a.root, "earlier"), "4 statements from earlier versions.", "Anchored", "Not compared")
	checkDocument(t, "earlier versions, withheld", a)
}

func TestAnOlderVersionIsToldWhereItsPredecessorsStandInTheNewest(t *testing.T) {
	r := example()
	later(r, map[string]typev1.TextSpan_AnchorState{"kept": typev1.TextSpan_ANCHORED})
	r.read.DocumentVersion.Name = "documents/note/versions/2"
	a := get(t, explorer(t, r), "/documents/note?version=2")
	shows(t, byID(a.root, "earlier"), "The same words at the same place in version 3")
	must.Equal(t, len(hrefs(byID(a.root, "text"))), 0)
	r.read.DocumentVersion.Name = "documents/note/versions/1"
	must.True(t, byID(get(t, explorer(t, r), "/documents/note?version=1").root, "earlier") == nil, "the first version has none before it")
}
