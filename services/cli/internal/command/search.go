package command

import (
	"context"
	"net/url"
	"slices"
	"strconv"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/show"
)

// Search finds statements.
type Search struct {
	Query    string `arg:"" help:"Words to look for: border wall (both), \"border wall\" (a phrase), migra* (a beginning), -fentanyl (without)."`
	Filter   string `placeholder:"FILTER" env:"-" help:"Only what matches, as in AIP-160."`
	ReadTime string `placeholder:"TIME" env:"-" help:"Read the record as it stood then, in RFC 3339."`
	Paging   `embed:""`
	Remote   `embed:""`
}

// Run asks for the statements and prints them, the most relevant first.
func (s *Search) Run(ctx context.Context, process Process) error {
	c, err := s.client()
	if err != nil {
		return err
	}
	query := url.Values{}
	setNonEmpty(query, map[string]string{"query": s.Query, "filter": s.Filter, "read_time": s.ReadTime})
	result, err := pageReader{client: c, path: "statements:search", query: query, paging: s.Paging, items: "results"}.read(ctx)
	if err != nil {
		return err
	}
	if s.json() {
		return result.printJSON(process, "results")
	}
	readers := &readBy{}
	table := &show.Table{Columns: slices.Concat([]show.Column{{Title: "RELEVANCE", Right: true}}, statementColumns)}
	for _, item := range result.items {
		found := &statementsv1.SearchStatementsResponse_Result{}
		if err := parse(item, found); err != nil {
			return err
		}
		table.Add(slices.Concat([]string{strconv.Itoa(int(found.GetRelevance()))}, statementCells(found.GetStatement()))...)
		readers.add(found.GetStatement())
	}
	readers.mark(table)
	return result.printTable(process, table, "statements")
}
