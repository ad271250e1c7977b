package pages

import (
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
		Words:   latestWords(a.GetAnchorState()),
		Version: &link{Href: pagePath(a.GetDocumentVersion()), Text: "version " + idOf(a.GetDocumentVersion())},
	}
}

func latestWords(state typev1.TextSpan_AnchorState) string {
	switch state {
	case typev1.TextSpan_ANCHORED:
		return "The same words at the same place in"
	case typev1.TextSpan_MOVED:
		return "The same words at another place in"
	case typev1.TextSpan_CHANGED:
		return "Other words in their place in"
	case typev1.TextSpan_ORPHANED:
		return "No longer found for certain in"
	default:
		return "Not compared with"
	}
}

// printedIn are the documents that print the words of a statement beside its own.
func printedIn(s *statementsv1.Statement, known names) (documents []*link) {
	for _, appearance := range s.GetAppearances() {
		version := appearance.GetDocumentVersion()
		documents = append(documents, &link{Href: pagePath(version), Text: known.of(documentOf(version))})
	}
	return documents
}
