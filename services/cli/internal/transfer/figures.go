package transfer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// figureKind is what figures are called in a Report.
const figureKind = "figure"

// FigureImport puts the observations of a file on record.
type FigureImport struct {
	// Server takes them.
	Server Server
	// Rows are read to their end; those that State says are done are not sent again.
	Rows datafile.Reader
	// Metric is on record. Template is what its figures have in common, `metric` and
	// `origin` at least.
	Metric   *metricsv1.Metric
	Template *metricsv1.Figure
	// Rejects takes what the record does not take. It may not be nil.
	Rejects *Rejects
	// State remembers how far the import is. nil: nothing does, and the import
	// starts at the first row every time.
	State *State
	// Progress is told after every request how many bytes of the input are done. It
	// may be nil.
	Progress func(done int64)
	// BatchSize is how many observations at most go into a request; 0 for 10,000.
	BatchSize int
	// Unended says after Run that the file ends with a row that was taken and has no line
	// end.
	Unended bool

	report Report
	// seen are the figures that the file has given so far, deletions those that take
	// off the record what it does not give again.
	seen      *seen
	deletions []*deletion
	groups    []*group
	byGroup   map[string]map[string]*group
	// sets are the keys of byGroup, those of most dimensions first: what they say
	// comes before what others say.
	sets  []string
	batch *batch
	// read is how many rows are done or in the batch, and at is the end of the last one
	// of them.
	read int
	at   int64
	// open says that the row there may be half of one: the file ends with it, and
	// without a line end.
	open bool
	// last is the last figure of the file on record so far, or the metric.
	last landmark
}

// group is what holds for all observations of some series.
type group struct {
	row  datafile.Row
	used bool
}

// deletion is a row that deletes by some dimensions, and what came after it.
type deletion struct {
	row   datafile.Row
	again *seen
}

// Run reads all rows and puts them on record. The error is of the input or of the
// server; the import then goes on where it was when it is run again.
func (f *FigureImport) Run(ctx context.Context) (Report, error) {
	f.report.Counts, f.seen, f.byGroup, f.batch = map[string]Count{}, newSeen(), map[string]map[string]*group{}, newBatch(cmp.Or(f.BatchSize, batchObservations))
	done := 0
	f.last = landmark{Name: f.Metric.GetName()}
	if f.State != nil {
		f.report, _ = f.State.restore()
		done, f.last.Filter = f.State.Position().Lines, f.State.last.Filter
	}
	for {
		row, err := f.Rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if half := f.whole(row, err); half != nil {
			return f.report, cmp.Or(f.flush(ctx), half)
		}
		if err := f.take(ctx, row, err, f.read < done); err != nil {
			return f.report, err
		}
	}
	if err := f.flush(ctx); err != nil {
		return f.report, err
	}
	for _, one := range f.deletions {
		if err := f.deleteMatching(ctx, one); err != nil {
			return f.report, err
		}
	}
	for _, one := range f.groups {
		if !one.used {
			if err := f.reject(one.row, datafile.NoObservations, "", "no observation with these dimensions follows in the file: what it says holds for nothing"); err != nil {
				return f.report, err
			}
		}
	}
	if f.State != nil {
		return f.report, f.State.remove()
	}
	return f.report, nil
}

// whole refuses the rest of the file if it is half of a row.
func (f *FigureImport) whole(row datafile.Row, err error) error {
	unended := row.Unended
	if refused, is := errors.AsType[*interchange.RowError](err); is {
		unended = refused.Unended
	}
	if f.open { // another cell of a row that was taken
		return nil
	}
	return f.State.whole(unended)
}

// take takes one row of the file. old says that it was done before the import was
// cut off: then it is only remembered. A row counts once it is in the batch or is
// refused, so that a batch that is sent before never counts it.
func (f *FigureImport) take(ctx context.Context, row datafile.Row, err error, old bool) error {
	if refused, ok := errors.AsType[*interchange.RowError](err); ok {
		defer f.count(refused.End, refused.Unended)
		if old {
			return nil
		}
		return f.refuse(refused)
	}
	if err != nil {
		return err
	}
	f.Unended = row.Unended
	switch wrong := f.wrong(row); {
	case wrong != nil:
		err = f.refuseUnless(old, wrong)
	case row.Kind == datafile.SeriesAttributes:
		f.addGroup(row)
	case row.Kind == datafile.DeleteMatching:
		f.deletions = append(f.deletions, &deletion{row: row, again: newSeen()})
	default:
		err = f.observe(ctx, row, old)
	}
	if err != nil {
		return err
	}
	f.count(row.End, row.Unended)
	if f.batch.count < f.batch.most {
		return nil
	}
	return f.flush(ctx)
}

// count says that a row is done, or is in the batch.
func (f *FigureImport) count(end int64, open bool) { f.read, f.at, f.open = f.read+1, end, open }

// wrong is why a row cannot be sent, nil if it can.
func (f *FigureImport) wrong(row datafile.Row) *interchange.RowError {
	if row.Source.Producer == "" && f.Template.GetOrigin().GetProducer() == "" && row.Kind != datafile.SeriesAttributes {
		return rowError(row, datafile.MissingSource, sdmx.Producer, "the row names no PRODUCER, and no other is given")
	}
	return nil
}

// observe takes one observation.
func (f *FigureImport) observe(ctx context.Context, row datafile.Row, old bool) error {
	f.withGroups(&row)
	id := f.keyOf(row)
	if row.Observation.GetAction() != metricsv1.ImportedObservation_DELETE {
		if !f.seen.add(id) {
			return f.refuseUnless(old, rowError(row, datafile.DuplicateObservation, "", "the file has an observation of this series, period and release already"))
		}
		for _, one := range f.deletions {
			one.again.add(id)
		}
	}
	if old {
		return nil
	}
	if !f.batch.fits(row, id) {
		if err := f.flush(ctx); err != nil {
			return err
		}
	}
	if err := f.batch.add(row, id); err != nil {
		return f.refuse(rowError(row, interchange.RowTooLong, "", err.Error()))
	}
	return nil
}

// sourceOf is where a row comes from: as it says, else as the template says. A row may
// name a producer alone.
func (f *FigureImport) sourceOf(row datafile.Row) (producer, title string) {
	if row.Source.Producer != "" {
		return row.Source.Producer, cmp.Or(row.Source.Title, f.Template.GetOrigin().GetTitle())
	}
	return f.Template.GetOrigin().GetProducer(), f.Template.GetOrigin().GetTitle()
}

func (f *FigureImport) keyOf(row datafile.Row) figureKey {
	release := row.Observation.GetReleaseTime().GetEdtf()
	producer, title := f.sourceOf(row)
	return keyOfFigure(f.Metric, row.Dimensions, row.Frequency, cmp.Or(release, f.Template.GetReleaseTime().GetEdtf()), producer, title, row.Observation.GetTimePeriod())
}

// reject writes a row to the rejects.
func (f *FigureImport) reject(row datafile.Row, reason, field, message string) error {
	return f.refuse(rowError(row, reason, field, message))
}

func rowError(row datafile.Row, reason, field, message string) *interchange.RowError {
	return &interchange.RowError{Line: row.Line, End: row.End, Text: row.Text(), Reason: reason, Field: field, Message: message}
}

// refuseUnless writes a row to the rejects, unless an earlier run did.
func (f *FigureImport) refuseUnless(old bool, refused *interchange.RowError) error {
	if old {
		return nil
	}
	return f.refuse(refused)
}

func (f *FigureImport) refuse(refused *interchange.RowError) error {
	f.report.Rejected++
	if f.report.Reasons == nil {
		f.report.Reasons = map[string]int{}
	}
	f.report.Reasons[refused.Reason]++
	return f.Rejects.add(refused)
}

// done remembers how far the import is.
func (f *FigureImport) done() error {
	f.report.Rows = f.read
	if f.Progress != nil {
		f.Progress(f.at)
	}
	if f.State == nil || f.open {
		return nil
	}
	if err := f.State.checkpoint(interchange.Position{Offset: f.at, Lines: f.read}, f.last, f.report, f.Rejects.size); err != nil {
		return fmt.Errorf("after row %d: %w", f.read, err)
	}
	return nil
}
