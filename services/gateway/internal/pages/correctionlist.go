package pages

import (
	"cmp"
	"context"
	"net/http"
	"strings"
	"time"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// correctionRow is a correction with what it corrects.
type correctionRow struct {
	correctionView
	// Subject is what was corrected, What what that is, such as "figure".
	Subject *link
	What    string
	// Document prints the subject.
	Document *link
	API      string
	Anchor   string
	// Reached are the things that the correction reaches.
	Reached []reachedList
	// More says that it reaches more than are named.
	More bool
}

// Sort is What at the beginning of a line.
func (r correctionRow) Sort() string { return sentence([]string{r.What}) }

func newCorrectionRow(c *typev1.Correction, known names) correctionRow {
	return correctionRow{
		correctionView: newCorrection(c), Subject: known.to(subjectOf(c.GetSubject())), What: kindOf(c.GetSubject()),
		API: apiPath(c.GetName()), Anchor: "correction-" + idOf(c.GetName()),
	}
}

// reachedList are things of one sort that a correction reaches.
type reachedList struct {
	Words string
	Links []*link
}

// correctionsView is the list of corrections with its filters.
type correctionsView struct {
	List                       listView[correctionRow]
	Kinds                      []choice
	Document, Entity, From, To string
	Unavailable                []string
	// Problem says why none is listed.
	Problem string
}

// corrections lists the corrections of both services: document and entity are ids, kind
// a name of the enum, from and to are days.
func (e *explorer) corrections(r *http.Request) (*page, error) {
	p, err := readParams(r, "document", "entity", "kind", "from", "to", "page_token", readTimeParam)
	if err != nil {
		return nil, err
	}
	v := &correctionsView{Document: p.get("document"), Entity: p.get("entity"), From: p.get("from"), To: p.get("to")}
	v.Kinds = correctionChoices(p.get("kind"))
	ctx, out := r.Context(), &page{Template: "corrections", Title: "Corrections", Section: "corrections", Styles: []string{"measure.css"}, Data: v}
	request, err := correctionsRequest(p)
	if err != nil {
		v.Problem = out.keepForm(ctx, err)
		return out, nil
	}
	request.ReadTime = readingOf(ctx).time
	got, err := e.Record.ListCorrections(ctx, request)
	if err != nil {
		return nil, err
	}
	v.Unavailable = silent(got.GetUnavailable())
	v.List = newList(r, e.correctionRows(ctx, got), got.GetNextPageToken())
	live := []string{}
	if v.Document != "" {
		live = append(live, "documents=documents/"+v.Document)
	}
	if v.Entity != "" {
		live = append(live, "entities=entities/"+v.Entity)
	}
	out.Live = cmp.Or(strings.Join(live, "&"), liveAll)
	out.API = apiQuery("/v1/corrections", "filter", request.GetFilter(), "entity", request.GetEntity(), "include_propagations", "true")
	return out, nil
}

func correctionsRequest(p params) (*gatewayv1.ListCorrectionsRequest, error) {
	var filter terms
	filter.equal("document", p.resource("document", "documents"))
	request := &gatewayv1.ListCorrectionsRequest{
		PageSize: correctionsPage, PageToken: p.get("page_token"), Entity: p.resource("entity", "entities"), IncludePropagations: true,
	}
	filter.equal("kind", enumName(enumParam[typev1.Correction_Kind](p, "kind", typev1.Correction_Kind_value)))
	// The days are whole: of both, all of the day is meant.
	if from, ok := p.day("from"); ok {
		filter = append(filter, "record_time >= "+quoted(from.Format(time.RFC3339)))
	}
	if to, ok := p.day("to"); ok {
		filter = append(filter, "record_time < "+quoted(to.AddDate(0, 0, 1).Format(time.RFC3339)))
	}
	request.Filter = filter.String()
	return request, p.problems.Err()
}

func correctionChoices(selected string) []choice {
	out := []choice{}
	for n := typev1.Correction_RETRACTION; n <= typev1.Correction_KILL; n++ {
		out = append(out, choice{Value: n.String(), Text: correctionKinds[n][0], Selected: n.String() == selected})
	}
	return out
}

// correctionRows names what the corrections of a page are of and what they reach.
func (e *explorer) correctionRows(ctx context.Context, got *gatewayv1.ListCorrectionsResponse) []correctionRow {
	var wanted []string
	for _, c := range got.GetCorrections() {
		wanted = append(wanted, subjectOf(c.GetSubject()), c.GetDocument())
	}
	by := map[string]*gatewayv1.ListCorrectionsResponse_Propagation{}
	for _, reached := range got.GetPropagations() {
		by[reached.GetCorrection()] = reached
		wanted = append(append(append(wanted, reached.GetMetric()), reached.GetDocuments()...), reached.GetStatements()...)
		wanted = append(wanted, reached.GetStaleFigures()...)
	}
	known := e.named(ctx, wanted)
	rows := make([]correctionRow, 0, len(got.GetCorrections()))
	for _, c := range got.GetCorrections() {
		row := newCorrectionRow(c, known)
		if c.GetDocument() != c.GetSubject() {
			row.Document = known.to(c.GetDocument())
		}
		if reached := by[c.GetName()]; reached != nil {
			row.More = reached.GetTruncated()
			row.reach("Its series", known.all(nonEmpty(reached.GetMetric())))
			row.reach("Figures computed from it, now stale", known.all(reached.GetStaleFigures()))
			row.reach("Documents that print it", known.all(reached.GetDocuments()))
			row.reach("Statements that hold it or refer to it", known.all(reached.GetStatements()))
		}
		rows = append(rows, row)
	}
	e.addChanges(ctx, each(rows, func(row *correctionRow) *correctionView { return &row.correctionView }))
	return rows
}

func (r *correctionRow) reach(said string, links []*link) {
	if len(links) > 0 {
		r.Reached = append(r.Reached, reachedList{said, links})
	}
}

func nonEmpty(name string) []string {
	if name == "" {
		return nil
	}
	return []string{name}
}

// subjectOf is the page that a subject has: of a review that of its statement.
func subjectOf(name string) string {
	statement, _, _ := strings.Cut(name, "/reviews/")
	return statement
}

// about says what a figure is of, as citations do: its metric, its key and its period.
func (n names) about(f *metricsv1.Figure) string {
	out := n.of(f.GetMetric())
	if key := words.Key(f.GetDimensions()); key != "" {
		out += " (" + key + ")"
	}
	return out + ", " + words.PeriodOf(f.GetTimePeriod())
}

// named resolves names as resolve does, and figures by what they are of and their value, too.
func (e *explorer) named(ctx context.Context, wanted []string) names {
	seen := map[string]bool{}
	var figures []string
	for _, name := range wanted {
		if strings.HasPrefix(name, "figures/") && !seen[name] && len(figures) < maxPage {
			seen[name] = true
			figures = append(figures, name)
		}
	}
	var batch []*metricsv1.Figure
	if len(figures) > 0 {
		got, err := e.Figures.BatchGetFigures(ctx, &metricsv1.BatchGetFiguresRequest{Names: figures, ShowDeleted: true, ReadTime: readingOf(ctx).time})
		if err == nil { // else they are named by their ids
			batch = got.GetFigures()
		}
		for _, f := range batch {
			wanted = append(wanted, f.GetMetric())
		}
	}
	known := e.resolve(ctx, wanted...)
	for _, f := range batch {
		known[f.GetName()] = known.about(f) + ": " + words.Figure(f)
	}
	return known
}
