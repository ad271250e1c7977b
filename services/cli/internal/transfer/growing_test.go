package transfer_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// grow adds to a file.
func grow(t *testing.T, path, more string) {
	t.Helper()
	file := must.Get(os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600))(t)
	must.Get(file.WriteString(more))(t)
	must.OK(t, file.Close())
}

// TestFiguresOfAFileThatGrows: a row of which only half was there when the import was
// cut off is read again as a whole, whether the half was taken or not.
func TestFiguresOfAFileThatGrows(t *testing.T) {
	for name, row := range map[string][2]string{"half a number": {"d,T,I,A,2002,53", "60\n"}, "half a row": {"d,T,I,A,20", "02,5360\n"}} {
		t.Run(name, func(t *testing.T) {
			const head = "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,TIME_PERIOD,OBS_VALUE\n"
			s := newFigureServer()
			imported(t, s, head+"d,T,I,B,2001,1\n")
			path := filepath.Join(t.TempDir(), "data.csv")
			grow(t, path, head+"d,T,D,B,,\nd,T,I,A,2001,1\n"+row[0])
			s.cutAt = 3 // the deletion, which comes after the last row
			_, err := importFile(t, s, path, 3)
			must.ErrorIs(t, err, errCut)
			grow(t, path, row[1]+"d,T,I,A,2003,1\n")
			report := must.Get(importFile(t, s, path, 3))(t)
			must.Equal(t, report.Rows, 4)
			must.Equal(t, report.Rejected, 0)
			must.Equal(t, s.figures["A 2002 "].GetValue().GetValue(), "5360")
			must.Equal(t, len(s.figures), 3)
		})
	}
}

// TestStatementsOfAFileThatGrows is the same of statements.
func TestStatementsOfAFileThatGrows(t *testing.T) {
	merged := thought("statements/merged")
	merged.RedirectTo = "statements/s1" // which follows at the end
	var first strings.Builder
	must.OK(t, must.Get(interchange.NewWriter(interchange.JSONL, &first, false))(t).Write(merged))
	content := first.String() + rows(t, interchange.JSONL, chunk, func(int) bool { return false })
	path := filepath.Join(t.TempDir(), "file")
	grow(t, path, content[:len(content)-20])
	server := newFake()
	server.cutAt = 2 // the merge, after the last row
	_, err := once(t, server, path, interchange.JSONL)
	must.ErrorIs(t, err, errCut)
	grow(t, path, content[len(content)-20:])
	server.cutAt = 0
	must.Get(once(t, server, path, interchange.JSONL))(t)
	must.Equal(t, len(server.statements), chunk+1)
	for _, line := range strings.Split(string(must.Get(os.ReadFile(path+".rejects"))(t)), "\n") {
		must.True(t, !strings.Contains(line, interchange.MalformedRow), "%s", line)
	}
}

// TestHalfAFigureOfAFileThatGrows: the last row is not sent, nor is what follows at the
// end, if the file grew since the import began; the next run takes the whole of it.
func TestHalfAFigureOfAFileThatGrows(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.csv")
	grow(t, path, "STRUCTURE,STRUCTURE_ID,ACTION,DIM1,TIME_PERIOD,OBS_VALUE\nd,T,I,A,2001,1\nd,T,I,A,2002,12")
	s := newFigureServer()
	s.meanwhile = func() { grow(t, path, "34\n") }
	_, err := importFile(t, s, path, 1)
	must.True(t, err != nil && strings.Contains(err.Error(), "the file grew while it was read"), "%v", err)
	must.Equal(t, len(s.sent), 1)
	report := must.Get(importFile(t, s, path, 1))(t)
	must.Equal(t, report.Rows, 2)
	must.Equal(t, len(s.sent), 2)
	must.Equal(t, s.figures["A 2002 "].GetValue().GetValue(), "1234")
}

// TestHalfAStatementOfAFileThatGrows is the same of statements, whose half row would be
// rejected or, in CSV, be another text.
func TestHalfAStatementOfAFileThatGrows(t *testing.T) {
	for _, format := range []string{interchange.CSV, interchange.JSONL} {
		t.Run(format, func(t *testing.T) {
			content := rows(t, format, chunk+1, func(int) bool { return false })
			path := filepath.Join(t.TempDir(), "file")
			grow(t, path, content[:len(content)-20])
			server := newFake()
			server.meanwhile = func() { grow(t, path, content[len(content)-20:]) }
			_, err := once(t, server, path, format)
			must.True(t, err != nil && strings.Contains(err.Error(), "the file grew while it was read"), "%v", err)
			must.Equal(t, len(server.statements), chunk)
			report := must.Get(once(t, server, path, format))(t)
			must.Equal(t, report.Rows, chunk+1)
			must.Equal(t, report.Rejected, 0)
		})
	}
}

// TestFiguresAfterARestore: where a backup of before the import was restored meanwhile,
// the import starts at the first row, though the metric is there.
func TestFiguresAfterARestore(t *testing.T) {
	content := sdmxHead + "d,T,I,A,2001,1,,\nd,T,I,A,2002,2,,\nd,T,I,A,2003,1e999,,\nd,T,I,A,2004,4,,\n"
	path := filepath.Join(t.TempDir(), "data.csv")
	grow(t, path, content)
	s := newFigureServer()
	s.cutAt = 2
	_, err := importFile(t, s, path, 3)
	must.ErrorIs(t, err, errCut)
	must.Equal(t, len(s.figures), 2)

	restored := newFigureServer()
	report := must.Get(importFile(t, restored, path, 3))(t)
	must.Equal(t, len(restored.figures), 3)
	must.Equal(t, report.Rejected, 1)
}

// TestStateOfFiguresNamesTheList: the state holds the name of the metric, and the filter
// of its figures beside it; one of an earlier release, which has the name alone, goes on.
func TestStateOfFiguresNamesTheList(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.csv")
	grow(t, path, sdmxHead+"d,T,I,A,2001,1,,\nd,T,I,A,2002,2,,\nd,T,I,A,2003,3,,\n")
	s := newFigureServer()
	s.cutAt = 3
	_, err := importFile(t, s, path, 1)
	must.ErrorIs(t, err, errCut)
	state := string(must.Get(os.ReadFile(path + ".state"))(t))
	must.Contains(t, state, `"last":"metrics/m"`)
	filter := regexp.MustCompile(`"lastFilter":"(\\.|[^"\\])*",?`)
	must.True(t, filter.MatchString(state), "%s", state)
	must.OK(t, os.WriteFile(path+".state", []byte(filter.ReplaceAllString(state, "")), 0o600))
	must.Equal(t, must.Get(importFile(t, s, path, 1))(t).Rows, 3)
	must.Equal(t, len(s.sent), 3)
}

// TestOneImportOfAFile: a second one is refused while the first runs, and leaves its
// state alone.
func TestOneImportOfAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data.csv")
	grow(t, path, "x\n")
	open := func() (*transfer.State, error) {
		file := must.Get(os.Open(path))(t)
		t.Cleanup(func() { _ = file.Close() })
		state, err := transfer.OpenState(t.Context(), path+".state", file, "f", newFake(), "s")
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { must.OK(t, state.Close()) })
		return state, nil
	}
	must.Get(open())(t)
	_, err := open()
	must.True(t, err != nil && strings.Contains(err.Error(), "another import of the file runs"), "%v", err)
	must.Get(os.Stat(path + ".state"))(t)
}

// versionServer has a document, to which somebody else adds a version whenever it was
// asked which is the newest.
type versionServer struct {
	texts []string
	other string
}

// Call implements transfer.Server.
func (s *versionServer) Call(_ context.Context, method, path string, _ url.Values, body []byte) ([]byte, error) {
	version := func(number int) *statementsv1.DocumentVersion {
		return &statementsv1.DocumentVersion{Name: "documents/d/versions/" + string(rune('0'+number)), Text: s.texts[number-1]}
	}
	switch {
	case method == http.MethodPost:
		sent := &statementsv1.DocumentVersion{}
		if err := protojson.Unmarshal(body, sent); err != nil {
			return nil, err
		}
		if len(s.texts) > 0 && s.texts[len(s.texts)-1] == sent.GetText() {
			return nil, refused("VERSION_EXISTS", "documentVersion")
		}
		s.texts = append(s.texts, sent.GetText())
		return protojson.Marshal(version(len(s.texts)))
	case path == "documents/d":
		s.texts = append(s.texts, s.other)
		return []byte(`{"name":"documents/d"}`), nil
	default:
		return protojson.Marshal(version(1))
	}
}

// TestAVersionThatSomebodyElsePutThereMeanwhile: the same one is there already; of
// another one the row is rejected, which says under which name it is on record.
func TestAVersionThatSomebodyElsePutThereMeanwhile(t *testing.T) {
	run := func(t *testing.T, other string) (transfer.Report, string) {
		path := filepath.Join(t.TempDir(), "rejects")
		rows := must.Get(interchange.NewReader(interchange.JSONL, strings.NewReader(`{"documentVersion":{"name":"documents/d/versions/1","text":"words"}}`)))(t)
		rejects := must.Get(transfer.OpenRejects(path, 0))(t)
		report := must.Get((&transfer.Import{Server: &versionServer{other: other}, Rows: rows, Rejects: rejects}).Run(t.Context()))(t)
		must.OK(t, rejects.Close())
		text, _ := os.ReadFile(path)
		return report, string(text)
	}
	report, rejected := run(t, "words")
	must.Equal(t, rejected, "")
	must.Equal(t, report.Counts["documentVersion"], transfer.Count{Present: 1})
	_, rejected = run(t, "other words")
	must.Contains(t, rejected, "VERSION_OUT_OF_ORDER")
	must.Contains(t, rejected, "on record as documents/d/versions/2")
}
