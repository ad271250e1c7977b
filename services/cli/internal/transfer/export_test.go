package transfer_test

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// pagedServer has statements in pages, each linked with another, on documents
// and of speakers that several share. It is cut off after some calls.
type pagedServer struct {
	all   []*statementsv1.Statement
	calls int
	cutAt int
	// erased is an entity that is no more.
	erased string
}

const (
	exported = 40
	perPage  = 7
)

func newPaged() *pagedServer {
	s := &pagedServer{}
	for n := range exported {
		statement := thought(fmt.Sprint("statements/s", n))
		statement.DocumentVersion = fmt.Sprint("documents/d", n/5, "/versions/1")
		statement.Speakers = []*statementsv1.Speaker{{Entity: fmt.Sprint("entities/e", n%4)}}
		statement.Links = []*statementsv1.StatementLink{{Type: statementsv1.StatementLink_SAME, Statement: fmt.Sprint("statements/s", (n*7+3)%exported)}}
		s.all = append(s.all, statement)
	}
	return s
}

// Call implements transfer.Server.
func (s *pagedServer) Call(_ context.Context, _, path string, query url.Values, _ []byte) ([]byte, error) {
	if s.calls++; s.cutAt > 0 && s.calls >= s.cutAt {
		return nil, errCut
	}
	if query.Get("read_time") != "then" {
		return nil, refused("READ_TIME", "read_time")
	}
	var answer proto.Message
	collection, id, _ := strings.Cut(path, "/")
	switch {
	case id == "":
		from, _ := strconv.Atoi(query.Get("page_token"))
		to := min(from+perPage, exported)
		page := &statementsv1.ListStatementsResponse{Statements: s.all[from:to]}
		if to < exported {
			page.NextPageToken = strconv.Itoa(to)
		}
		answer = page
	case collection == "statements":
		n, _ := strconv.Atoi(strings.TrimPrefix(id, "s"))
		answer = s.all[n]
	case path == s.erased:
		return nil, refused("ERASED", "name")
	case collection == "entities":
		answer = &statementsv1.Entity{Name: path, EntityType: statementsv1.Entity_PERSON, DisplayName: path}
	case strings.Contains(path, "/versions/"):
		answer = &statementsv1.DocumentVersion{Name: path, Text: path}
	default:
		answer = &statementsv1.Document{Name: path, Headline: path, LatestVersion: path + "/versions/1"}
	}
	return protojson.Marshal(answer)
}

func exportTo(server *pagedServer, path, format string) (transfer.LeftOut, error) {
	file := &transfer.ExportFile{Path: path, Format: format, Address: "http://x", Settled: func(context.Context) (string, error) { return "then", nil }}
	export := &transfer.Export{Server: server}
	err := file.Run(context.Background(), export)
	return export.LeftOut(), err
}

// TestExportGoesOn: an export that is killed at any call and run again until it
// ends is that of one run, also in what it leaves out, and no file is there before it is whole.
func TestExportGoesOn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		folder := must.Get(os.MkdirTemp("", "export-"))(t)
		defer os.RemoveAll(folder)
		format := rapid.SampledFrom([]string{interchange.JSONL, interchange.JSONLD, interchange.CSV}).Draw(t, "format")
		path, whole := filepath.Join(folder, "file"), filepath.Join(folder, "whole")
		erased := rapid.SampledFrom([]string{"", "entities/e1"}).Draw(t, "erased")
		server := newPaged()
		server.erased = erased
		want := must.Get(exportTo(server, whole, format))(t)
		must.Equal(t, want.Count == 0, erased == "")
		must.Equal(t, len(want.Notes), want.Count)
		var left transfer.LeftOut
		for err := errCut; err != nil; {
			server := newPaged()
			server.erased = erased
			if server.cutAt = rapid.IntRange(1, 60).Draw(t, "cut at"); rapid.IntRange(0, 5).Draw(t, "until the end") == 0 {
				server.cutAt = 0
			}
			if left, err = exportTo(server, path, format); err != nil {
				must.ErrorIs(t, err, errCut)
				_, missing := os.Stat(path)
				must.Err(t, missing)
			}
		}
		must.Equal(t, left, want)
		must.Equal(t, namesIn(t, format, path), namesIn(t, format, whole))
		must.Equal(t, len(must.Get(os.ReadDir(folder))(t)), 2)
	})
}

// namesIn are the names of what a file has, in order.
func namesIn(t must.TB, format, path string) []string {
	file := must.Get(os.Open(path))(t)
	defer file.Close()
	names := map[string]int{}
	reader := must.Get(interchange.NewReader(format, file))(t)
	for {
		row, err := reader.Read()
		if err != nil {
			break
		}
		for _, message := range row.Messages {
			names[interchange.NameOf(message)]++
		}
	}
	for name, times := range names {
		must.True(t, times == 1, "%s is there %d times", name, times)
	}
	return slices.Sorted(maps.Keys(names))
}
