package command

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protojson"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/cli/internal/show"
)

// Verify compares what is on record with a text, or checks an evidence pack.
type Verify struct {
	Name         string `arg:"" help:"Document version, such as documents/afp-2023-11-18/versions/1: asks the server. Or the file of an evidence pack, also one that was unpacked and zipped again (to a file, not to a stream): asks nobody."`
	Text         string `placeholder:"FILE" env:"-" help:"File with the text of the version, in UTF-8; - is standard input. The server uses it and, where the text is withheld, does not store it. Of a pack: a text that is withheld there."`
	ValidateOnly bool   `env:"-" help:"Compare everything and write nothing."`
	Remote       `embed:""`
}

// versionKind is the kind of resource that is verified.
const versionKind = "documentVersions"

// Run sends the text and prints what was found, or checks the pack. What does not match
// is a failure.
func (v *Verify) Run(ctx context.Context, process Process) error {
	kind, err := findKind(v.Name, true)
	if err != nil || kind.plural != versionKind {
		if _, missing := os.Stat(v.Name); missing != nil {
			return usage("%q is neither a file nor a document version (documents/ID/versions/NUMBER)", v.Name)
		}
		return v.verifyPack(process)
	}
	if v.Text == "" {
		return usage("verify %s needs --text=FILE, the text to compare it with", v.Name)
	}
	c, err := v.client()
	if err != nil {
		return err
	}
	body, err := v.body(process)
	if err != nil {
		return fmt.Errorf("%s: %w", v.Text, err)
	}
	answer, err := c.Post(ctx, v.Name+":verify", body)
	if err != nil {
		return err
	}
	response := &gatewayv1.VerifyDocumentVersionResponse{}
	if err := parse(answer, response); err != nil {
		return err
	}
	if v.json() {
		err = printJSON(process, answer)
	} else {
		err = printVerified(process, v.Name, response)
	}
	if err != nil {
		return err
	}
	if count := response.GetMismatchCount(); count > 0 {
		return fmt.Errorf("%d of the facts on %s do not match the text: they stay as they are", count, v.Name)
	}
	return nil
}

// body is the request, without the name that the path has.
func (v *Verify) body(process Process) ([]byte, error) {
	content, err := readFile(process, v.Text)
	if err != nil {
		return nil, err
	}
	switch {
	case len(content) == 0:
		return nil, fmt.Errorf("the file is empty")
	case !utf8.Valid(content):
		return nil, fmt.Errorf("the file is not UTF-8")
	}
	return protojson.Marshal(&gatewayv1.VerifyDocumentVersionRequest{SourceText: string(content), ValidateOnly: v.ValidateOnly})
}

func printVerified(process Process, name string, response *gatewayv1.VerifyDocumentVersionResponse) error {
	counts := &show.Table{Columns: []show.Column{
		{Title: "VERSION", Shrink: true}, {Title: "VERIFIED", Right: true}, {Title: "VERIFIED BEFORE", Right: true}, {Title: "NOT MATCHING", Right: true},
	}}
	counts.Add(name, count(response.GetVerifiedCount()), count(response.GetAnchoredCount()), count(response.GetMismatchCount()))
	if err := counts.Write(process.Out, process.width()); err != nil || len(response.GetMismatches()) == 0 {
		return err
	}
	mismatches := &show.Table{Columns: []show.Column{{Title: "FACT", Shrink: true}, {Title: "SPAN"}, {Title: "WHY", Shrink: true}}}
	for _, m := range response.GetMismatches() {
		mismatches.Add(m.GetFact(), m.GetField(), m.GetDescription())
	}
	fmt.Fprintln(process.Out)
	return mismatches.Write(process.Out, process.width())
}

func count(n int32) string { return strconv.Itoa(int(n)) }
