package command

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/datafile"
	"github.com/onrecord/onrecord/services/cli/internal/show"
	"github.com/onrecord/onrecord/services/cli/internal/transfer"
)

// ImportFigures puts a file of observations on record.
type ImportFigures struct {
	File      string `arg:"" help:"The file; - is standard input."`
	Mapping   string `placeholder:"FILE" env:"-" help:"What the columns of the file are, whose figures they are, and the metric, in YAML. An SDMX file whose columns are the metric's needs none."`
	Metric    string `placeholder:"NAME" env:"-" help:"The metric on record, metrics/…, instead of the mapping's."`
	Producer  string `placeholder:"NAME" env:"-" help:"Who made the data, instead of the mapping's; a row that names its PRODUCER keeps it."`
	Title     string `placeholder:"TEXT" env:"-" help:"In which publication or table, instead of the mapping's; a row that names its TITLE keeps it."`
	Release   string `placeholder:"TIME" env:"-" help:"When its source put the file out, in EDTF: its figures are of that vintage."`
	Embargo   string `name:"embargo-end-time" placeholder:"TIME" env:"-" help:"Until when only editors and admins read the figures, in RFC 3339, instead of the mapping's; a row that has an EMBARGO_TIME keeps it."`
	RejectsTo string `name:"rejects" placeholder:"FILE" env:"-" help:"Where rows go that the record does not take: FILE.rejects.jsonl beside the input unless given."`
	Remote    `embed:""`
}

// Run imports the file from its start, or from where it was cut off.
func (i *ImportFigures) Run(ctx context.Context, process Process) (err error) {
	c, err := i.client()
	if err != nil {
		return err
	}
	var content []byte
	if i.Mapping != "" {
		if content, err = os.ReadFile(i.Mapping); err != nil {
			return fmt.Errorf("%s: %w", i.Mapping, plainPathError(err))
		}
	}
	flags, err := i.overrides()
	if err != nil {
		return err
	}
	job := &figuresJob{server: c, address: i.Server, rejects: i.RejectsTo}
	if err := job.prepare(content, flags); err != nil {
		return err
	}
	if i.File == "-" {
		job.rejects = cmp.Or(job.rejects, stdinName+rejectsSuffix)
		report, err := job.run(ctx, process, process.In, nil)
		return job.end(process, i.Output, report, err)
	}
	report, err := job.file(ctx, process, i.File)
	return job.end(process, i.Output, report, err)
}

// overrides is what the flags say of all figures.
func (i *ImportFigures) overrides() (*metricsv1.Figure, error) {
	said := &metricsv1.Figure{Metric: i.Metric}
	if i.Producer != "" || i.Title != "" {
		said.Origin = &metricsv1.Origin{Producer: i.Producer, Title: i.Title}
	}
	if i.Release != "" {
		said.ReleaseTime = &typev1.TimePeriod{Edtf: i.Release}
	}
	if i.Embargo != "" {
		end, err := time.Parse(time.RFC3339Nano, i.Embargo)
		if err != nil {
			return nil, usage("--embargo-end-time %q: want a time with its zone, such as 2027-03-01T08:30:00Z", i.Embargo)
		}
		said.EmbargoEndTime = timestamppb.New(end)
	}
	return said, nil
}

// figuresJob is one import with what it prints.
type figuresJob struct {
	server  *client.Client
	address string
	// mapping is nil if there is none; digest stands for what decides how the file is
	// read.
	mapping  *datafile.Mapping
	metric   *metricsv1.Metric
	template *metricsv1.Figure
	digest   string
	rejects  string
	// stateless says that nothing is written beside the input.
	stateless bool
	// size is the length of the input in bytes, 0 if it is not known.
	size int64
	// unended says that the file has no line end at its end.
	unended bool
}

// prepare reads the mapping, if content has one, and puts over it what flags say.
func (j *figuresJob) prepare(content []byte, flags *metricsv1.Figure) error {
	j.metric, j.template = &metricsv1.Metric{}, &metricsv1.Figure{}
	if content != nil {
		var err error
		if j.mapping, err = datafile.ParseMapping(content); err != nil {
			return usage("%s", err)
		}
		j.metric, j.template = j.mapping.Metric, j.mapping.Template
	}
	if name := flags.GetMetric(); name != "" && name != j.metric.GetName() {
		j.metric = &metricsv1.Metric{Name: name}
	}
	proto.Merge(j.template, flags)
	j.template.Metric = j.metric.GetName()
	if j.metric.GetName() == "" {
		return usage("--metric must say of which metric the figures are, or a --mapping")
	}
	said, err := proto.MarshalOptions{Deterministic: true}.Marshal(j.template)
	if err != nil {
		return fmt.Errorf("template: %w", err)
	}
	sum := sha256.Sum256(append(said, content...))
	j.digest = hex.EncodeToString(sum[:])
	return nil
}

// file imports a file.
func (j *figuresJob) file(ctx context.Context, process Process, path string) (report transfer.Report, err error) {
	j.rejects = cmp.Or(j.rejects, path+rejectsSuffix)
	file, size, err := openInput(path)
	if err != nil {
		return report, err
	}
	defer file.Close()
	j.size = size
	return j.run(ctx, process, file, file)
}

// run imports what is read from in; file is the same if it is a file.
func (j *figuresJob) run(ctx context.Context, process Process, in io.Reader, file *os.File) (report transfer.Report, err error) {
	bar := newBar(process, "importing", j.size, true)
	defer bar.end()
	server := j.server.Patient(bar.waits)
	if j.metric, err = transfer.MetricOnRecord(ctx, server, j.metric); err != nil {
		return report, err
	}
	if j.template.GetUnit() == nil {
		j.template.Unit = j.metric.GetDefaultUnit()
	}
	kept := int64(0)
	var state *transfer.State
	if file != nil && !j.stateless {
		what := fmt.Sprintf("figures %d of %s by %s", datafile.Edition, j.metric.GetUid(), j.digest)
		if datafile.ByTheWhole(file, j.mapping) {
			what += fmt.Sprintf(" of %d bytes", j.size)
		}
		if state, err = stateBeside(ctx, process, file, what, server, j.address); err != nil {
			return report, err
		}
	}
	if state != nil {
		defer func() { err = errors.Join(err, state.Close()) }()
		kept, in = state.RejectsSize(), state.Input()
		if rows := state.Position().Lines; rows > 0 {
			fmt.Fprintf(process.Err, "going on after row %d, where the import was cut off\n", rows)
		}
	}
	rows, err := datafile.Open(in, j.metric, j.mapping)
	if err != nil {
		return report, err
	}
	if j.template.GetOrigin().GetProducer() == "" && !rows.Sourced() {
		return report, usage("--producer must say who made the data, or a --mapping, or a column PRODUCER of the file")
	}
	rejects, err := transfer.OpenRejects(j.rejects, kept)
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, rejects.Close()) }()
	work := &transfer.FigureImport{
		Server: server, Rows: rows, Metric: j.metric, Template: j.template, Rejects: rejects, State: state, Progress: bar.set,
	}
	report, err = work.Run(ctx)
	if j.unended = work.Unended; err != nil {
		next := "starts at the first row, and finds them there"
		if state != nil {
			next = "goes on after them"
		}
		err = fmt.Errorf("%w\n  %d rows are done; the same command again %s", err, report.Rows, next)
	}
	return report, err
}

// end prints what an import did.
func (j *figuresJob) end(process Process, output Output, report transfer.Report, err error) error {
	warnUnended(process, j.unended)
	if err != nil {
		return err
	}
	if err := printFigures(process, output, report); err != nil {
		return err
	}
	if report.Rejected > 0 {
		return &rejectedError{report.Rejected, j.rejects}
	}
	return nil
}

// printFigures prints how many figures are on record.
func printFigures(process Process, output Output, report transfer.Report) error {
	if output.json() {
		text, err := json.Marshal(report)
		if err != nil {
			return fmt.Errorf("report: %w", err)
		}
		return printJSON(process, text)
	}
	table := &show.Table{Columns: []show.Column{
		{Title: "KIND"}, {Title: "CREATED", Right: true}, {Title: "CHANGED", Right: true}, {Title: "RETRACTED", Right: true}, {Title: "THERE ALREADY", Right: true},
	}}
	count := report.Counts["figure"]
	table.Add("figures", strconv.Itoa(count.Created), strconv.Itoa(count.Updated), strconv.Itoa(count.Deleted), strconv.Itoa(count.Present))
	if err := table.Write(process.Out, process.width()); err != nil {
		return err
	}
	fmt.Fprintf(process.Out, "%d rows read, %d rejected\n", report.Rows, report.Rejected)
	return nil
}
