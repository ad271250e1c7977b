package interchange

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/gateway/jsonld"
	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// maxPending bounds what the documents, versions and entities of one row take in
// bytes. Where a statement needs more they get rows of their own before it.
const maxPending = 4 << 20

// newColumns are the columns with what a row is the first to refer to: JSON
// arrays of resources as the API has them.
var newColumns = []string{documentsColumn, versionsColumn, entitiesColumn}

// csvHeader is the first row.
func csvHeader() []string {
	var names []string
	for _, column := range columns() {
		names = append(names, column.name)
	}
	return append(append(names, moreColumn), newColumns...)
}

// csvWriter writes one statement a row.
type csvWriter struct {
	to      *csv.Writer
	columns []column
	header  bool
	// pending are the resources that the next row brings along, by column.
	pending map[string][]json.RawMessage
	size    int
}

func newCSVWriter(to io.Writer, continued bool) *csvWriter {
	w := &csvWriter{to: csv.NewWriter(to), columns: columns(), header: continued, pending: map[string][]json.RawMessage{}}
	w.to.UseCRLF = true
	return w
}

// Write implements Writer.
func (w *csvWriter) Write(message proto.Message) error {
	if statement, is := message.(*statementsv1.Statement); is {
		return w.row(statement)
	}
	column := map[string]string{documentKey: documentsColumn, versionKey: versionsColumn, entityKey: entitiesColumn}[KeyOf(message)]
	if column == "" {
		return fmt.Errorf("a statements file has no %s", message.ProtoReflect().Descriptor().FullName())
	}
	input := protoinput.Of(message)
	if entity, is := message.(*statementsv1.Entity); is {
		input = jsonld.EntityInput(entity)
	}
	value, err := stablejson.Marshal(input)
	if err != nil {
		return err
	}
	if w.size > 0 && w.size+len(value) > maxPending {
		if err := w.row(nil); err != nil {
			return err
		}
	}
	w.pending[column] = append(w.pending[column], value)
	w.size += len(value)
	return nil
}

// row writes a statement, or what is pending without one.
func (w *csvWriter) row(statement *statementsv1.Statement) error {
	if !w.header {
		w.header = true
		if err := w.to.Write(csvHeader()); err != nil {
			return err
		}
	}
	var cells []string
	for _, column := range w.columns {
		cell := ""
		if statement != nil {
			cell = column.get(statement)
			if strings.Contains(cell, "\r") {
				cell = "" // a reader of CSV would take it for a line's end; more has it
			}
		}
		cells = append(cells, cell)
	}
	more := ""
	if statement != nil {
		rest, err := w.rest(statement, cells)
		if err != nil {
			return err
		}
		more = string(rest)
	}
	cells = append(cells, more)
	for _, column := range newColumns {
		cell := ""
		if values := w.pending[column]; len(values) > 0 {
			all, err := json.Marshal(values)
			if err != nil {
				return err
			}
			cell = string(all)
		}
		cells = append(cells, cell)
	}
	w.size = 0
	clear(w.pending)
	return w.to.Write(cells)
}

// rest is what the cells do not say of a statement, in JSON.
func (w *csvWriter) rest(statement *statementsv1.Statement, cells []string) (json.RawMessage, error) {
	said := &statementsv1.Statement{}
	for i, column := range w.columns {
		if cells[i] == "" {
			continue
		}
		if err := column.set(said, cells[i]); err != nil {
			return nil, fmt.Errorf("%s: %w", statement.GetName(), err)
		}
	}
	rest := jsonld.StatementInput(statement)
	if jsonld.NoTime(rest.GetStatementTime()) {
		rest.StatementTime = nil // an empty cell says so
	}
	message, have := rest.ProtoReflect(), said.ProtoReflect()
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if have.Has(field) && value.Equal(have.Get(field)) {
			message.Clear(field)
		}
		return true
	})
	if proto.Size(rest) == 0 {
		return nil, nil
	}
	return stablejson.Marshal(rest)
}

// Flush implements Writer.
func (w *csvWriter) Flush() error {
	if w.size > 0 {
		if err := w.row(nil); err != nil {
			return err
		}
	}
	w.to.Flush()
	return w.to.Error()
}
