package pages

import (
	"net/http"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/internal/words"
)

// searchView is the result of a search.
type searchView struct {
	Query string
	List  listView[*statementView]
	// RankedOf is how many match, where they were too many to rank all.
	RankedOf string
}

// search looks for words in statements. Without words it shows the form.
func (e *explorer) search(r *http.Request) (*page, error) {
	p, err := readParams(r, "q", "page_token")
	if err != nil {
		return nil, err
	}
	query := p.get("q")
	out := &page{Template: "search", Title: "Search", Query: query, Data: &searchView{}}
	if query == "" {
		return out, nil
	}
	ctx := r.Context()
	got, err := e.Statements.SearchStatements(ctx, &statementsv1.SearchStatementsRequest{Query: query, PageSize: listPage, PageToken: p.get("page_token")})
	if err != nil {
		return nil, err
	}
	found := make([]*statementsv1.Statement, len(got.GetResults()))
	for i, result := range got.GetResults() {
		found[i] = result.GetStatement()
	}
	v := &searchView{Query: query, List: newList(r, statementViews(found, e.resolve(ctx, namesIn(found...)...)), got.GetNextPageToken())}
	if got.GetRankedOf() > 0 {
		v.RankedOf = words.Grouped(int(got.GetRankedOf()))
	}
	out.Title = query + " – search"
	out.API = apiQuery("/v1/statements:search", "query", query)
	out.Data = v
	return out, nil
}
