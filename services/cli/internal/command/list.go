package command

import (
	"context"
	"net/url"

	"github.com/onrecord/onrecord/services/cli/internal/show"
)

// List lists a collection.
type List struct {
	Collection string `arg:"" help:"Collection: documents, documents/ID/versions, entities, statements, statements/ID/revisions, metrics, metrics/ID/series or figures."`
	Filter     string `placeholder:"FILTER" env:"-" help:"Only what matches, as in AIP-160: speaker = \"entities/joe-biden\"."`
	OrderBy    string `placeholder:"FIELDS" env:"-" help:"Order, as in AIP-132: \"create_time desc\"."`
	Axis       `embed:""`
	Paging     `embed:""`
	Remote     `embed:""`
}

// Run asks for the collection and prints it.
func (l *List) Run(ctx context.Context, process Process) error {
	kind, err := findKind(l.Collection, false)
	if err != nil {
		return err
	}
	c, err := l.client()
	if err != nil {
		return err
	}
	query := url.Values{}
	l.Axis.add(query)
	setNonEmpty(query, map[string]string{"filter": l.Filter, "order_by": l.OrderBy})
	result, err := pageReader{client: c, path: l.Collection, query: query, paging: l.Paging, items: kind.plural}.read(ctx)
	if err != nil {
		return err
	}
	if l.json() {
		return result.printJSON(process, kind.plural)
	}
	table, readers := &show.Table{Columns: kind.columns}, &readBy{}
	for _, item := range result.items {
		message := kind.message()
		if err := parse(item, message); err != nil {
			return err
		}
		table.Add(kind.row(message)...)
		readers.add(message)
	}
	readers.mark(table)
	return result.printTable(process, table, l.Collection)
}

// printTable prints a table, unless it is empty, and what is to be said of it.
func (l *listing) printTable(process Process, table *show.Table, what string) error {
	if len(table.Rows) > 0 {
		if err := table.Write(process.Out, process.width()); err != nil {
			return err
		}
	}
	l.note(process, what)
	return nil
}

func setNonEmpty(query url.Values, values map[string]string) {
	for key, value := range values {
		if value != "" {
			query.Set(key, value)
		}
	}
}
