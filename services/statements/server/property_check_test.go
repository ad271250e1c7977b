package server_test

import (
	"fmt"
	"slices"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// check checks every invariant.
func (n *newsroom) check() {
	n.checkNotes()
	facts := map[string]*statementsv1.Statement{}
	revisions := map[string][]*statementsv1.StatementRevision{}
	for _, id := range n.facts {
		name := "statements/" + id
		facts[name] = n.read(name)
		revisions[name] = n.checkRevisions(facts[name])
	}
	n.checkWatch(revisions)
	n.checkCorrections(revisions)
	n.checkMerges(facts)
	n.checkSpans(facts)
	n.checkSpeakers(facts)
	n.checkCounts(facts)
	n.checkReviews(facts)
}

// checkNotes: what was read once is read again, to the byte.
func (n *newsroom) checkNotes() {
	for _, noted := range n.noted {
		must.Equal(n.t, n.readAll(noted.facts, noted.at), noted.read)
	}
}

// readAll is all that the record says of some statements at a time.
func (n *newsroom) readAll(ids []string, at *timestamppb.Timestamp) (read []byte) {
	ctx := n.base.Context()
	add := func(message proto.Message, err error) {
		n.t.Helper()
		must.OK(n.t, err)
		read, err = proto.MarshalOptions{Deterministic: true}.MarshalAppend(read, message)
		must.OK(n.t, err)
	}
	for _, id := range ids {
		add(n.statements.GetStatement(ctx, &statementsv1.GetStatementRequest{Name: "statements/" + id, ReadTime: at, ShowDeleted: true}))
		add(n.reviews.ListReviews(ctx, &statementsv1.ListReviewsRequest{Parent: "statements/" + id, ReadTime: at, ShowDeleted: true}))
		add(n.statements.ListStatementRevisions(ctx, &statementsv1.ListStatementRevisionsRequest{Parent: "statements/" + id, ReadTime: at}))
	}
	for _, id := range n.docs {
		filter := fmt.Sprintf("document = %q", "documents/"+id)
		add(n.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{Filter: filter, ReadTime: at, IncludeCorrections: true}))
		add(n.statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{Filter: filter, ReadTime: at, ShowDeleted: true, ShowDeprecated: true}))
		add(n.statements.CountStatements(ctx, &statementsv1.CountStatementsRequest{Filter: filter, ReadTime: at, GroupBy: "speaker"}))
		add(n.statements.SearchStatements(ctx, &statementsv1.SearchStatementsRequest{Query: "stands", Filter: filter, ReadTime: at}))
		add(n.corrections.ListCorrections(ctx, &statementsv1.ListCorrectionsRequest{Filter: filter, ReadTime: at}))
	}
	return read
}

// checkRevisions: numbered without a gap, each tagged, the newest what Get answers.
func (n *newsroom) checkRevisions(newest *statementsv1.Statement) []*statementsv1.StatementRevision {
	out, err := n.statements.ListStatementRevisions(n.base.Context(), &statementsv1.ListStatementRevisionsRequest{Parent: newest.GetName(), PageSize: 1000})
	must.OK(n.t, err)
	revisions := out.GetStatementRevisions()
	slices.Reverse(revisions)
	for i, revision := range revisions {
		must.Equal(n.t, revision.GetName(), fmt.Sprintf("%s/revisions/%d", newest.GetName(), i+1))
		must.Equal(n.t, revision.GetSnapshot().GetRevisionId(), fmt.Sprint(i+1))
		must.True(n.t, len(revision.GetTags()) > 0)
		must.Equal(n.t, revision.GetTags()[0] == "create", i == 0)
		must.True(n.t, i == 0 || !revision.GetCreateTime().AsTime().Before(revisions[i-1].GetCreateTime().AsTime()))
	}
	must.Equal(n.t, revisions[len(revisions)-1].GetSnapshot(), newest)
	return revisions
}

// checkWatch: every change since the run began is sent once, in order.
func (n *newsroom) checkWatch(revisions map[string][]*statementsv1.StatementRevision) {
	changes, _ := until(n.base, n.watch(n.base, after(n.start)))
	last, sent := &timestamppb.Timestamp{}, map[string][]*statementsv1.StatementRevision{}
	corrections := map[string]bool{}
	reviews := map[string]int{}
	for _, one := range changes {
		change := one.GetChange()
		must.False(n.t, change.GetRecordTime().AsTime().Before(last.AsTime()))
		last = change.GetRecordTime()
		switch {
		case change.GetStatement() != nil:
			name := change.GetName()
			of, at := revisions[name], len(sent[name])
			must.True(n.t, at < len(of), "%s is sent too often", name)
			must.Equal(n.t, change.GetStatement(), of[at].GetSnapshot())
			must.Equal(n.t, change.GetCaller(), of[at].GetCaller())
			sent[name] = append(sent[name], of[at])
		case change.GetCorrection() != nil:
			must.False(n.t, corrections[change.GetName()])
			corrections[change.GetName()] = true
		case change.GetReview() != nil:
			reviews[change.GetName()]++
			must.Equal(n.t, change.GetReview().GetRevisionId(), fmt.Sprint(reviews[change.GetName()]))
		}
	}
	for name, all := range revisions {
		must.Equal(n.t, len(sent[name]), len(all))
	}
	must.Equal(n.t, len(reviews), len(n.checks))
	for _, correction := range n.allCorrections() {
		must.True(n.t, corrections[correction.GetName()], "%s is not sent", correction.GetName())
	}
}

// allCorrections are those of the documents of the run and what is printed there.
func (n *newsroom) allCorrections() (all []*typev1.Correction) {
	for _, id := range n.docs {
		out, err := n.corrections.ListCorrections(n.base.Context(), &statementsv1.ListCorrectionsRequest{
			Filter: fmt.Sprintf("document = %q", "documents/"+id), PageSize: 1000,
		})
		must.OK(n.t, err)
		all = append(all, out.GetCorrections()...)
	}
	return all
}

// checkCorrections: a revision has one exactly if it changes what the statement
// says or withdraws it.
func (n *newsroom) checkCorrections(revisions map[string][]*statementsv1.StatementRevision) {
	found := map[string]int{} // by revision
	for _, correction := range n.allCorrections() {
		if !strings.Contains(correction.GetSubject(), "/reviews/") {
			found[correction.GetSubject()+"/revisions/"+correction.GetNewRevision()]++
		}
	}
	for _, all := range revisions {
		for i, revision := range all {
			want := 0
			switch revision.GetTags()[0] {
			case "correct", "retract", "reattribute":
				want = 1
			case "rollback":
				if !proto.Equal(whatItSays(all[i-1].GetSnapshot()), whatItSays(revision.GetSnapshot())) {
					want = 1
				}
			}
			must.Equal(n.t, found[revision.GetName()], want)
			delete(found, revision.GetName())
		}
	}
	must.Equal(n.t, len(found), 0)
}

// whatItSays is what a statement says, of what the run changes.
func whatItSays(s *statementsv1.Statement) *statementsv1.Statement {
	return &statementsv1.Statement{
		Text: s.GetText(), Contents: s.GetContents(), Speakers: s.GetSpeakers(), StatementTime: s.GetStatementTime(),
	}
}

// checkMerges: a statement is an appearance exactly of those that its redirects
// lead to.
func (n *newsroom) checkMerges(facts map[string]*statementsv1.Statement) {
	merged := map[string][]string{}
	for name, fact := range facts {
		seen := map[string]bool{name: true}
		for to := fact.GetRedirectTo(); to != ""; to = facts[to].GetRedirectTo() {
			must.False(n.t, seen[to], "a circle of merges")
			seen[to] = true
			merged[to] = append(merged[to], name)
		}
	}
	for name, fact := range facts {
		var appearances []string
		for _, appearance := range fact.GetAppearances() {
			appearances = append(appearances, appearance.GetStatement())
		}
		slices.Sort(appearances)
		slices.Sort(merged[name])
		must.Equal(n.t, appearances, merged[name])
		must.Equal(n.t, int(fact.GetAppearanceCount()), 1+len(appearances))
		for _, other := range merged[name] {
			must.Equal(n.t, facts[other].GetTextKey(), fact.GetTextKey())
		}
		must.True(n.t, fact.GetDeleteTime() == nil || fact.GetRedirectTo() == "" && len(appearances) == 0, "%s is gone and merged", name)
	}
}

// checkSpans: every span is the words of its version, and where it stands in the
// newest one is true.
func (n *newsroom) checkSpans(facts map[string]*statementsv1.Statement) {
	texts, newest := map[string][]rune{}, map[string]string{}
	for _, id := range n.docs {
		out, err := n.documents.ListDocumentVersions(n.base.Context(), &statementsv1.ListDocumentVersionsRequest{Parent: "documents/" + id, PageSize: 1000})
		must.OK(n.t, err)
		for _, listed := range out.GetDocumentVersions() {
			version, err := n.documents.GetDocumentVersion(n.base.Context(), &statementsv1.GetDocumentVersionRequest{Name: listed.GetName()})
			must.OK(n.t, err)
			texts[version.GetName()] = []rune(version.GetText())
		}
		newest["documents/"+id] = out.GetDocumentVersions()[0].GetName()
	}
	verify := func(version string, spans []*typev1.TextSpan, anchor *statementsv1.VersionAnchor, current bool) {
		for _, span := range spans {
			must.Equal(n.t, string(texts[version][span.GetStart():span.GetEnd()]), span.GetExact())
		}
		document, _, _ := strings.Cut(version, "/versions/")
		if current && newest[document] != version {
			must.Equal(n.t, anchor.GetDocumentVersion(), newest[document])
		}
		for _, at := range anchor.GetSpans() {
			if state := at.GetAnchorState(); state == typev1.TextSpan_ANCHORED || state == typev1.TextSpan_MOVED {
				must.Equal(n.t, string(texts[anchor.GetDocumentVersion()][at.GetStart():at.GetEnd()]), spans[0].GetExact())
			}
		}
	}
	for _, fact := range facts {
		verify(fact.GetDocumentVersion(), fact.GetContents(), fact.GetLatestAnchor(), stands(fact))
		for _, appearance := range fact.GetAppearances() {
			verify(appearance.GetDocumentVersion(), appearance.GetContents(), appearance.GetLatestAnchor(), stands(fact))
		}
	}
}

// checkSpeakers: nobody who was merged into another is a speaker.
func (n *newsroom) checkSpeakers(facts map[string]*statementsv1.Statement) {
	redirects := map[string]string{}
	for _, id := range n.people {
		entity, err := n.entities.GetEntity(n.base.Context(), &statementsv1.GetEntityRequest{Name: "entities/" + id, ShowDeleted: true})
		must.OK(n.t, err)
		redirects[entity.GetName()] = entity.GetRedirectTo()
	}
	for name, fact := range facts {
		for _, speaker := range fact.GetSpeakers() {
			must.True(n.t, !stands(fact) || redirects[speaker.GetEntity()] == "", "%s names %s", name, speaker.GetEntity())
		}
	}
}

// checkCounts: counts are the lengths of lists, and search finds what is listed.
func (n *newsroom) checkCounts(facts map[string]*statementsv1.Statement) {
	for _, id := range n.docs {
		filter := fmt.Sprintf("document = %q", "documents/"+id)
		for _, all := range []bool{false, true} {
			listed, err := n.statements.ListStatements(n.base.Context(), &statementsv1.ListStatementsRequest{
				Filter: filter, PageSize: 1000, ShowDeleted: all, ShowDeprecated: all, OrderBy: "name",
			})
			must.OK(n.t, err)
			count, err := n.statements.CountStatements(n.base.Context(), &statementsv1.CountStatementsRequest{
				Filter: filter, GroupBy: "speaker", ShowDeleted: all, ShowDeprecated: all,
			})
			must.OK(n.t, err)
			must.Equal(n.t, int(count.GetTotalCount()), len(listed.GetStatements()))
			groups := map[string]int32{}
			for _, fact := range listed.GetStatements() {
				must.Equal(n.t, fact, facts[fact.GetName()])
				groups[fact.GetSpeakers()[0].GetEntity()]++
			}
			counted := map[string]int32{}
			for _, group := range count.GetGroups() {
				counted[group.GetValue()] = group.GetCount()
			}
			must.Equal(n.t, counted, groups)
			if all {
				continue
			}
			search, err := n.statements.SearchStatements(n.base.Context(), &statementsv1.SearchStatementsRequest{Query: "stands", Filter: filter, PageSize: 1000})
			must.OK(n.t, err)
			var hits, names []string
			for _, result := range search.GetResults() {
				hits = append(hits, result.GetStatement().GetName())
			}
			for _, fact := range listed.GetStatements() {
				names = append(names, fact.GetName())
			}
			slices.Sort(hits)
			must.Equal(n.t, hits, names)
		}
	}
}

// checkReviews: every review is listed with its statement and with what that was
// merged into.
func (n *newsroom) checkReviews(facts map[string]*statementsv1.Statement) {
	for _, name := range n.checks {
		review, err := n.reviews.GetReview(n.base.Context(), &statementsv1.GetReviewRequest{Name: name, ShowDeleted: true})
		must.OK(n.t, err)
		of, _, _ := strings.Cut(name, "/reviews/")
		for ; of != ""; of = facts[of].GetRedirectTo() {
			out, err := n.reviews.ListReviews(n.base.Context(), &statementsv1.ListReviewsRequest{Parent: of, ShowDeleted: true, PageSize: 1000})
			must.OK(n.t, err)
			must.True(n.t, slices.ContainsFunc(out.GetReviews(), func(r *statementsv1.Review) bool { return proto.Equal(r, review) }), "%s lacks %s", of, name)
		}
	}
}
