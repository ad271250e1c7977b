package server_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/fieldmaskpb"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/changefeed"
	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
)

// refusal is a request that is refused, and how.
type refusal struct {
	name          string
	call          func() error
	code          codes.Code
	reason, field string
}

// refused makes the requests and checks that each is refused as it should be, and
// that none of them put anything on record.
func (s *service) refused(t *testing.T, all []refusal) {
	t.Helper()
	_, beat := until(t, s.watch(t, &statementsv1.WatchRequest{}))
	for _, one := range all {
		t.Run(one.name, func(t *testing.T) { statustest.Check(t, one.call(), one.code, one.reason, one.field) })
	}
	written, _ := until(t, s.watch(t, after(beat.GetResumeToken())))
	must.Equal(t, len(written), 0)
}

// corrected corrects one field of a statement.
func (s *service) corrected(t testing.TB, id, field string, statement *statementsv1.Statement) error {
	t.Helper()
	return second(s.corrections.CorrectStatement(t.Context(), &statementsv1.CorrectStatementRequest{
		Name: "statements/" + id, Kind: typev1.Correction_ERROR, Reason: "it was wrong", Statement: statement,
		UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{field}},
	}))
}

func TestBadInputCyclesInNesting(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "outer", direct())
		child := direct()
		child.ParentStatement = "statements/outer"
		s.create(t, "inner", child)
		in := func(parent string) *statementsv1.Statement { return &statementsv1.Statement{ParentStatement: parent} }
		s.refused(t, []refusal{
			{"in one batch", func() error { return second(s.batch(t, inside("a", "b"), inside("b", "a"))) },
				codes.InvalidArgument, "PARENT_CYCLE", "requests[0].statement.parent_statement"},
			{"in itself", func() error { return second(s.batch(t, inside("a", "a"))) },
				codes.InvalidArgument, "PARENT_CYCLE", "requests[0].statement.parent_statement"},
			{"by a correction", func() error { return s.corrected(t, "outer", "parent_statement", in("statements/inner")) },
				codes.InvalidArgument, "PARENT_CYCLE", "statement.parent_statement"},
			{"by a correction in itself", func() error { return s.corrected(t, "outer", "parent_statement", in("statements/outer")) },
				codes.InvalidArgument, "PARENT_CYCLE", "statement.parent_statement"},
		})
	})
}

func TestBadInputLinks(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		s.create(t, "gone", direct())
		_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/gone", Reason: "wrong"})
		must.OK(t, err)
		link := func(to string) []*statementsv1.StatementLink {
			return []*statementsv1.StatementLink{{Type: statementsv1.StatementLink_CONTRADICTS, Statement: "statements/" + to}}
		}
		update := func(to string) func() error {
			return func() error {
				return second(s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
					Statement: &statementsv1.Statement{Name: "statements/s1", Links: link(to), Comment: "half"},
				}))
			}
		}
		created := func() error {
			statement := direct()
			statement.Links = link("none")
			return second(s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: statement, StatementId: "s2"}))
		}
		const field = "statement.links[0].statement"
		s.refused(t, []refusal{
			{"to nothing", update("none"), codes.InvalidArgument, "REFERENCE_NOT_FOUND", field},
			{"to what was retracted", update("gone"), codes.InvalidArgument, "REFERENCE_NOT_FOUND", field},
			{"to itself", update("s1"), codes.InvalidArgument, "LINK_TO_ITSELF", field},
			{"of a new statement", created, codes.InvalidArgument, "REFERENCE_NOT_FOUND", field},
		})
	})
}

func TestBadInputMemberships(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.entity(t, "org")
		update := func(start, end string) func() error {
			return func() error {
				return second(s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{Entity: &statementsv1.Entity{
					Name: "entities/ana", DisplayName: "half",
					Memberships: []*statementsv1.Membership{{Organization: "entities/org", Role: "Chair", StartDate: start, EndDate: end}},
				}}))
			}
		}
		s.refused(t, []refusal{
			{"ends before it begins", update("2021", "2019-05"), codes.InvalidArgument, "ENDS_BEFORE_START", "entity.memberships[0].end_date"},
			{"ends the day before", update("2021-03-02", "2021-03-01"), codes.InvalidArgument, "ENDS_BEFORE_START", "entity.memberships[0].end_date"},
			{"begins on no day", update("2021-02-30", ""), codes.InvalidArgument, "INVALID_PERIOD", ""},
		})
	})
}

func TestBadInputMergesInACircle(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, id := range []string{"s1", "s2", "s3"} {
			s.create(t, id, direct())
		}
		s.entity(t, "ben")
		s.entity(t, "cem")
		merge := func(name, target string) error {
			return second(s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{Name: "statements/" + name, Target: "statements/" + target}))
		}
		mergeEntity := func(name, target string) error {
			return second(s.entities.MergeEntity(t.Context(), &statementsv1.MergeEntityRequest{
				Name: "entities/" + name, Target: "entities/" + target, Reason: "the same",
			}))
		}
		must.OK(t, errs.Join(merge("s1", "s2"), merge("s2", "s3"), mergeEntity("ana", "ben"), mergeEntity("ben", "cem")))
		s.refused(t, []refusal{
			{"statement into itself", func() error { return merge("s3", "s3") }, codes.InvalidArgument, "SAME_STATEMENT", "target"},
			{"statement into its own", func() error { return merge("s3", "s2") }, codes.InvalidArgument, "MERGE_CIRCLE", "target"},
			{"statement into its own's own", func() error { return merge("s3", "s1") }, codes.InvalidArgument, "MERGE_CIRCLE", "target"},
			{"entity into itself", func() error { return mergeEntity("cem", "cem") }, codes.InvalidArgument, "SAME_ENTITY", "target"},
			{"entity into its own", func() error { return mergeEntity("cem", "ben") }, codes.InvalidArgument, "MERGE_CIRCLE", "target"},
			{"entity into its own's own", func() error { return mergeEntity("cem", "ana") }, codes.InvalidArgument, "MERGE_CIRCLE", "target"},
		})
	})
}

func TestBadInputTooMuch(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		var crowd []string
		for i := range 10_000 {
			crowd = append(crowd, fmt.Sprintf("entities/e%d", i))
		}
		create := func(edit func(*statementsv1.Statement)) func() error {
			return func() error {
				statement := direct()
				edit(statement)
				return second(s.statements.CreateStatement(t.Context(), &statementsv1.CreateStatementRequest{Statement: statement}))
			}
		}
		var links []*statementsv1.StatementLink
		for range 101 {
			links = append(links, &statementsv1.StatementLink{Type: statementsv1.StatementLink_SAME, Statement: "statements/s1"})
		}
		var mentions []*typev1.TextSpan
		for range 1000 {
			mentions = append(mentions, at("Ana"))
		}
		s.refused(t, []refusal{
			{"ten thousand in the audience", create(func(st *statementsv1.Statement) { st.Audience = crowd }), codes.InvalidArgument, "INVALID_REQUEST", "statement.audience"},
			{"ten thousand topics", create(func(st *statementsv1.Statement) { st.Topics = crowd }), codes.InvalidArgument, "INVALID_REQUEST", "statement.topics"},
			{"too many links", create(func(st *statementsv1.Statement) { st.Links = links }), codes.InvalidArgument, "INVALID_REQUEST", "statement.links"},
			{"too many mentions", create(func(st *statementsv1.Statement) { st.SourceMentions = mentions }), codes.InvalidArgument, "INVALID_REQUEST", "statement.source_mentions"},
			{"of an update", func() error {
				return second(s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
					Statement: &statementsv1.Statement{Name: "statements/s1", Audience: crowd},
				}))
			}, codes.InvalidArgument, "INVALID_REQUEST", "statement.audience"},
		})
		for _, violation := range statustest.Violations(create(func(st *statementsv1.Statement) { st.Audience = crowd })()) {
			must.Equal(t, violation.GetReason(), "TOO_MANY_ITEMS")
		}
	})
}

func TestBadInputCorrectionOfWhatIsGone(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for _, id := range []string{"gone", "one", "two"} {
			s.create(t, id, direct())
		}
		_, err := s.statements.DeleteStatement(t.Context(), &statementsv1.DeleteStatementRequest{Name: "statements/gone", Reason: "wrong"})
		must.OK(t, err)
		_, err = s.statements.MergeStatement(t.Context(), &statementsv1.MergeStatementRequest{Name: "statements/one", Target: "statements/two"})
		must.OK(t, err)
		later := &statementsv1.Statement{StatementTime: period("2024")}
		s.refused(t, []refusal{
			{"retracted", func() error { return s.corrected(t, "gone", "statement_time", later) }, codes.NotFound, "RETRACTED", ""},
			{"merged", func() error { return s.corrected(t, "one", "statement_time", later) }, codes.FailedPrecondition, "STATEMENT_MERGED", ""},
			{"never there", func() error { return s.corrected(t, "none", "statement_time", later) }, codes.NotFound, "STATEMENT_NOT_FOUND", ""},
			{"rolled back", func() error {
				return second(s.statements.RollbackStatement(t.Context(), &statementsv1.RollbackStatementRequest{
					Name: "statements/gone", RevisionId: "1", Reason: "x",
				}))
			}, codes.NotFound, "RETRACTED", ""},
		})
	})
}

func TestBadInputFiltersAndQueries(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		s.create(t, "s1", direct())
		megabyte := strings.Repeat(`language_code = "en" OR `, 1<<20/24)
		deep := strings.Repeat("(", 100) + `language_code = "en"` + strings.Repeat(")", 100)
		list := func(filter string) func() error {
			return func() error {
				return second(s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{Filter: filter}))
			}
		}
		s.refused(t, []refusal{
			{"list", list(megabyte), codes.InvalidArgument, "INVALID_REQUEST", "filter"},
			{"nested", list(deep), codes.InvalidArgument, "FILTER_TOO_DEEP", "filter"},
			{"search", func() error {
				return second(s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: "trade", Filter: megabyte}))
			}, codes.InvalidArgument, "INVALID_REQUEST", "filter"},
			{"count", func() error {
				return second(s.statements.CountStatements(t.Context(), &statementsv1.CountStatementsRequest{Filter: megabyte}))
			}, codes.InvalidArgument, "INVALID_REQUEST", "filter"},
			{"reviews", func() error {
				return second(s.reviews.ListReviews(t.Context(), &statementsv1.ListReviewsRequest{Parent: "statements/-", Filter: megabyte}))
			}, codes.InvalidArgument, "INVALID_REQUEST", "filter"},
			{"corrections", func() error {
				return second(s.corrections.ListCorrections(t.Context(), &statementsv1.ListCorrectionsRequest{Filter: megabyte}))
			}, codes.InvalidArgument, "INVALID_REQUEST", "filter"},
			{"re-attribution", func() error {
				return second(s.reattributions.ReattributeStatements(t.Context(), &statementsv1.ReattributeStatementsRequest{
					Filter: megabyte, FromEntity: "entities/ana", ToEntity: "entities/ana", Reason: "x",
				}))
			}, codes.InvalidArgument, "INVALID_REQUEST", "filter"},
		})
		// What would blow up a regular expression is words like any other.
		for _, query := range []string{
			"(a+)+$", "(.*)*!", "((a*)*)*b", strings.Repeat("a?", 30), `"` + strings.Repeat("[a-z]*", 20) + `"`, `\p{L}{1,1000}`, "a{2}{2}{2}{2}", "trade*",
		} {
			_, err := s.statements.SearchStatements(t.Context(), &statementsv1.SearchStatementsRequest{Query: query})
			code := status.Code(err)
			must.True(t, code == codes.OK || code == codes.InvalidArgument, "%s: %v", query, err)
		}
	})
}

func TestBadInputTokensOfAnother(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		for range 3 {
			s.create(t, "", direct())
		}
		page, err := s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{PageSize: 1})
		must.OK(t, err)
		s.refused(t, []refusal{
			{"a resume token of another service", func() error {
				_, err := s.watch(t, after(changefeed.Token("onrecord.metrics.v1", changefeed.Through(1))))()
				return err
			}, codes.InvalidArgument, "INVALID_RESUME_TOKEN", "resume_token"},
			{"a page token of another list", func() error {
				return second(s.reviews.ListReviews(t.Context(), &statementsv1.ListReviewsRequest{
					Parent: "statements/-", PageSize: 1, PageToken: page.GetNextPageToken(),
				}))
			}, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token"},
		})
	})
}

// Of many editors who change one state exactly one does.
func TestBadInputOneETagWinsOnce(t *testing.T) {
	onFilled(t, func(t *testing.T, s *service) {
		was := s.create(t, "s1", direct())
		for round := range 5 {
			results := make([]error, 8)
			var editors sync.WaitGroup
			for i := range results {
				editors.Go(func() {
					results[i] = second(s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
						Statement: &statementsv1.Statement{Name: was.GetName(), Etag: was.GetEtag(), Comment: fmt.Sprint(round, " by ", i)},
					}))
				})
			}
			editors.Wait()
			winner := -1
			for i, err := range results {
				if err == nil {
					must.Equal(t, winner, -1)
					winner = i
					continue
				}
				statustest.Check(t, err, codes.Aborted, "ETAG_MISMATCH", "")
			}
			must.NotEqual(t, winner, -1)
			now, err := s.get(t.Context(), "s1")
			must.OK(t, err)
			must.Equal(t, now.GetComment(), fmt.Sprint(round, " by ", winner))
			must.Equal(t, now.GetRevisionId(), fmt.Sprint(round+2))
			was = now
		}
	})
}
