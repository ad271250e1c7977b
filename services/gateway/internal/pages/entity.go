package pages

import (
	"context"
	"maps"
	"net/http"
	"regexp"
	"slices"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
)

// identifier is an id of an entity elsewhere.
type identifier struct {
	Scheme, Value string
	Link          *link
}

// entityView is an entity, and what they said, by time.
type entityView struct {
	Name, Path, Type, Description, ID string
	// OtherNames are its names in other languages, with the language.
	OtherNames  []identifier
	Aliases     []string
	Identifiers []identifier
	Recorded    *moment
	// Merged says that the page was asked for under a name that was merged into this one.
	Merged bool
	// Period is the period that was asked for, PeriodWords the same in words.
	Period, PeriodWords string
	Timeline            timeline
	Unavailable         string
	// Problem says why nothing is shown of that period.
	Problem string
	// Corrections are those of the entity itself.
	Corrections correctionList
	// Permalink is this page as it stands, for ever; none where that cannot be told.
	Permalink string
}

// entity is an entity's page. Parameters: period, in EDTF, page_token and read_time.
func (e *explorer) entity(r *http.Request) (*page, error) {
	p, name, err := readNamed(r, "entities", "period", "page_token", readTimeParam)
	if err != nil {
		return nil, err
	}
	ctx, at := r.Context(), readingOf(r.Context())
	var header metadata.MD
	request := &gatewayv1.BriefEntityRequest{
		Name: name, Period: p.get("period"), PageSize: listPage, PageToken: p.get("page_token"), ReadTime: at.time, LanguageCode: at.code(),
	}
	got, err := e.Record.BriefEntity(ctx, request, grpc.Header(&header))
	if faultIn(err, "period") {
		return e.entityWithProblem(r, request, err)
	}
	if err != nil {
		return nil, err
	}
	v := newEntityView(got, at)
	v.Merged, v.Path = got.GetEntity().GetName() != name, r.URL.Path
	if v.Period = p.get("period"); v.Period != "" {
		v.PeriodWords = words.Period(v.Period)
	}
	// A later page of a list shows the record as it stood at the first, which has the permalink.
	if settled := header.Get(rpcserver.SettledKey); len(settled) == 1 && at.time == nil && p.get("page_token") == "" {
		v.Permalink = apiQuery(v.Path, "period", v.Period, readTimeParam, settled[0])
	}
	corrections := bySubject(got.GetCorrections())
	v.Corrections.Rows = corrections[got.GetEntity().GetName()]
	v.Timeline = newTimeline(r, got, e.timelineNames(ctx, got), corrections)
	api := apiQuery(apiPath(name)+":brief", "period", v.Period)
	return &page{Template: "entity", Title: v.Name, Section: "entities", API: api, Name: got.GetEntity().GetName(), Data: v,
		Live: "entities=" + got.GetEntity().GetName()}, nil
}

// entityWithProblem is the page of an entity with its form as it was filled in, and what is
// wrong with it: the reader can ask otherwise.
func (e *explorer) entityWithProblem(r *http.Request, request *gatewayv1.BriefEntityRequest, wrong error) (*page, error) {
	without := &gatewayv1.BriefEntityRequest{Name: request.GetName(), PageSize: 1, ReadTime: request.GetReadTime(), LanguageCode: request.GetLanguageCode()}
	got, err := e.Record.BriefEntity(r.Context(), without)
	if err != nil {
		return nil, err
	}
	v := newEntityView(got, readingOf(r.Context()))
	out := &page{Template: "entity", Title: v.Name, Section: "entities", API: apiPath(request.GetName()) + ":brief", Data: v}
	v.Path, v.Period, v.Problem = r.URL.Path, request.GetPeriod(), out.keepForm(r.Context(), wrong)
	return out, nil
}

func newEntityView(got *gatewayv1.BriefEntityResponse, at reading) *entityView {
	en := got.GetEntity()
	v := &entityView{
		Name: at.nameOf(en), Type: entityTypes[en.GetEntityType()], Description: en.GetDescription(), ID: idOf(en.GetName()), Aliases: en.GetAliases(),
		Recorded: newMoment(en.GetCreateTime()), Unavailable: unavailable(got.GetUnavailable()),
	}
	for _, other := range en.GetNames() {
		if other.GetText() != v.Name {
			v.OtherNames = append(v.OtherNames, identifier{Scheme: other.GetLanguageCode(), Value: other.GetText()})
		}
	}
	for _, scheme := range slices.Sorted(maps.Keys(en.GetIdentifiers())) {
		v.Identifiers = append(v.Identifiers, newIdentifier(scheme, en.GetIdentifiers()[scheme]))
	}
	return v
}

// timelineNames are what the timeline calls what it names.
func (e *explorer) timelineNames(ctx context.Context, got *gatewayv1.BriefEntityResponse) names {
	known := names{}
	known.label(got.GetLabels())
	var said []*statementsv1.Statement
	for _, entry := range got.GetEntries() {
		said = append(said, entry.GetStatement())
	}
	e.addNames(ctx, known, namesIn(said...)...)
	return known
}

var wikidataID = regexp.MustCompile(`^Q[1-9][0-9]*$`)

func newIdentifier(scheme, value string) identifier {
	id := identifier{Scheme: scheme, Value: value}
	if scheme == "wikidata" && wikidataID.MatchString(value) {
		id.Link = &link{Href: "https://www.wikidata.org/wiki/" + value, Text: value}
	}
	return id
}
