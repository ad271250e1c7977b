package tables

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

var reviewTable = revtable.New("review_revisions",
	"create_time", "statement", "reviewer", "reviewer_entity", "verdict", "language_code", "time_start", "time_end", "time_order")

// reviewColumns are where the fields of domain.ReviewFields are kept.
var reviewColumns = listquery.Columns{
	"name":            {Expr: "s.id"},
	"create_time":     {Expr: "s.create_time"},
	"update_time":     {Expr: "s.record_from"},
	"reviewer":        {Expr: "s.reviewer"},
	"reviewer_entity": {Expr: "s.reviewer_entity"},
	"verdict":         {Expr: "s.verdict"},
	"language_code":   {Expr: "s.language_code"},
	"publish_time":    {Expr: "s.time_start", End: "s.time_end"},
}

// reviewOrder are the columns of an order.
var reviewOrder = orderedByTime(reviewColumns, "publish_time")

// Review reads a review.
func (r reader) Review(statement, id string, at recordtime.Time) (review domain.Review, found bool, err error) {
	found, err = readAt(r, reviewTable, domain.ReviewKey(statement, id), at, &review, reviewFields)
	return review, found, err
}

// Reviews lists reviews.
func (r reader) Reviews(query store.List, statements ...string) ([]domain.Review, error) {
	return list(r, query, reviewSource(query.Filter, statements), reviewFields)
}

// standingReviews reads reviews of some statements.
func standingReviews(showRestricted bool) string {
	return "SELECT snapshot FROM review_revisions WHERE statement IN (%s) AND " + revtable.Visible("") +
		" AND " + revtable.Shown("", false, showRestricted) + " " + recorddb.Limit
}

// StandingReviews reads the reviews of some statements that were not retracted.
func (r reader) StandingReviews(statements []string, at recordtime.Time, limit int) (all []domain.Review, err error) {
	at = min(at, recordtime.Forever-1) // what is current ends at Forever
	err = recorddb.In(statements, func(list string, args []any) error {
		if len(all) >= limit {
			return nil
		}
		return r.conn.Query(strings.Replace(standingReviews(r.showRestricted), "%s", list, 1), func(row recorddb.Row) error {
			all = append(all, domain.Review{})
			return decode(row.Text(0), &all[len(all)-1], reviewFields)
		}, append(args, at, at, limit-len(all))...)
	})
	slices.SortFunc(all, func(a, b domain.Review) int { return strings.Compare(a.Key(), b.Key()) })
	return all, err
}

// reviewSource is where the reviews of some statements, or all, come from.
func reviewSource(filter listquery.Expr, statements []string) source {
	from := source{Source: revtable.Source{Table: reviewTable.Name() + " s", Columns: reviewColumns, Order: reviewOrder}, filter: filter}
	switch len(statements) {
	case 0:
		return from
	case 1:
		from.Where = "s.statement = ?"
	default:
		from.Where = "s.statement IN (?" + strings.Repeat(", ?", len(statements)-1) + ")"
	}
	for _, statement := range statements {
		from.Args = append(from.Args, statement)
	}
	return from
}

// ReviewNaming finds a review that names an entity.
func (w writer) ReviewNaming(entity string, ever bool) (name string, found bool, err error) {
	sql, args := "SELECT id FROM review_revisions WHERE reviewer_entity = ?", []any{entity}
	if !ever {
		sql += " AND record_to = ? AND " + revtable.Shown("", false, true)
		args = append(args, recordtime.Forever)
	}
	found, err = w.conn.QueryOne(sql+" LIMIT 1", func(row recorddb.Row) error {
		statement, review, _ := strings.Cut(row.Text(0), "/")
		name = domain.ReviewName(statement, review)
		return nil
	}, args...)
	return name, found, err
}

// PutReview puts the next revision on record.
func (w writer) PutReview(r domain.Review, caller string) error {
	record := r.Record
	record.ID = r.Key()
	return appendRevision(w.tx, reviewTable, record, caller, encode(&r, reviewFields), reviewValues(r)...)
}

// reviewValues are those of the table's own columns.
func reviewValues(r domain.Review) []any {
	start, end := boundsOf(r.PublishTime)
	return []any{
		r.Created, r.Statement, r.Reviewer, recorddb.NullText(r.ReviewerEntity), recorddb.NullText(r.Verdict),
		recorddb.NullText(r.LanguageCode), start, end, r.PublishTime.OrderKey(),
	}
}

// EraseReviews erases all reviews of a statement.
func (w writer) EraseReviews(statement string, erasure domain.Erasure, caller string) (names []string, err error) {
	return w.eraseReviews(statement, erasure, caller, func(domain.Review) bool { return true })
}

// eraseReviews erases those reviews of a statement that goes says.
func (w writer) eraseReviews(
	statement string, erasure domain.Erasure, caller string, goes func(domain.Review) bool,
) (names []string, err error) {
	var newest []domain.Review
	err = w.conn.Query("SELECT snapshot FROM review_revisions WHERE statement = ? AND record_to = ? ORDER BY id",
		func(row recorddb.Row) error {
			var review domain.Review
			if err := decode(row.Text(0), &review, reviewFields); err != nil {
				return err
			}
			if review.Erased == nil && goes(review) {
				newest = append(newest, review)
			}
			return nil
		}, statement, recordtime.Forever)
	if err != nil {
		return nil, err
	}
	for _, review := range newest {
		if err := w.eraseReview(review, erasure, caller); err != nil {
			return nil, err
		}
		names = append(names, review.Name())
	}
	return names, nil
}

// eraseReview empties every revision of a review and puts the erased one on
// record.
func (w writer) eraseReview(newest domain.Review, erasure domain.Erasure, caller string) error {
	for number := range newest.Revision {
		row, found, err := reviewTable.Revision(w.conn, newest.Key(), number+1)
		if err == nil && !found {
			err = fmt.Errorf("%s: revision %d of %s is not there", reviewTable.Name(), number+1, newest.Key())
		}
		if err != nil {
			return err
		}
		var was domain.Review
		if err := decode(string(row.Snapshot), &was, reviewFields); err != nil {
			return err
		}
		bare := bareReview(was, erasure)
		next := rewritten(row, bare.Record, encode(&bare, reviewFields))
		if err := reviewTable.Rewrite(w.tx, next, reviewValues(bare)...); err != nil {
			return err
		}
	}
	last := bareReview(newest, erasure)
	last.Record = last.Next(w.tx.RecordTime()).As(domain.TagErase, erasure.Reason)
	return w.PutReview(last, caller)
}

// bareReview is what stays of a revision that is erased.
func bareReview(was domain.Review, erasure domain.Erasure) domain.Review {
	return domain.Review{
		Record: was.Bare(erasure), Statement: was.Statement, StatementRevision: was.StatementRevision,
	}
}
