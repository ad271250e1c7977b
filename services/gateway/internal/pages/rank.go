package pages

import (
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// badge is what a reader has to know of a statement before reading it: one word, and
// what it means.
type badge struct {
	Word, Meaning string
	// Reason is why, in the editor's words.
	Reason string
	// Class says how it is shown.
	Class string
}

// badgesOf are the badges of a statement: its rank, if that is not the usual one, and
// what an editor thinks of how it was found, if that is not good.
func badgesOf(s *statementsv1.Statement) (badges []badge) {
	if s.GetRestricted() {
		badges = append(badges, badge{Word: "Under embargo", Meaning: "only editors and admins read it until the embargo of its document ends", Class: "grave"})
	}
	switch s.GetRank() {
	case statementsv1.Statement_DEPRECATED:
		badges = append(badges, badge{Word: "Deprecated", Meaning: "known to be wrong or misleading", Reason: s.GetRankReason(), Class: "grave"})
	case statementsv1.Statement_PREFERRED:
		badges = append(badges, badge{Word: "Preferred", Meaning: "the one to show, of several", Reason: s.GetRankReason(), Class: "good"})
	default:
	}
	found := s.GetExtraction()
	switch state := found.GetReviewState(); {
	case found == nil:
	case state == statementsv1.Extraction_REJECTED:
		badges = append(badges, badge{Word: "Rejected", Meaning: "an editor has looked at how it was found, and it is wrong", Class: "grave"})
	case state == statementsv1.Extraction_UNREVIEWED, state == statementsv1.Extraction_REVIEW_STATE_UNSPECIFIED && found.GetMethod() != statementsv1.Extraction_HUMAN:
		badges = append(badges, badge{Word: "Unreviewed", Meaning: "no editor has looked at how it was found", Class: "doubt"})
	}
	return badges
}

// extractionView is how a statement was found in its document.
type extractionView struct {
	// How is by whom or what, Review what an editor thinks of it.
	How, Tool, Confidence, Annotator, Review string
}

func newExtraction(x *statementsv1.Extraction) *extractionView {
	if x == nil {
		return nil
	}
	v := &extractionView{
		How: extractionMethods[x.GetMethod()], Tool: x.GetTool(), Confidence: x.GetConfidence().GetValue(), Annotator: x.GetAnnotator(),
		Review: reviewStates[x.GetReviewState()],
	}
	if version := x.GetToolVersion(); version != "" {
		v.Tool += " " + version
	}
	return v
}

var extractionMethods = map[statementsv1.Extraction_Method]string{
	statementsv1.Extraction_HUMAN: "marked by a human being", statementsv1.Extraction_TOOL: "found by a program, by rules",
	statementsv1.Extraction_MODEL: "found by a statistical or language model",
}

var reviewStates = map[statementsv1.Extraction_ReviewState]string{
	statementsv1.Extraction_REVIEW_STATE_UNSPECIFIED: "not reviewed by an editor",
	statementsv1.Extraction_UNREVIEWED:               "not reviewed by an editor",
	statementsv1.Extraction_ACCEPTED:                 "accepted by an editor",
	statementsv1.Extraction_REJECTED:                 "rejected by an editor",
}
