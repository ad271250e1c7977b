package pages

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// maxEarlier is up to how many statements of a document are looked through for those
// of earlier versions.
const maxEarlier = 5000

// earlierRow is a statement that was read from an earlier version of the document
// than the one that is shown.
type earlierRow struct {
	*statementView
	// State is how it stands now in one word, Standing in a sentence about In.
	State, Standing string
	In              *link
	// Read is the version it was read from.
	Read *link
	// Here says that its words are marked in the text that is shown.
	Here  bool
	marks []mark
	read  int
}

// earlierView is what a document has from the versions before the one shown.
type earlierView struct {
	Rows    []earlierRow
	Summary string
	// More says that not all statements were looked through; Missing why there is
	// nothing to show.
	More    bool
	Missing string
}

// Shown reports whether there is anything to say.
func (v earlierView) Shown() bool { return len(v.Rows) > 0 || v.Missing != "" || v.More }

// earlier reads what stands on the versions before the one shown. A statement that is
// a fact of the shown one too is not repeated. It adds the names it needs to known.
func (e *explorer) earlier(ctx context.Context, got *gatewayv1.ReadDocumentResponse, known names) earlierView {
	shown := got.GetDocumentVersion().GetName()
	number, ok := words.Atoi(idOf(shown))
	if !ok || number < 2 {
		return earlierView{}
	}
	all, more, err := e.statementsOn(ctx, got.GetDocument().GetName())
	if err != nil {
		return earlierView{Missing: "What was read from earlier versions could not be looked up."}
	}
	here := map[string]bool{}
	for _, f := range got.GetFacts() {
		here[f.GetStatement().GetName()] = true
	}
	var older []*gatewayv1.Fact
	var wanted []string
	for _, s := range all {
		if !here[s.GetName()] {
			older = append(older, printedBefore(s, got.GetDocument().GetName(), number)...)
		}
	}
	for _, f := range older {
		wanted = append(wanted, namesIn(record.Here(f))...)
	}
	e.addNames(ctx, known, append(wanted, besides(older)...)...)
	v := earlierView{More: more}
	for i, f := range older {
		v.Rows = append(v.Rows, newEarlierRow(f, i, got.GetDocumentVersion(), known))
	}
	slices.SortStableFunc(v.Rows, byPlaceNow)
	v.Summary = earlierSummary(v.Rows, idOf(shown))
	return v
}

// statementsOn reads the statements of a document, those of rank DEPRECATED too, and
// reports whether there are more than maxEarlier.
func (e *explorer) statementsOn(ctx context.Context, document string) (all []*statementsv1.Statement, more bool, err error) {
	token := ""
	for range maxEarlier / maxPage {
		got, err := e.Statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{
			PageSize: maxPage, PageToken: token, Filter: "document = " + quoted(document), OrderBy: "name", ShowDeprecated: true, ReadTime: readingOf(ctx).time,
		})
		if err != nil {
			return nil, false, err
		}
		all = append(all, got.GetStatements()...)
		if token = got.GetNextPageToken(); token == "" {
			return all, false, nil
		}
	}
	return all, true, nil
}

// printedBefore are the facts that a statement is in the versions of a document before
// the given one.
func printedBefore(s *statementsv1.Statement, document string, number int) (out []*gatewayv1.Fact) {
	before := func(version string) bool {
		n, ok := words.Atoi(idOf(version))
		return ok && n < number && documentOf(version) == document
	}
	if before(s.GetDocumentVersion()) {
		out = append(out, &gatewayv1.Fact{Fact: &gatewayv1.Fact_Statement{Statement: s}})
	}
	for _, a := range s.GetAppearances() {
		if before(a.GetDocumentVersion()) {
			out = append(out, &gatewayv1.Fact{Fact: &gatewayv1.Fact_Statement{Statement: s}, Appearance: a.GetStatement()})
		}
	}
	return out
}

func newEarlierRow(f *gatewayv1.Fact, i int, shown *statementsv1.DocumentVersion, known names) earlierRow {
	s := record.Here(f)
	latest := s.GetLatestAnchor()
	row := earlierRow{
		statementView: newStatementView(s, known), State: standingOf(latest).word, Standing: standingOf(latest).sentence,
		Read: &link{Href: pagePath(s.GetDocumentVersion()), Text: "version " + idOf(s.GetDocumentVersion())},
	}
	row.read, _ = words.Atoi(idOf(s.GetDocumentVersion()))
	row.Anchor = "earlier-" + strconv.Itoa(i) + "-" + cardOf(f)
	row.InText.Href = pagePath(s.GetDocumentVersion()) + "#" + cardOf(f)
	row.In = &link{Href: pagePath(shown.GetName()), Text: "version " + idOf(shown.GetName())}
	if latest == nil {
		return row
	}
	row.In = &link{Href: pagePath(latest.GetDocumentVersion()), Text: "version " + idOf(latest.GetDocumentVersion())}
	row.addMarks(latest, shown)
	return row
}

// addMarks marks the words in the text that is shown, where they surely stand there.
func (row *earlierRow) addMarks(latest *statementsv1.VersionAnchor, shown *statementsv1.DocumentVersion) {
	certain := latest.GetAnchorState() == typev1.TextSpan_ANCHORED || latest.GetAnchorState() == typev1.TextSpan_MOVED
	if !certain || latest.GetDocumentVersion() != shown.GetName() || shown.GetText() == "" {
		return
	}
	for _, span := range latest.GetSpans() {
		m := mark{Start: int(span.GetStart()), End: int(span.GetEnd()), Class: row.Type.Class + " older"}
		switch {
		case span.Start == nil || m.Start < 0 || m.Start >= m.End || m.End > int(shown.GetTextLength()):
		case strings.HasPrefix(span.GetField(), "contents["):
			row.marks = append(row.marks, m)
			row.Here = true
		case span.GetField() == "cue":
			m.Class = "cue"
			row.marks = append(row.marks, m)
		}
	}
}

// byPlaceNow orders by where the words stand in the text that is shown, then by where
// they stood.
func byPlaceNow(a, b earlierRow) int {
	switch {
	case a.Here && b.Here:
		return cmp.Compare(a.marks[0].Start, b.marks[0].Start)
	case a.Here:
		return -1
	case b.Here:
		return 1
	}
	return cmp.Or(cmp.Compare(b.read, a.read), cmp.Compare(a.start, b.start))
}

func earlierSummary(rows []earlierRow, shown string) string {
	here := 0
	for _, row := range rows {
		if row.Here {
			here++
		}
	}
	summary := words.Counted(len(rows), "statement") + " from earlier versions"
	if here > 0 {
		summary += ", " + words.Grouped(here) + " of them marked in the text of version " + shown
	}
	return summary
}

// allMarks are the passages of the facts that stand in the text, and after them those
// of the earlier statements whose words stand there still; both give their facts by
// their place in the list of views that comes with them.
func allMarks(got *gatewayv1.ReadDocumentResponse, facts []factView, earlier []earlierRow) ([]mark, []factView) {
	marks, views := marksOf(got.GetFacts()), slices.Clone(facts)
	for _, row := range earlier {
		for _, m := range row.marks {
			m.Fact = len(views)
			marks = append(marks, m)
		}
		views = append(views, factView{Statement: row.statementView})
	}
	return marks, views
}
