package pages

import (
	"slices"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// latestView is how a statement stands in the newest version of its document.
type latestView struct {
	Words   string
	Version *link
}

// newLatest is nil while the statement lies in the newest version.
func newLatest(a *statementsv1.VersionAnchor) *latestView {
	if a == nil {
		return nil
	}
	return &latestView{
		Words:   standingOf(a).sentence,
		Version: &link{Href: pagePath(a.GetDocumentVersion()), Text: "version " + idOf(a.GetDocumentVersion())},
	}
}

// standing is how words stand in a later version: in one word, and as the beginning of a
// sentence about that version.
type standing struct{ word, sentence string }

var standings = map[typev1.TextSpan_AnchorState]standing{
	typev1.TextSpan_ANCHORED: {"Anchored", "The same words at the same place in"},
	typev1.TextSpan_MOVED:    {"Moved", "The same words at another place in"},
	typev1.TextSpan_CHANGED:  {"Changed", "Other words in their place in"},
	typev1.TextSpan_ORPHANED: {"Orphaned", "No longer found for certain in"},
}

func standingOf(a *statementsv1.VersionAnchor) standing {
	if known, ok := standings[a.GetAnchorState()]; ok {
		return known
	}
	return standing{"Not compared", "Not compared with"}
}

// printedIn are the documents that print the words of a statement beside its own.
func printedIn(s *statementsv1.Statement, known names) (documents []*link) {
	for _, appearance := range s.GetAppearances() {
		version := appearance.GetDocumentVersion()
		documents = append(documents, &link{Href: pagePath(version), Text: known.of(documentOf(version))})
	}
	return documents
}

// printings are the facts of one text that each statement is, by its name: more than
// one if the text prints it more than once.
type printings map[string][]*gatewayv1.Fact

// cardOf is the id of the card of a statement in a text. One that is printed there as
// an appearance has that of the appearance: the text may print the statement itself too.
func cardOf(f *gatewayv1.Fact) string {
	if appearance := f.GetAppearance(); appearance != "" {
		return anchor(appearance)
	}
	return anchor(f.GetStatement().GetName())
}

// card is the id of the card of a statement that the text prints: where it holds a
// figure, or else the first.
func (p printings) card(statement, figure string) string {
	facts := p[statement]
	if len(facts) == 0 {
		return anchor(statement)
	}
	i := slices.IndexFunc(facts, func(f *gatewayv1.Fact) bool { return slices.Contains(f.GetFigures(), figure) })
	return cardOf(facts[max(i, 0)])
}

// quotation reports whether a statement of the text is a direct one.
func (p printings) quotation(statement string) bool {
	facts := p[statement]
	return len(facts) > 0 && facts[0].GetStatement().GetStatementType() == statementsv1.Statement_DIRECT
}
