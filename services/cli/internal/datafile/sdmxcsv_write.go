package datafile

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/type/decimal"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// Writer writes figures of one metric.
type Writer interface {
	// Write writes a figure.
	Write(figure *metricsv1.Figure) error
	// Flush writes what is kept back.
	Flush() error
}

// sdmxWriter writes SDMX-CSV 2.0.
type sdmxWriter struct {
	to      *csv.Writer
	metric  *metricsv1.Metric
	columns []outColumn
	row     []string
	begun   bool
}

// valueSeparator joins several values of one cell.
const valueSeparator = ";"

// outColumn is a column and what it says of a figure.
type outColumn struct {
	name string
	cell func(*metricsv1.Figure) string
}

// NewSDMXWriter writes SDMX-CSV 2.0 with a column for every dimension and every
// attribute of a metric, and what the record has of a figure beside them in columns
// of its own, which package sdmx of the platform names.
func NewSDMXWriter(to io.Writer, metric *metricsv1.Metric) Writer {
	w := &sdmxWriter{to: csv.NewWriter(to), metric: metric}
	structure := "ONRECORD:" + strings.TrimPrefix(metric.GetName(), "metrics/") + "(1.0)"
	w.add(sdmx.Structure+"["+valueSeparator+"]", func(*metricsv1.Figure) string { return "dataflow" })
	w.add(sdmx.StructureID, func(*metricsv1.Figure) string { return structure })
	w.add(idAction, func(*metricsv1.Figure) string { return "I" })
	for _, dimension := range metric.GetDimensions() {
		id := dimension.GetId()
		w.add(sdmx.DimensionColumn(id), func(f *metricsv1.Figure) string { return f.GetDimensions()[id] })
	}
	w.observation()
	for _, attribute := range metric.GetAttributes() {
		id := attribute.GetId()
		w.add(sdmx.AttributeColumn(id), func(f *metricsv1.Figure) string { return f.GetAttributes()[id] })
	}
	w.record()
	w.row = make([]string, len(w.columns))
	return w
}

func (w *sdmxWriter) add(name string, cell func(*metricsv1.Figure) string) {
	w.columns = append(w.columns, outColumn{name, cell})
}

// observation adds the columns that SDMX has for every metric.
func (w *sdmxWriter) observation() {
	w.add(idFreq, func(f *metricsv1.Figure) string { return named(f.GetFrequency()) })
	w.add(idPeriod, func(f *metricsv1.Figure) string { return sdmx.WritePeriod(f.GetTimePeriod().GetEdtf()) })
	w.add(idValue, func(f *metricsv1.Figure) string { return f.GetValue().GetValue() })
	w.add(idUnit, func(f *metricsv1.Figure) string { return f.GetUnit().GetCode() })
	w.add(idUnitSystem, func(f *metricsv1.Figure) string { return named(f.GetUnit().GetSystem()) })
	w.add(idUnitMult, func(f *metricsv1.Figure) string { return strconv.Itoa(int(f.GetUnitMult())) })
	w.add(idDecimals, func(f *metricsv1.Figure) string {
		if f.Decimals == nil {
			return ""
		}
		return strconv.Itoa(int(f.GetDecimals()))
	})
	w.add(idStatus+"[]", func(f *metricsv1.Figure) string { return strings.Join(f.GetObsStatus(), valueSeparator) })
	w.add(idConf, (*metricsv1.Figure).GetConfStatus)
	w.add(idEmbargo, embargoEnd)
}

// record adds the columns of what the record has beside that.
func (w *sdmxWriter) record() {
	w.add(idKind, func(f *metricsv1.Figure) string { return f.GetValueKind().String() })
	w.add(idValues+"[]", func(f *metricsv1.Figure) string { return joined(f.GetValues()) })
	w.add(idLower, func(f *metricsv1.Figure) string { return f.GetLower().GetValue().GetValue() })
	w.add(idLowerIncl, func(f *metricsv1.Figure) string { return inclusive(f.GetLower()) })
	w.add(idUpper, func(f *metricsv1.Figure) string { return f.GetUpper().GetValue().GetValue() })
	w.add(idUpperIncl, func(f *metricsv1.Figure) string { return inclusive(f.GetUpper()) })
	w.add(idCounted, (*metricsv1.Figure).GetCountedObject)
	w.add(idApprox, func(f *metricsv1.Figure) string {
		if f.GetApproximator() == metricsv1.Figure_NONE {
			return "" // as a query has it: no hedge is an empty cell
		}
		return named(f.GetApproximator())
	})
	w.add(idMissing, func(f *metricsv1.Figure) string { return named(f.GetMissingReason()) })
	w.add(idBase, func(f *metricsv1.Figure) string { return f.GetBasePeriod().GetEdtf() })
	w.add(idRelease, func(f *metricsv1.Figure) string { return f.GetReleaseTime().GetEdtf() })
	w.add(sdmx.Restricted, func(f *metricsv1.Figure) string { return strconv.FormatBool(f.GetRestricted()) })
	w.add(sdmx.Stale, func(f *metricsv1.Figure) string { return strconv.FormatBool(f.GetStale()) })
	w.add(idProducer, func(f *metricsv1.Figure) string {
		return cmp.Or(f.GetOrigin().GetProducer(), f.GetAttributedProducer())
	})
	w.add(idTitle, func(f *metricsv1.Figure) string { return f.GetOrigin().GetTitle() })
	w.add(idURI, func(f *metricsv1.Figure) string { return f.GetOrigin().GetUri() })
	w.add(idLicense, func(f *metricsv1.Figure) string { return f.GetOrigin().GetLicense() })
	w.add(idDocument, (*metricsv1.Figure).GetDocumentVersion)
	w.add(idClaimant, (*metricsv1.Figure).GetClaimant)
	w.add(idComment, (*metricsv1.Figure).GetComment)
	w.add(sdmx.Figure, (*metricsv1.Figure).GetName)
	w.add(sdmx.Revision, (*metricsv1.Figure).GetRevisionId)
}

// embargoEnd is when the embargo of a figure ends, or ended. Where it has ended and the figure
// is restricted nonetheless, it says nothing: whoever reads the file must know that something
// else restricts it.
func embargoEnd(f *metricsv1.Figure) string {
	end := f.GetEmbargoEndTime()
	if end == nil || f.GetRestricted() && !end.AsTime().After(f.GetUpdateTime().AsTime()) {
		return ""
	}
	return end.AsTime().Format(time.RFC3339Nano)
}

// named is the name of a value of an enum; "" for the one that says nothing.
func named[E interface {
	~int32
	fmt.Stringer
}](value E) string {
	if value == 0 {
		return ""
	}
	return value.String()
}

func joined(values []*decimal.Decimal) string {
	texts := make([]string, len(values))
	for i, value := range values {
		texts[i] = value.GetValue()
	}
	return strings.Join(texts, valueSeparator)
}

func inclusive(bound *metricsv1.Bound) string {
	if bound == nil {
		return ""
	}
	return strconv.FormatBool(bound.GetInclusive())
}

// Write implements Writer.
func (w *sdmxWriter) Write(figure *metricsv1.Figure) error {
	w.begin()
	for i, column := range w.columns {
		w.row[i] = column.cell(figure)
	}
	if err := w.to.Write(w.row); err != nil {
		return fmt.Errorf("write %s: %w", figure.GetName(), err)
	}
	return nil
}

// begin writes the header before the first row.
func (w *sdmxWriter) begin() {
	if w.begun {
		return
	}
	w.begun = true
	header := make([]string, len(w.columns))
	for i, column := range w.columns {
		header[i] = column.name
	}
	_ = w.to.Write(header) // Flush answers what is wrong with the file
}

// Flush implements Writer.
func (w *sdmxWriter) Flush() error {
	w.begin()
	w.to.Flush()
	if err := w.to.Error(); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
