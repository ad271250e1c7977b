package server_test

import (
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/rpcserver"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
	"github.com/onrecord/onrecord/services/platform/testkit/statustest"
	"github.com/onrecord/onrecord/services/platform/testkit/tampered"
)

// startListed is a service with statements a, b, c (oldest first) that differ.
func startListed(t *testing.T) *service {
	t.Helper()
	s := startFilled(t, false)
	s.entity(t, "ben")
	s.entity(t, "rally")
	s.create(t, "a", direct())
	b := indirect()
	b.Audience, b.Event, b.Location, b.ParentStatement = []string{"entities/ben", "entities/ana"}, "entities/rally", "entities/rally", "statements/a"
	b.LanguageCode = "es"
	s.create(t, "b", b)
	c := direct()
	c.Speakers = []*statementsv1.Speaker{
		{Entity: "entities/ana", Role: "Author", Affiliation: "entities/rally"}, {Entity: "entities/ben"}, {Entity: "entities/ben", Role: "x"},
	}
	c.StatementTime = period("2020/..")
	s.create(t, "c", c)
	return s
}

func TestListStatementsFilters(t *testing.T) {
	s := startListed(t)
	for filter, want := range map[string][]string{
		``:                          {"c", "b", "a"},
		`document = "documents/d"`:  {"c", "b", "a"},
		`document != "documents/d"`: nil,
		`document_version = "documents/d/versions/1" statement_type = DIRECT`: {"c", "a"},
		`statement_type = INDIRECT`:                     {"b"},
		`language_code = "es"`:                          {"b"},
		`speaker:"entities/ana"`:                        {"c", "a"},
		`speaker = "entities/ben"`:                      {"c"},
		`NOT speaker:"entities/ben"`:                    {"b", "a"},
		`NOT speaker:*`:                                 {"b"},
		`affiliation:"entities/rally"`:                  {"c"},
		`audience:"entities/ben"`:                       {"b"},
		`audience:* OR role:"Author"`:                   {"c", "b"},
		`role:"President"`:                              {"a"},
		`event = "entities/rally"`:                      {"b"},
		`location = "entities/rally" AND event:*`:       {"b"},
		`parent_statement = "statements/a"`:             {"b"},
		`parent_statement:*`:                            {"b"},
		`statement_time = "2023-11"`:                    {"c", "a"},
		`statement_time > "2022"`:                       {"a"},
		`statement_time < "2024"`:                       {"a"},
		`statement_time:*`:                              {"c", "a"},
		`create_time > "2020-01-01T00:00:00Z"`:          {"c", "b", "a"},
		`update_time < "2020-01-01T00:00:00Z"`:          nil,
		`speaker:"entities/ana" speaker:"entities/ben"`: {"c"},
	} {
		t.Run(filter, func(t *testing.T) {
			must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: filter}), want)
			must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{Filter: filter, PageSize: 1}), want)
		})
	}
}

func TestListStatementsOrders(t *testing.T) {
	s := startListed(t)
	_, err := s.statements.UpdateStatement(t.Context(), &statementsv1.UpdateStatementRequest{
		Statement: &statementsv1.Statement{Name: "statements/b", Comment: "x"},
	})
	must.OK(t, err)
	for order, want := range map[string][]string{
		"":                    {"c", "b", "a"},
		"create_time":         {"a", "b", "c"},
		"create_time desc":    {"c", "b", "a"},
		"update_time desc":    {"b", "c", "a"},
		"statement_time":      {"b", "c", "a"},
		"statement_time desc": {"a", "c", "b"},
		"name":                {"a", "b", "c"},
		"name desc":           {"c", "b", "a"},
	} {
		t.Run(order, func(t *testing.T) {
			must.Equal(t, s.list(t, &statementsv1.ListStatementsRequest{OrderBy: order, PageSize: 1}), want)
			spoken := s.list(t, &statementsv1.ListStatementsRequest{OrderBy: order, PageSize: 1, Filter: `document = "documents/d"`})
			must.Equal(t, spoken, want)
		})
	}
}

func TestListRefusals(t *testing.T) {
	s := startListed(t)
	first, err := s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{PageSize: 1})
	must.OK(t, err)
	token := first.GetNextPageToken()
	for name, test := range map[string]struct {
		req           *statementsv1.ListStatementsRequest
		reason, field string
	}{
		"size":         {&statementsv1.ListStatementsRequest{PageSize: 1001}, "INVALID_REQUEST", "page_size"},
		"field":        {&statementsv1.ListStatementsRequest{Filter: `text = "x"`}, "UNKNOWN_FILTER_FIELD", "filter"},
		"word":         {&statementsv1.ListStatementsRequest{Filter: `wall`}, "FILTER_BARE_WORD", "filter"},
		"enum":         {&statementsv1.ListStatementsRequest{Filter: `statement_type = SAID`}, "FILTER_VALUE_INVALID", "filter"},
		"not a name":   {&statementsv1.ListStatementsRequest{Filter: `speaker:"ana"`}, "FILTER_VALUE_INVALID", "filter"},
		"month 13":     {&statementsv1.ListStatementsRequest{Filter: `statement_time = "2023-13"`}, "FILTER_VALUE_INVALID", "filter"},
		"order":        {&statementsv1.ListStatementsRequest{OrderBy: `text`}, "UNKNOWN_ORDER_FIELD", "order_by"},
		"another list": {&statementsv1.ListStatementsRequest{PageToken: token, Filter: `event:*`}, "PAGE_TOKEN_MISMATCH", "page_token"},
		"another time": {&statementsv1.ListStatementsRequest{PageToken: token, ReadTime: s.settled()}, "PAGE_TOKEN_MISMATCH", "page_token"},
		"deleted too":  {&statementsv1.ListStatementsRequest{PageToken: token, ShowDeleted: true}, "PAGE_TOKEN_MISMATCH", "page_token"},
		"tampered":     {&statementsv1.ListStatementsRequest{PageToken: tampered.Token(token)}, "PAGE_TOKEN_MALFORMED", "page_token"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.statements.ListStatements(t.Context(), test.req)
			statustest.Check(t, err, codes.InvalidArgument, test.reason, test.field)
		})
	}
	_, err = s.documents.ListDocuments(t.Context(), &statementsv1.ListDocumentsRequest{PageToken: token})
	statustest.Check(t, err, codes.InvalidArgument, "PAGE_TOKEN_MISMATCH", "page_token")
}

func TestListDocuments(t *testing.T) {
	s := start(t)
	s.document(t, "a", false)
	s.document(t, "b", true)
	list := func(filter, order string) (ids []string) {
		req := &statementsv1.ListDocumentsRequest{Filter: filter, OrderBy: order, PageSize: 1}
		for {
			out, err := s.documents.ListDocuments(t.Context(), req)
			must.OK(t, err)
			for _, document := range out.GetDocuments() {
				ids = append(ids, document.GetName()[len("documents/"):])
			}
			if req.PageToken = out.GetNextPageToken(); req.GetPageToken() == "" {
				return ids
			}
		}
	}
	must.Equal(t, list(`uri = "https://example.org/a"`, ""), []string{"b", "a"})
	must.Equal(t, list(`uri = "https://example.org/b"`, ""), nil)
	must.Equal(t, list(`text_withheld = true`, ""), []string{"b"})
	must.Equal(t, list(`headline:"rad" publisher = AFP language_code = "en" NOT byline:* NOT license = "x"`, "headline"), []string{"a", "b"})
	must.Equal(t, list(``, "name"), []string{"a", "b"})
	must.Equal(t, list(``, "update_time desc"), []string{"b", "a"})
}

func TestListEntities(t *testing.T) {
	s := start(t)
	s.entity(t, "ana")
	_, err := s.entities.CreateEntity(t.Context(), &statementsv1.CreateEntityRequest{EntityId: "mx", Entity: &statementsv1.Entity{
		EntityType: statementsv1.Entity_PLACE, DisplayName: "Mexico", Aliases: []string{"M\u00e9xico", "EUM"},
		Identifiers: map[string]string{"iso3166_1": "MX"},
	}})
	must.OK(t, err)
	list := func(filter, order string) (ids []string) {
		req := &statementsv1.ListEntitiesRequest{Filter: filter, OrderBy: order, PageSize: 1}
		for {
			out, err := s.entities.ListEntities(t.Context(), req)
			must.OK(t, err)
			for _, entity := range out.GetEntities() {
				ids = append(ids, entity.GetName()[len("entities/"):])
			}
			if req.PageToken = out.GetNextPageToken(); req.GetPageToken() == "" {
				return ids
			}
		}
	}
	for filter, want := range map[string][]string{
		``:                                   {"mx", "ana"},
		`entity_type = PLACE`:                {"mx"},
		`display_name = "Name of ana"`:       {"ana"},
		`aliases:"EUM"`:                      {"mx"},
		`NOT aliases:*`:                      {"ana"},
		`identifiers.iso3166_1 = "MX"`:       {"mx"},
		`identifiers.iso3166_1 != "US"`:      {"mx"},
		`identifiers:iso3166_1`:              {"mx"},
		`identifiers:wikidata`:               nil,
		`entity_type = PLACE OR aliases:"x"`: {"mx"},
	} {
		must.Equal(t, list(filter, ""), want)
	}
	must.Equal(t, list("", "display_name"), []string{"mx", "ana"})
	_, err = s.entities.UpdateEntity(t.Context(), &statementsv1.UpdateEntityRequest{Entity: &statementsv1.Entity{
		Name: "entities/mx", Aliases: []string{"MEX"},
	}})
	must.OK(t, err)
	must.Equal(t, list(`aliases:"EUM"`, ""), nil)
	must.Equal(t, list(`aliases:"MEX"`, "name"), []string{"mx"})
}

func TestAnswersCarryTheSettledTime(t *testing.T) {
	s := startFilled(t, false)
	var header metadata.MD
	_, err := s.statements.ListStatements(t.Context(), &statementsv1.ListStatementsRequest{}, grpc.Header(&header))
	must.OK(t, err)
	must.Equal(t, len(header.Get(rpcserver.SettledKey)), 1)
}
