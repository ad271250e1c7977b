package pages

import (
	"slices"
	"strings"
	"unicode/utf8"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// passage is a span for people.
type passage struct {
	Role                  string
	Start, End            string
	Prefix, Exact, Suffix string
	// Open and Close are the quote marks of a quotation that is shown in its
	// context, where the text around it has none.
	Open, Close string
	Sha256      string
	// Withheld says that the words are not on record; Unverified that nobody has
	// compared them with the text.
	Withheld, Unverified bool
}

func newPassage(s *typev1.TextSpan, quoted bool) passage {
	p := passage{
		Start: words.Grouped(int(s.GetStart())), End: words.Grouped(int(s.GetEnd())), Prefix: s.GetPrefix(), Exact: s.GetExact(), Suffix: s.GetSuffix(),
		Sha256: s.GetExactSha256(), Withheld: s.GetExact() == "", Unverified: s.GetAnchorState() == typev1.TextSpan_UNVERIFIED,
	}
	// Where the source has a mark on one side only, so has the page.
	if quoted && !p.Withheld && !endsWithQuoteMark(p.Prefix) && !startsWithQuoteMark(p.Suffix) {
		p.Open, p.Close = "“", "”"
	}
	return p
}

func unverified(passages []passage) bool {
	return slices.ContainsFunc(passages, func(p passage) bool { return p.Unverified })
}

func endsWithQuoteMark(s string) bool {
	last, _ := utf8.DecodeLastRuneInString(s)
	return strings.ContainsRune("“„‘‚«‹\"'", last)
}

func startsWithQuoteMark(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("”“’‘»›\"'", first)
}

// speakerView is a speaker as the source presents them.
type speakerView struct {
	Entity      *link
	Attribution string
	Role        string
	Affiliation *link
}

// statementView is a statement for people.
type statementView struct {
	Name, ID, Anchor, Href, API string
	Type                        term
	// Quotation says that Text is the speaker's own words; otherwise it is the
	// editor's summary, or the passages.
	Quotation, Summary bool
	Text, Language     string
	Passages           []passage
	Cue                *passage
	Mentions           []passage
	Speakers           []speakerView
	Time               period
	Audience           []*link
	Event, Location    *link
	Parent             *link
	// MergedInto is the statement among whose appearances this one is.
	MergedInto *link
	// Latest is how it stands in the newest version; PrintedIn is where else the words
	// are printed.
	Latest    *latestView
	PrintedIn []*link
	Document  *link
	Version   string
	InText    *link
	Figures   []*link
	Comment   string
	// Badges are what has to be known before reading it.
	Badges     []badge
	Extraction *extractionView
	Original   *originalView
	Topics     []*link
	Relations  []relation
	References []referenceView
	Qualifiers []qualifierView
	// Corrections and Reviews are empty where a page does not ask for them.
	Corrections correctionList
	Reviews     beginning[reviewView]
	// Full says that this is the statement's own page: its corrections and reviews
	// follow in full.
	Full          bool
	Recorded      *moment
	Revision, UID string
	Offset        string
	// Unverified says that nobody has compared the words with the text.
	Unverified bool
	// Found is the text of a search's result with the words that were looked for.
	Found []run
	// Certainty is how far the words can be relied on to be what the source says.
	Certainty string
	// Context says that the characters around the passages are shown: the text is
	// not beside the card.
	Context bool
	start   int32
}

func newStatementView(s *statementsv1.Statement, known names) *statementView {
	quoted := s.GetStatementType() == statementsv1.Statement_DIRECT
	v := &statementView{
		Name: s.GetName(), ID: idOf(s.GetName()), Anchor: anchor(s.GetName()), Href: pagePath(s.GetName()), API: apiPath(s.GetName()),
		Type: statementType(s.GetStatementType()), Quotation: quoted, Text: s.GetText(), Language: s.GetLanguageCode(),
		Time: newPeriod(s.GetStatementTime()), Event: known.to(s.GetEvent()), Location: known.to(s.GetLocation()),
		Parent: known.to(s.GetParentStatement()), Comment: s.GetComment(), Recorded: newMoment(s.GetCreateTime()),
		Revision: s.GetRevisionId(), UID: s.GetUid(), Context: true,
		MergedInto: known.to(s.GetRedirectTo()), Latest: newLatest(s.GetLatestAnchor()), PrintedIn: printedIn(s, known),
		Badges: badgesOf(s), Extraction: newExtraction(s.GetExtraction()), Original: newOriginal(s), Relations: relationsOf(s, known),
		References: referencesOf(s, known), Qualifiers: qualifiersOf(s, known), Topics: known.all(s.GetTopics()), Audience: known.all(s.GetAudience()),
	}
	if version := s.GetDocumentVersion(); version != "" {
		v.Document = &link{Href: pagePath(documentOf(version)), Text: known.of(documentOf(version))}
		v.Version = idOf(version)
		v.InText = &link{Href: pagePath(version) + "#" + v.Anchor, Text: "in its document"}
	}
	for _, span := range s.GetContents() {
		v.Passages = append(v.Passages, newPassage(span, quoted))
	}
	if len(v.Passages) > 0 {
		v.Offset, v.start = v.Passages[0].Start, s.GetContents()[0].GetStart()
		v.Unverified = unverified(v.Passages)
		v.Summary = !quoted && !verbatim(s)
	}
	v.Certainty = statementCertainty(s, v.Unverified)
	if s.GetCue() != nil {
		cue := newPassage(s.GetCue(), false)
		v.Cue = &cue
	}
	for _, span := range s.GetSourceMentions() {
		v.Mentions = append(v.Mentions, newPassage(span, false))
	}
	for _, sp := range s.GetSpeakers() {
		v.Speakers = append(v.Speakers, speakerView{
			Entity: known.to(sp.GetEntity()), Attribution: sp.GetAttributionText(), Role: sp.GetRole(), Affiliation: known.to(sp.GetAffiliation()),
		})
	}
	return v
}

// verbatim reports whether the text of a statement is its passages, and not an
// editor's summary.
func verbatim(s *statementsv1.Statement) bool {
	words := make([]string, len(s.GetContents()))
	for i, span := range s.GetContents() {
		words[i] = span.GetExact()
	}
	return strings.Join(words, " […] ") == s.GetText()
}

// entitiesOf are the resources that a statement names, in order.
func entitiesOf(s *statementsv1.Statement) []string {
	var out []string
	for _, sp := range s.GetSpeakers() {
		out = append(out, sp.GetEntity(), sp.GetAffiliation())
	}
	out = append(out, s.GetAudience()...)
	return append(out, s.GetEvent(), s.GetLocation())
}
