package record

import (
	"slices"

	"google.golang.org/protobuf/proto"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// printings are the facts that a statement is in the text of a version: one of its
// own, if its spans lie there, and one for each of its appearances there.
func printings(version string, s *statementsv1.Statement) (facts []*gatewayv1.Fact) {
	if s.GetDocumentVersion() == version {
		facts = append(facts, &gatewayv1.Fact{Fact: &gatewayv1.Fact_Statement{Statement: s}})
	}
	for _, appearance := range s.GetAppearances() {
		if appearance.GetDocumentVersion() == version {
			facts = append(facts, &gatewayv1.Fact{
				Fact: &gatewayv1.Fact_Statement{Statement: s}, Appearance: appearance.GetStatement(),
			})
		}
	}
	return facts
}

// Here is the statement of a fact as the text prints it in which the fact stands:
// with the spans that lie there. It is nil of a figure, and shares what it has with
// the fact.
func Here(fact *gatewayv1.Fact) *statementsv1.Statement {
	s := fact.GetStatement()
	if s == nil || fact.GetAppearance() == "" {
		return s
	}
	i := slices.IndexFunc(s.GetAppearances(), func(a *statementsv1.Appearance) bool { return a.GetStatement() == fact.GetAppearance() })
	if i < 0 {
		return s
	}
	appearance := s.GetAppearances()[i]
	here := proto.CloneOf(s)
	here.DocumentVersion, here.Contents = appearance.GetDocumentVersion(), appearance.GetContents()
	here.Cue, here.SourceMentions = appearance.GetCue(), appearance.GetSourceMentions()
	here.PublishTime, here.AccessTime, here.LatestAnchor = appearance.GetPublishTime(), appearance.GetAccessTime(), appearance.GetLatestAnchor()
	return here
}
