package command

import (
	"context"
	"net/url"

	"github.com/onrecord/onrecord/services/cli/internal/show"
)

// Get shows one resource.
type Get struct {
	Name   string `arg:"" help:"Name of the resource, such as figures/afp-2023-11-18-bilateral-trade."`
	Axis   `embed:""`
	Remote `embed:""`
}

// Run asks for the resource and prints its fields.
func (g *Get) Run(ctx context.Context, process Process) error {
	kind, err := findKind(g.Name, true)
	if err != nil {
		return err
	}
	c, err := g.client()
	if err != nil {
		return err
	}
	query := url.Values{}
	g.add(query)
	answer, err := c.Get(ctx, g.Name, query)
	if err != nil {
		return err
	}
	if g.json() {
		return printJSON(process, answer)
	}
	message := kind.message()
	if err := parse(answer, message); err != nil {
		return err
	}
	return show.Fields(message).Write(process.Out, 0)
}
