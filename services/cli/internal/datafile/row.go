package datafile

import (
	"bytes"
	"encoding/csv"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// Formats that are read.
const (
	// SDMXCSV is SDMX-CSV 1.0 or 2.x.
	SDMXCSV = "sdmx-csv"
	// SDMXJSON is SDMX-JSON data, 1.0 or 2.x.
	SDMXJSON = "sdmx-json"
	// SDMXML is SDMX-ML data, 2.1 or 3.x, generic or specific to a structure.
	SDMXML = "sdmx-ml"
	// CSV is any table with a header; only with a Mapping.
	CSV = "csv"
)

// Reasons for which a file or a row is not taken, beside those of package
// interchange and of the service.
const (
	// UnsupportedFormat says that a file is in a format that is not read.
	UnsupportedFormat = "UNSUPPORTED_FORMAT"
	// EmptyFile says that a file has no header.
	EmptyFile = "EMPTY_FILE"
	// UnknownColumn says that a file has a column that is nothing of the metric's.
	UnknownColumn = "UNKNOWN_COLUMN"
	// DuplicateColumn says that two columns are the same thing.
	DuplicateColumn = "DUPLICATE_COLUMN"
	// MissingColumn says that a file has no column of values, or not one that the
	// mapping names.
	MissingColumn = "MISSING_COLUMN"
	// WrongColumnCount says that a row has not as many cells as the header.
	WrongColumnCount = "WRONG_COLUMN_COUNT"
	// CutOff says that the file ends within the row.
	CutOff = "CUT_OFF"
	// UnknownCode says that a cell says what is no code, or none that the mapping has.
	UnknownCode = "UNKNOWN_CODE"
	// UnknownAction says that an action is none of SDMX.
	UnknownAction = "UNKNOWN_ACTION"
	// UnsupportedAction says that a row asks to delete single attributes.
	UnsupportedAction = "UNSUPPORTED_ACTION"
	// InvalidPeriod says that a period is neither EDTF nor SDMX, as the service does.
	InvalidPeriod = "INVALID_PERIOD"
	// MalformedDecimal says that a number is none, as the service does.
	MalformedDecimal = "MALFORMED_DECIMAL"
	// AmbiguousZero says that a 0 may stand for what had not come yet, and that the rule of
	// the mapping cannot tell.
	AmbiguousZero = "AMBIGUOUS_ZERO"
	// MissingPeriod says that a row has a value and no period.
	MissingPeriod = "MISSING_PERIOD"
	// NoObservations says that what holds for a series stands there, and none of its
	// observations after them.
	NoObservations = "NO_OBSERVATIONS"
	// DuplicateObservation says that a figure is in the file twice.
	DuplicateObservation = "DUPLICATE_OBSERVATION"
	// UnsupportedComponent says that a row has something that no data file can put on
	// record, and without which the figure would be another.
	UnsupportedComponent = "UNSUPPORTED_COMPONENT"
	// MissingSource says that a row names no source, and neither does anything else.
	MissingSource = "MISSING_SOURCE"
	// ServiceError says that the file is, or has at its end, what the service that was
	// asked for it says went wrong.
	ServiceError = "SERVICE_ERROR"
	// FigureOfDocument says that a row is a figure that a document prints, which no
	// data file puts on record.
	FigureOfDocument = "FIGURE_OF_DOCUMENT"
)

// Kind is what a row asks for.
type Kind int

const (
	// Observation is one observation to put on record or to take off it.
	Observation Kind = iota
	// SeriesAttributes are what holds for all observations that follow in the file, have
	// the row's dimensions and, where it says them, its frequency, release and source,
	// and do not say otherwise: attributes, statuses, unit, decimals, comment.
	SeriesAttributes
	// DeleteMatching takes all figures off the record that have the row's dimensions,
	// and its period if it has one, unless the file puts them there again further down.
	DeleteMatching
)

// Row is what a row of a file says, or a cell of a wide one.
type Row struct {
	// Line is the number of its first line, from 1.
	Line int
	// End is the offset in bytes after it.
	End int64
	// Kind is what it asks for.
	Kind Kind
	// Dimensions are the values that it gives.
	Dimensions map[string]string
	// Frequency is that of its series.
	Frequency metricsv1.Figure_Frequency
	// Observation is the rest of it, attributes included.
	Observation *metricsv1.ImportedObservation
	// Source is where it comes from, where the file says that.
	Source Source
	// Unended says that the file ends with it and without a line end: if the file was
	// cut off, the last cell may be too.
	Unended bool

	// cells are the row as it stands in the file.
	cells []string
}

// Source is where figures come from, as the columns PRODUCER, TITLE, LICENSE and
// SOURCE_URI say, and what they count (COUNTED_OBJECT).
type Source struct{ Producer, Title, License, URI, CountedObject string }

// Text is the row as CSV, for people.
func (r Row) Text() []byte { return text(r.cells) }

func text(cells []string) []byte {
	if len(cells) == 0 {
		return nil
	}
	var out bytes.Buffer
	writer := csv.NewWriter(&out)
	if writer.Write(cells) != nil {
		return nil
	}
	writer.Flush()
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}

// Reader reads a file of observations.
type Reader interface {
	// Read returns the next row, an *interchange.RowError for one that cannot be taken
	// (the next call reads the row after it), or io.EOF after the last. Any other error
	// ends the reading.
	Read() (Row, error)
	// Sourced says that the file has a column of sources, so that its rows can say who
	// made them. So does a file that is not taken at all.
	Sourced() bool
}

// fault is what is wrong with a row or a file, without its place.
type fault struct{ reason, field, message string }
