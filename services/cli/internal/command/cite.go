package command

import (
	"context"
	"fmt"
	"net/url"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/cli/internal/show"
)

// Cite says how to cite a resource.
type Cite struct {
	Name         string `arg:"" help:"Name of a document, a statement or a figure, such as statements/afp-2023-11-18-drugs."`
	ReadTime     string `placeholder:"TIME" env:"-" help:"Cite it as it stood then, in RFC 3339."`
	LanguageCode string `placeholder:"TAGS" env:"-" help:"Languages in which people and metrics are named, BCP 47, the preferred first, such as de-AT,fr."`
	Remote       `embed:""`
}

// Run asks for the citation and prints its text.
func (c *Cite) Run(ctx context.Context, process Process) error {
	if err := checkCited(c.Name); err != nil {
		return err
	}
	remote, err := c.client()
	if err != nil {
		return err
	}
	query := url.Values{}
	setNonEmpty(query, map[string]string{"read_time": c.ReadTime, "language_code": c.LanguageCode})
	answer, err := remote.Get(ctx, c.Name+":cite", query)
	if err != nil {
		return err
	}
	if c.json() {
		return printJSON(process, answer)
	}
	citation := &gatewayv1.CiteResourceResponse{}
	if err := parse(answer, citation); err != nil {
		return err
	}
	if _, err := fmt.Fprintln(process.Out, show.Harmless(citation.GetText())); err != nil {
		return fmt.Errorf("write the citation: %w", err)
	}
	return nil
}

// checkCited refuses names of what is neither cited nor packed.
func checkCited(name string) error {
	kind, err := findKind(name, true)
	if err != nil {
		return err
	}
	switch kind.plural {
	case "documents", "statements", "figures":
		return nil
	default:
		return usage("%q is no document, statement or figure", name)
	}
}
