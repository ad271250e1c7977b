package pages

import (
	"net/http"
	"regexp"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
)

// identifier is an id of an entity elsewhere.
type identifier struct {
	Scheme, Value string
	Link          *link
}

// entityView is an entity and what they said.
type entityView struct {
	Name, Type, Description, ID string
	Aliases                     []string
	Identifiers                 []identifier
	Recorded                    *moment
	List                        listView[*statementView]
}

func (e *explorer) entity(r *http.Request) (*page, error) {
	p, err := readParams(r, "page_token")
	if err != nil {
		return nil, err
	}
	name, err := nameOf(r, "entities")
	if err != nil {
		return nil, err
	}
	ctx := r.Context()
	got, err := e.Entities.GetEntity(ctx, &statementsv1.GetEntityRequest{Name: name})
	if err != nil {
		return nil, err
	}
	said, err := e.Statements.ListStatements(ctx, &statementsv1.ListStatementsRequest{
		PageSize: listPage, PageToken: p.get("page_token"), Filter: "speaker = " + quoted(name), OrderBy: "statement_time desc",
	})
	if err != nil {
		return nil, err
	}
	known := e.resolve(ctx, namesIn(said.GetStatements()...)...)
	v := &entityView{
		Name: got.GetDisplayName(), Type: entityTypes[got.GetEntityType()], Description: got.GetDescription(), ID: idOf(name), Aliases: got.GetAliases(),
		Recorded: newMoment(got.GetCreateTime()), List: newList(r, statementViews(said.GetStatements(), known), said.GetNextPageToken()),
	}
	for _, scheme := range sortedKeys(got.GetIdentifiers()) {
		v.Identifiers = append(v.Identifiers, newIdentifier(scheme, got.GetIdentifiers()[scheme]))
	}
	return &page{Template: "entity", Title: got.GetDisplayName(), Section: "entities", API: apiPath(name), Data: v}, nil
}

var wikidataID = regexp.MustCompile(`^Q[1-9][0-9]*$`)

func newIdentifier(scheme, value string) identifier {
	id := identifier{Scheme: scheme, Value: value}
	if scheme == "wikidata" && wikidataID.MatchString(value) {
		id.Link = &link{Href: "https://www.wikidata.org/wiki/" + value, Text: value}
	}
	return id
}
