package pages

import (
	"context"

	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// revisionRow is a revision in the history of a statement or a figure.
type revisionRow struct {
	ID, API, Caller string
	Recorded        *moment
	Retraction      string
	// Value is what a figure said; empty of a statement.
	Value string
	// Tags say what kind of change it was, Comment why.
	Tags    []string
	Comment string
}

// historyPage is how many revisions the page of a statement or a figure shows.
const historyPage = 20

// revision is a revision as either service answers it.
type revision interface {
	GetName() string
	GetCaller() string
	GetCreateTime() *timestamppb.Timestamp
	GetTags() []string
	GetComment() string
}

func (e *explorer) addHistory(ctx context.Context, v *statementPage) {
	got, err := e.Statements.ListStatementRevisions(ctx, &statementsv1.ListStatementRevisionsRequest{Parent: v.Name, PageSize: historyPage, ReadTime: readingOf(ctx).time})
	v.History = newHistory(got.GetStatementRevisions(), got.GetNextPageToken(), err, func(rev *statementsv1.StatementRevision) (value, retraction string) {
		return "", rev.GetSnapshot().GetRetraction().GetReason()
	})
}

func (e *explorer) addFigureHistory(ctx context.Context, v *figurePage) {
	got, err := e.Figures.ListFigureRevisions(ctx, &metricsv1.ListFigureRevisionsRequest{Parent: v.Name, PageSize: historyPage, ReadTime: readingOf(ctx).time})
	v.History = newHistory(got.GetFigureRevisions(), got.GetNextPageToken(), err, func(rev *metricsv1.FigureRevision) (value, retraction string) {
		return words.Figure(rev.GetSnapshot()), rev.GetSnapshot().GetRetraction().GetReason()
	})
}

// newHistory has a row for every revision of an answer; none if that is an error. said is the
// value of a snapshot and the reason why it was retracted.
func newHistory[R revision](revisions []R, next string, err error, said func(R) (value, retraction string)) beginning[revisionRow] {
	if err != nil {
		return beginning[revisionRow]{Missing: "The history could not be read."}
	}
	history := beginning[revisionRow]{More: next != ""}
	for _, rev := range revisions {
		value, retraction := said(rev)
		history.Rows = append(history.Rows, revisionRow{
			ID: idOf(rev.GetName()), API: apiPath(rev.GetName()), Caller: rev.GetCaller(), Recorded: newMoment(rev.GetCreateTime()),
			Value: value, Retraction: retraction, Tags: rev.GetTags(), Comment: rev.GetComment(),
		})
	}
	return history
}
