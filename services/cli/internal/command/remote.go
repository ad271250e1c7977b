package command

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	"github.com/onrecord/onrecord/services/cli/internal/client"
)

// Remote are the flags of the commands that ask a server and print what it says.
type Remote struct {
	Asked  `embed:""`
	Output `embed:""`
}

// Asked are the flags of the commands that ask a server.
type Asked struct {
	Server string `default:"http://127.0.0.1:8080" help:"Server to ask, over HTTP."`
	Token  string `default:"" help:"API key or token to show to the server. Better in the variable: other users of a machine see the flags of a command."`
}

func (a Asked) client() (*client.Client, error) {
	c, err := client.New(a.Server, a.Token)
	if err != nil {
		return nil, usage("%s", err)
	}
	return c, nil
}

// Output is how a command prints.
type Output struct {
	Format string `name:"output" short:"o" enum:"table,json" default:"table" env:"-" help:"How to print: table for people, json for programs."`
}

func (o Output) json() bool { return o.Format == "json" }

// printJSON prints an answer of the server as it is, indented.
func printJSON(process Process, answer []byte) error {
	var out bytes.Buffer
	if err := json.Indent(&out, answer, "", "  "); err != nil {
		return fmt.Errorf("the server's answer is no JSON: %w", err)
	}
	out.WriteByte('\n')
	if _, err := process.Out.Write(out.Bytes()); err != nil {
		return fmt.Errorf("write the answer: %w", err)
	}
	return nil
}

// parse reads an answer of the server. A newer server may say more than this
// program knows of.
func parse(answer []byte, into proto.Message) error {
	if err := (protojson.UnmarshalOptions{DiscardUnknown: true}).Unmarshal(answer, into); err != nil {
		return fmt.Errorf("the server's answer is not what was asked for: %w", err)
	}
	return nil
}

// Axis are the flags that choose what the record held when.
type Axis struct {
	ReadTime    string `placeholder:"TIME" env:"-" help:"Read the record as it stood then, in RFC 3339."`
	ShowDeleted bool   `env:"-" help:"Show retracted resources too."`
}

// query is the query of these flags alone.
func (a Axis) query() url.Values {
	query := url.Values{}
	a.add(query)
	return query
}

func (a Axis) add(query url.Values) {
	if a.ReadTime != "" {
		query.Set("read_time", a.ReadTime)
	}
	if a.ShowDeleted {
		query.Set("show_deleted", "true")
	}
}

// Paging are the flags of commands whose answer comes in pages.
type Paging struct {
	PageSize  int32  `placeholder:"N" env:"-" help:"Rows a page: 50 unless given, at most 1000."`
	PageToken string `placeholder:"TOKEN" env:"-" help:"Go on where an answer ended."`
	All       bool   `env:"-" help:"Fetch every page."`
}

// allPageSize is what --all fetches at a time unless told otherwise.
const allPageSize = 500

func (p Paging) add(query url.Values) {
	size := p.PageSize
	if size == 0 && p.All {
		size = allPageSize
	}
	if size != 0 {
		query.Set("page_size", strconv.Itoa(int(size)))
	}
	if p.PageToken != "" {
		query.Set("page_token", p.PageToken)
	}
}
