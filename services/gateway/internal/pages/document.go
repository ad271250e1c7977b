package pages

import (
	"context"
	"net/http"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/record"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// factView is a statement or a figure; exactly one is set.
type factView struct {
	Statement *statementView
	Figure    *figureView
}

// documentView is the reader: one version of a document and its facts.
type documentView struct {
	Name, Headline, Publisher, Byline string
	Language, License, UsageTerms     string
	Withheld                          bool
	Source                            *link
	SourceText                        string
	Published                         period
	Accessed, Recorded                *moment
	Version, Sha256, Length           string
	Normalization                     string
	Versions                          []versionLink
	// OlderVersions is where those are listed that Versions leaves out.
	OlderVersions string
	Latest        bool
	Paragraphs    []paragraph
	Facts         []factView
	Summary       string
	Map           textMap
	// Unavailable says what is missing because a service does not answer.
	Unavailable string
	// Corrections are those of the document itself.
	Corrections correctionList
	// Earlier is what stands on the versions before this one.
	Earlier earlierView
	// ReviewsCut says that not all statements were looked up for reviews.
	ReviewsCut bool
	// Unverified says that passages of some facts were never compared with the text.
	Unverified bool
	Restricted *restriction
}

// versionLink is another version of the same document.
type versionLink struct {
	Number, Href string
	Published    period
	Current      bool
}

// document is the reader. Parameters: version, a number, the newest by default; read_time.
func (e *explorer) document(r *http.Request) (*page, error) {
	p, name, err := readNamed(r, "documents", "version", readTimeParam)
	if err != nil {
		return nil, err
	}
	ctx, at := r.Context(), readingOf(r.Context())
	got, err := e.Record.ReadDocument(ctx, &gatewayv1.ReadDocumentRequest{
		Name: name, Version: p.get("version"), ReadTime: at.time, ShowDeprecated: true, LanguageCode: at.code(),
	})
	if err != nil {
		return nil, err
	}
	known := names{name: got.GetDocument().GetHeadline()}
	for _, en := range got.GetEntities() {
		known[en.GetName()] = at.nameOf(en)
	}
	for _, m := range got.GetMetrics() {
		known[m.GetName()] = m.GetDisplayName()
	}
	known.label(got.GetLabels())
	e.addNames(ctx, known, besides(got.GetFacts())...)
	e.addPlaces(ctx, known, figuresIn(got.GetFacts())...)
	v := newDocumentView(got, known)
	v.Unavailable = unavailable(got.GetUnavailable())
	v.Earlier = e.earlier(ctx, got, known)
	e.addVersions(ctx, v)
	e.addStandings(ctx, v)
	marks, views := allMarks(got, v.Facts, v.Earlier.Rows)
	v.Map = newTextMap(int(got.GetDocumentVersion().GetTextLength()), marks, views)
	v.Paragraphs = paragraphs(got.GetDocumentVersion().GetText(), marks, views)
	api := apiQuery(apiPath(name)+":read", "version", p.get("version"), "show_deprecated", "true")
	return &page{Template: "document", Title: v.Headline, Section: "documents", API: api, Name: name, Live: "documents=" + name, Data: v}, nil
}

// besides are the resources that the cards of facts name and that the joined view
// does not bring along: topics, and the documents that print the words too.
func besides(facts []*gatewayv1.Fact) (wanted []string) {
	for _, f := range facts {
		wanted = append(wanted, f.GetStatement().GetTopics()...)
		for _, a := range f.GetStatement().GetAppearances() {
			wanted = append(wanted, documentOf(a.GetDocumentVersion()))
		}
	}
	return wanted
}

// figuresIn are the facts that are figures.
func figuresIn(facts []*gatewayv1.Fact) (figures []*metricsv1.Figure) {
	for _, f := range facts {
		if f.GetFigure() != nil {
			figures = append(figures, f.GetFigure())
		}
	}
	return figures
}

// addStandings adds the corrections of the document, and to every fact its own; to every
// statement its reviews.
func (e *explorer) addStandings(ctx context.Context, v *documentView) {
	var corrections map[string][]correctionView
	corrections, v.Corrections = e.correctionsOn(ctx, v.Name)
	var statements []*statementView
	for _, f := range v.Facts {
		if f.Statement != nil {
			statements = append(statements, f.Statement)
		}
	}
	for _, row := range v.Earlier.Rows {
		statements = append(statements, row.statementView)
	}
	for _, s := range statements {
		s.Corrections.Rows = corrections[s.Name]
	}
	for _, f := range v.Facts {
		if f.Figure != nil {
			f.Figure.Corrected.Rows = corrections[f.Figure.Name]
		}
	}
	v.ReviewsCut = !e.reviewAll(ctx, statements)
}

func newDocumentView(got *gatewayv1.ReadDocumentResponse, known names) *documentView {
	d, version := got.GetDocument(), got.GetDocumentVersion()
	v := &documentView{
		Name: d.GetName(), Headline: d.GetHeadline(), Publisher: d.GetPublisher(), Byline: d.GetByline(), Language: d.GetLanguageCode(),
		License: d.GetLicense(), UsageTerms: d.GetUsageTerms(), Withheld: version.GetText() == "", Source: external(d.GetUri()), SourceText: d.GetUri(),
		Published: newPeriod(version.GetPublishTime()), Accessed: newMoment(version.GetAccessTime()), Recorded: newMoment(version.GetCreateTime()),
		Version: idOf(version.GetName()), Sha256: version.GetTextSha256(), Length: words.Grouped(int(version.GetTextLength())),
		Restricted:    documentRestriction(d),
		Normalization: version.GetNormalization(), Latest: d.GetLatestVersion() == version.GetName(),
	}
	statements := printings{}
	for _, f := range got.GetFacts() {
		if s := f.GetStatement(); s != nil {
			statements[s.GetName()] = append(statements[s.GetName()], f)
			known[s.GetName()] = statementLabel(s, known)
		} else if g := f.GetFigure(); g != nil {
			known[g.GetName()] = words.Figure(g)
		}
	}
	said, all := len(statements), len(got.GetFacts())
	v.Summary = words.Counted(said, "statement") + " and " + words.Counted(all-said, "figure") + " from " + words.Counted(int(version.GetTextLength()), "character") + " of text"
	for _, f := range got.GetFacts() {
		fact := newFactView(f, known, statements, v.Withheld, v.Language)
		v.Unverified = v.Unverified || fact.unverified()
		v.Facts = append(v.Facts, fact)
	}
	return v
}

// statementLabel names a statement in a link: who said it.
func statementLabel(s *statementsv1.Statement, known names) string {
	who := "somebody"
	if speakers := s.GetSpeakers(); len(speakers) > 0 {
		if who = speakers[0].GetAttributionText(); speakers[0].GetEntity() != "" {
			who = known.of(speakers[0].GetEntity())
		}
	}
	return who + ", " + statementType(s.GetStatementType()).Words
}

// newFactView links facts of one document to each other on the same page.
func newFactView(f *gatewayv1.Fact, known names, statements printings, withheld bool, language string) factView {
	here := func(name, card string) *link { return &link{Href: "#" + card, Text: known.of(name)} }
	if s := record.Here(f); s != nil {
		v := newStatementView(s, known)
		v.Anchor = cardOf(f)
		for _, figure := range f.GetFigures() {
			v.Figures = append(v.Figures, here(figure, anchor(figure)))
		}
		if parent := s.GetParentStatement(); statements[parent] != nil {
			v.Parent = here(parent, statements.card(parent, ""))
		}
		v.InText, v.Document, v.Context = nil, nil, withheld
		if v.Language == language {
			v.Language = ""
		}
		return factView{Statement: v}
	}
	v := newFigureView(f.GetFigure(), known)
	for _, name := range f.GetStatedIn() {
		v.StatedIn = append(v.StatedIn, here(name, statements.card(name, f.GetFigure().GetName())))
		v.InQuote = v.InQuote || statements.quotation(name)
	}
	v.InText, v.Document, v.Context = nil, nil, withheld
	return factView{Figure: v}
}

// addVersions adds the links between the versions of a document, the newest and the one
// that is shown; none if there is one only or they cannot be had.
func (e *explorer) addVersions(ctx context.Context, v *documentView) {
	got, err := e.Documents.ListDocumentVersions(ctx, &statementsv1.ListDocumentVersionsRequest{Parent: v.Name, PageSize: listPage, ReadTime: readingOf(ctx).time})
	if err != nil || len(got.GetDocumentVersions()) < 2 {
		return
	}
	shown := false
	for _, version := range got.GetDocumentVersions() {
		number := idOf(version.GetName())
		shown = shown || number == v.Version
		v.Versions = append(v.Versions, versionLink{Number: number, Href: pagePath(version.GetName()), Published: newPeriod(version.GetPublishTime()), Current: number == v.Version})
	}
	if got.GetNextPageToken() == "" {
		return
	}
	v.OlderVersions = apiPath(v.Name) + "/versions"
	if !shown {
		v.Versions = append(v.Versions, versionLink{Number: v.Version, Href: pagePath(v.Name + "/versions/" + v.Version), Published: v.Published, Current: true})
	}
}

// marksOf are the passages of all facts: of a statement its contents and its cue,
// of a figure its whole expression, or else its parts.
func marksOf(facts []*gatewayv1.Fact) []mark {
	var marks []mark
	for i, f := range facts {
		if s := record.Here(f); s != nil {
			for _, span := range s.GetContents() {
				marks = append(marks, mark{Start: int(span.GetStart()), End: int(span.GetEnd()), Fact: i, Class: statementType(s.GetStatementType()).Class})
			}
			if cue := s.GetCue(); cue != nil {
				marks = append(marks, mark{Start: int(cue.GetStart()), End: int(cue.GetEnd()), Fact: i, Class: "cue"})
			}
			continue
		}
		marks = append(marks, figureMarks(f.GetFigure(), i)...)
	}
	return marks
}

func figureMarks(f *metricsv1.Figure, fact int) []mark {
	var marks, whole []mark
	for _, span := range f.GetReported().GetSpans() {
		m := mark{Start: int(span.GetStart()), End: int(span.GetEnd()), Fact: fact, Class: valueKind(f.GetValueKind()).Class}
		marks = append(marks, m)
		if span.GetRole() == contentRole {
			whole = append(whole, m)
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return marks
}
