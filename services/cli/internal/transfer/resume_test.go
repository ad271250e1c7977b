package transfer_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// chunk is how many rows the tests send between two checkpoints.
const chunk = 10

// errCut is what a call answers that the connection did not survive.
var errCut = errors.New("cut off")

// fakeServer is a record of entities and statements that says how often it was
// written to, and is cut off after some calls, before or after a write.
type fakeServer struct {
	mu                   sync.Mutex // an import asks side by side
	entities, statements map[string]bool
	writes               map[string]int
	calls                int
	// cutAt is the call that is cut off; 0 for none. after says that it is done.
	cutAt int
	after bool
	// whole is how many statements a batch has at most of which all faults are looked for;
	// 0 is any.
	whole int
	// meanwhile happens at the first call.
	meanwhile func()
}

func newFake() *fakeServer {
	return &fakeServer{entities: map[string]bool{}, statements: map[string]bool{}, writes: map[string]int{}}
}

// Call implements transfer.Server.
func (f *fakeServer) Call(ctx context.Context, method, path string, query url.Values, body []byte) ([]byte, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	if f.calls == 1 && f.meanwhile != nil {
		f.meanwhile()
	}
	cut := f.cutAt > 0 && f.calls >= f.cutAt
	if cut && !f.after {
		return nil, errCut
	}
	answer, err := f.answer(method, path, query, body)
	if cut {
		return nil, errCut
	}
	return answer, err
}

func refused(reason, field string) *client.Error {
	return &client.Error{Status: "400 Bad Request", Reason: reason, Message: reason, Violations: []client.Violation{{Field: field, Description: reason, Reason: reason}}}
}

func (f *fakeServer) answer(method, path string, query url.Values, body []byte) ([]byte, error) {
	switch {
	case method == http.MethodPost && path == "statements:batchCreate":
		return f.create(body)
	case path == "statements:batchGet":
		have := &statementsv1.BatchGetStatementsResponse{}
		for _, name := range query["names"] {
			if !f.statements[name] {
				return nil, refused("STATEMENT_NOT_FOUND", "names")
			}
			have.Statements = append(have.Statements, thought(name))
		}
		return protojson.Marshal(have)
	case method == http.MethodGet && f.statements[path]:
		return protojson.Marshal(thought(path))
	default:
		return nil, refused("STATEMENT_NOT_FOUND", "name")
	}
}

// thought is a statement of a name.
func thought(name string) *statementsv1.Statement {
	return &statementsv1.Statement{
		Name: name, Text: "text of " + name, StatementType: statementsv1.Statement_THOUGHT,
		StatementTime: &typev1.TimePeriod{MissingReason: typev1.TimePeriod_NOT_STATED},
	}
}

func (f *fakeServer) create(body []byte) ([]byte, error) {
	batch := &statementsv1.BatchCreateStatementsRequest{}
	if err := protojson.Unmarshal(body, batch); err != nil {
		return nil, err
	}
	for n, request := range batch.GetRequests() {
		if strings.Contains(request.GetStatement().GetText(), "bad") {
			fault := refused("SPAN_MISMATCH", fmt.Sprintf("requests[%d].statement.contents[0].exact", n))
			if len(request.GetStatement().GetLinks()) > 0 { // too many to name the text, too
				fault = refused("REFERENCE_NOT_FOUND", fmt.Sprintf("requests[%d].statement.links[0].target", n))
				fault.More = "1"
			}
			if f.whole > 0 && len(batch.GetRequests()) > f.whole {
				fault.More = client.MoreUnknown
			}
			return nil, fault
		}
		if f.statements["statements/"+request.GetStatementId()] {
			return nil, refused("STATEMENT_EXISTS", fmt.Sprintf("requests[%d].statementId", n))
		}
	}
	for _, request := range batch.GetRequests() {
		name := "statements/" + request.GetStatementId()
		f.statements[name] = true
		f.writes[name]++
	}
	return []byte("{}"), nil
}

// rows is a file of n statements, some of which are bad.
func rows(t must.TB, format string, n int, bad func(int) bool) string {
	var out strings.Builder
	writer := must.Get(interchange.NewWriter(format, &out, false))(t)
	for i := range n {
		statement := thought(fmt.Sprint("statements/s", i))
		if bad(i) {
			statement.Text += " is bad"
		}
		must.OK(t, writer.Write(statement))
	}
	must.OK(t, writer.Flush())
	return out.String()
}

// once runs an import of a file as a process would, and answers what it did.
func once(t must.TB, server *fakeServer, path, format string) (transfer.Report, error) {
	file := must.Get(os.Open(path))(t)
	defer file.Close()
	state := must.Get(transfer.OpenState(context.Background(), path+".state", file, format, server, "http://x"))(t)
	defer state.Close()
	reader := must.Get(interchange.NewReaderAt(format, state.Input(), state.Position()))(t)
	rejects := must.Get(transfer.OpenRejects(path+".rejects", state.RejectsSize()))(t)
	defer rejects.Close()
	return (&transfer.Import{Server: server, Rows: reader, Rejects: rejects, State: state, ChunkRows: chunk}).Run(context.Background())
}

// TestImportGoesOn: an import that is killed at any call, however often, and run
// again until it ends, writes every row once, rejects every bad row once and
// leaves no state behind.
func TestImportGoesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folder := must.Get(os.MkdirTemp("", "resume-"))(t)
		defer os.RemoveAll(folder)
		format := rapid.SampledFrom([]string{interchange.JSONL, interchange.JSONLD, interchange.CSV}).Draw(t, "format")
		every := rapid.IntRange(2, 12).Draw(t, "bad every")
		const n = 25 * chunk / 10
		content := rows(t, format, n, func(i int) bool { return i%every == every-1 })
		path := filepath.Join(folder, "file")
		must.OK(t, os.WriteFile(path, []byte(content), 0o600))

		server := newFake()
		var report transfer.Report
		for err := errCut; err != nil; {
			server.calls, server.cutAt, server.after = 0, rapid.IntRange(0, 12).Draw(t, "cut at"), rapid.Bool().Draw(t, "after")
			if rapid.IntRange(0, 9).Draw(t, "until the end") == 0 {
				server.cutAt = 0
			}
			if report, err = once(t, server, path, format); err != nil {
				must.ErrorIs(t, err, errCut)
			}
		}
		must.Equal(t, report.Rows, n)
		must.Equal(t, report.Rejected, n/every)
		must.Equal(t, len(server.statements), n-n/every)
		for name, times := range server.writes {
			must.True(t, times == 1, "%s was written %d times", name, times)
		}
		rejects := string(must.Get(os.ReadFile(path + ".rejects"))(t))
		must.Equal(t, strings.Count(rejects, "\n"), n/every)
		names := must.Get(os.ReadDir(folder))(t)
		must.Equal(t, len(names), 2)
	})
}

// TestFaultsThatTheAnswerDoesNotName: a bad row with links, of which the answer names those
// alone, is rejected once and for what it is, and its links follow nowhere.
func TestFaultsThatTheAnswerDoesNotName(t *testing.T) {
	for _, whole := range []int{0, 2} {
		var out strings.Builder
		writer := must.Get(interchange.NewWriter(interchange.JSONL, &out, false))(t)
		for i := range chunk {
			statement := thought(fmt.Sprint("statements/s", i))
			if i%3 == 1 {
				statement.Text = "bad"
				statement.Links = []*statementsv1.StatementLink{{Statement: "statements/s0", Type: statementsv1.StatementLink_SAME}}
			}
			must.OK(t, writer.Write(statement))
		}
		must.OK(t, writer.Flush())
		path := filepath.Join(t.TempDir(), "file")
		must.OK(t, os.WriteFile(path, []byte(out.String()), 0o600))
		server := newFake()
		server.whole = whole
		report := must.Get(once(t, server, path, interchange.JSONL))(t)
		must.Equal(t, report.Rejected, 3)
		must.Equal(t, report.Counts["statement"], transfer.Count{Created: chunk - 3})
		rejects := string(must.Get(os.ReadFile(path + ".rejects"))(t))
		must.Equal(t, strings.Count(rejects, "\n"), 3)
		must.Equal(t, strings.Count(rejects, `"reason":"SPAN_MISMATCH"`), 3)
	}
}

// TestStateOfAnotherInput: a state is of one file, format and record; with
// another of them the import starts at the first row.
func TestStateOfAnotherInput(t *testing.T) {
	start := func(t *testing.T) (*fakeServer, string) {
		path := filepath.Join(t.TempDir(), "file")
		must.OK(t, os.WriteFile(path, []byte(rows(t, interchange.JSONL, 25, func(int) bool { return false })), 0o600))
		server := newFake()
		server.cutAt = 2
		_, err := once(t, server, path, interchange.JSONL)
		must.ErrorIs(t, err, errCut)
		server.cutAt, server.calls = 0, 0
		return server, path
	}
	t.Run("the same", func(t *testing.T) {
		server, path := start(t)
		report := must.Get(once(t, server, path, interchange.JSONL))(t)
		must.Equal(t, report.Counts["statement"], transfer.Count{Created: 25})
	})
	t.Run("another beginning of the file", func(t *testing.T) {
		server, path := start(t)
		content := must.Get(os.ReadFile(path))(t)
		must.OK(t, os.WriteFile(path, slices.Concat([]byte("\n"), content), 0o600))
		report := must.Get(once(t, server, path, interchange.JSONL))(t)
		must.Equal(t, report.Counts["statement"], transfer.Count{Created: 15, Present: 10})
	})
	t.Run("another record", func(t *testing.T) {
		_, path := start(t)
		report := must.Get(once(t, newFake(), path, interchange.JSONL))(t)
		must.Equal(t, report.Counts["statement"], transfer.Count{Created: 25})
	})
	t.Run("a torn state", func(t *testing.T) {
		server, path := start(t)
		content := must.Get(os.ReadFile(path + ".state"))(t)
		must.OK(t, os.WriteFile(path+".state", content[:len(content)-7], 0o600))
		report := must.Get(once(t, server, path, interchange.JSONL))(t)
		must.Equal(t, report.Rows, 25)
		must.Equal(t, len(server.statements), 25)
	})
}

// TestRowsThatAreDone: rows are done when the server answered, not when they were
// read.
func TestRowsThatAreDone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	must.OK(t, os.WriteFile(path, []byte(rows(t, interchange.JSONL, 35, func(int) bool { return false })), 0o600))
	server := newFake()
	server.cutAt = 3
	report, err := once(t, server, path, interchange.JSONL)
	must.ErrorIs(t, err, errCut)
	must.Equal(t, len(server.statements), 20)
	must.Equal(t, report.Rows, 20)
	server.cutAt = 0
	must.Equal(t, must.Get(once(t, server, path, interchange.JSONL))(t).Rows, 35)
}
