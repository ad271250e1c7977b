package transfer

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"net/url"
	"slices"
	"sync"

	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// Bounds of what is sent at a time.
const (
	// chunkRows and chunkBytes end a chunk, after which there is a checkpoint.
	chunkRows  = 1000
	chunkBytes = 2 << 20
	// batchBytes bounds one request: a server takes 4 MiB.
	batchBytes = 3 << 20
	// writers is how many documents, or entities, are written at the same time.
	writers = 8
)

// Server is what is asked: see client.Client.
type Server interface {
	Call(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error)
}

// Import puts rows on record.
type Import struct {
	// Server takes them.
	Server Server
	// Rows are read to their end, or from where State says.
	Rows interchange.Reader
	// Rejects takes what the record does not take. It may not be nil.
	Rejects *Rejects
	// State remembers how far the import is. nil: nothing does, and the import
	// starts at the first row every time.
	State *State
	// Progress is told after every chunk how many bytes of the input are done. It
	// may be nil.
	Progress func(done int64)
	// ChunkRows is how many rows at most are sent between two checkpoints; 0 for
	// 1,000.
	ChunkRows int
	// Unended says after Run that the file ends with a row that was taken and has no line
	// end.
	Unended bool

	report Report
	later  []later

	mu sync.Mutex
	// merged is what entities were merged into on record, as far as it was asked.
	merged map[string]string
}

// Count is how many resources of a kind were written, and how many were on
// record already. Only figures are changed and retracted by an import.
type Count struct {
	Created int `json:"created"`
	Present int `json:"present"`
	Updated int `json:"updated,omitempty"`
	Deleted int `json:"deleted,omitempty"`
}

// Report is what an import did, also in the runs before that it goes on from.
type Report struct {
	// Rows is how many rows are done: those that the server answered, and those that
	// cannot be read. Rejected is how many of them the record did not take, or not
	// all of.
	Rows     int `json:"rows"`
	Rejected int `json:"rejected"`
	// Open is how many links, memberships and merges of them are not done yet when
	// an import ends with an error after its last row.
	Open int `json:"-"`
	// Counts are by kind: document, documentVersion, entity, statement, figure.
	Counts map[string]Count `json:"counts"`
	// Reasons say how many observations were not taken, by reason.
	Reasons map[string]int `json:"reasons,omitempty"`
}

// item is one resource of a row.
type item struct {
	row     *row
	message proto.Message
	// without is what was taken from the message, to follow once the rest is on record.
	without []later
}

// row is a row of the chunk.
type row struct {
	interchange.Row

	rejected bool
	// created says that the last of its resources was not there before.
	created bool
}

// Run reads all rows and puts them on record. The error is of the input or of
// the server; the import then goes on where it was when it is run again.
func (i *Import) Run(ctx context.Context) (Report, error) {
	i.report.Counts, i.merged = map[string]Count{}, map[string]string{}
	if i.State != nil {
		i.report, i.later = i.State.restore()
	}
	for {
		more, err := i.chunk(ctx)
		if err != nil {
			return i.report, err
		}
		if !more {
			break
		}
	}
	if err := i.finish(ctx); err != nil {
		return i.report, err
	}
	if i.State != nil {
		return i.report, i.State.remove()
	}
	return i.report, nil
}

// chunk reads rows until there are enough for a round of requests, and sends
// them. It reports whether there may be more.
func (i *Import) chunk(ctx context.Context) (more bool, err error) {
	var rows []*row
	at := interchange.Position{Offset: -1}
	more = true
	read, open := 0, false
	var half error
	for size, n := 0, 0; n < cmp.Or(i.ChunkRows, chunkRows) && size < chunkBytes; n++ {
		next, err := i.Rows.Read()
		if errors.Is(err, io.EOF) {
			more = false
			break
		}
		refused, ok := errors.AsType[*interchange.RowError](err)
		unended := next.Unended || ok && refused.Unended
		if half = i.State.whole(unended); half != nil {
			break
		}
		read, open = read+1, unended
		if ok {
			at = interchange.Position{Offset: refused.End, Lines: refused.Line}
			if err := i.reject(refused); err != nil {
				return false, err
			}
			continue
		}
		if err != nil {
			return false, err
		}
		i.Unended = next.Unended
		next.Text = bytes.Clone(next.Text)
		rows = append(rows, &row{Row: next})
		size, at = size+len(next.Text), interchange.Position{Offset: next.End, Lines: next.Line}
	}
	if err := i.put(ctx, rows); err != nil || at.Offset < 0 {
		return more, cmp.Or(err, half)
	}
	i.report.Rows += read
	if i.Progress != nil {
		i.Progress(at.Offset)
	}
	if i.State != nil && !open {
		if err := i.State.checkpoint(at, lastOf(rows), i.report, i.Rejects.size); err != nil {
			return more, err
		}
	}
	return more, half
}

// lastOf is the name of the last resource of a chunk that was put on record, else of
// the last that was there already.
func lastOf(rows []*row) (last landmark) {
	for _, row := range slices.Backward(rows) {
		name := landmark{Name: interchange.NameOf(row.Messages[len(row.Messages)-1])}
		if row.created && !row.rejected {
			return name
		}
		if !row.rejected {
			last = cmp.Or(last, name)
		}
	}
	return last
}

// reject writes a row to the rejects.
func (i *Import) reject(refused *interchange.RowError) error {
	i.report.Rejected++
	return i.Rejects.add(refused)
}

// rejectItem rejects the row of an item, once for each row.
func (i *Import) rejectItem(it item, reason, field, message string) error {
	if it.row.rejected {
		return nil
	}
	it.row.rejected = true
	if field == "" {
		field = interchange.KeyOf(it.message)
	}
	return i.reject(&interchange.RowError{Line: it.row.Line, Text: it.row.Text, Reason: reason, Field: field, Message: message})
}

func (i *Import) created(key string) {
	count := i.report.Counts[key]
	count.Created++
	i.report.Counts[key] = count
}

func (i *Import) present(key string) {
	count := i.report.Counts[key]
	count.Present++
	i.report.Counts[key] = count
}
