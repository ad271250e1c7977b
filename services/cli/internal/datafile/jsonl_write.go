package datafile

import (
	"fmt"
	"io"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// lineWriter writes JSON Lines.
type lineWriter struct{ to io.Writer }

// NewLineWriter writes JSON Lines: a figure a line, as the API has it.
func NewLineWriter(to io.Writer) Writer { return lineWriter{to} }

// Write implements Writer.
func (w lineWriter) Write(figure *metricsv1.Figure) error {
	text, err := stablejson.Marshal(figure)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w.to, "{\"figure\":%s}\n", text); err != nil {
		return fmt.Errorf("write %s: %w", figure.GetName(), err)
	}
	return nil
}

// Flush implements Writer.
func (lineWriter) Flush() error { return nil }
