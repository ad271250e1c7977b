package datafile

import (
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// What a cell can be beside a dimension or an attribute of the metric.
const (
	idPeriod     = "TIME_PERIOD"
	idValue      = "OBS_VALUE"
	idFreq       = "FREQ"
	idStatus     = "OBS_STATUS"
	idConf       = "CONF_STATUS"
	idDecimals   = "DECIMALS"
	idUnit       = "UNIT_MEASURE"
	idUnitMult   = "UNIT_MULT"
	idAction     = "ACTION"
	idKind       = "VALUE_KIND"
	idValues     = "OBS_VALUES"
	idLower      = "LOWER"
	idLowerIncl  = "LOWER_INCLUSIVE"
	idUpper      = "UPPER"
	idUpperIncl  = "UPPER_INCLUSIVE"
	idApprox     = "APPROXIMATOR"
	idMissing    = "MISSING_REASON"
	idBase       = "BASE_PERIOD"
	idRelease    = "RELEASE_TIME"
	idProducer   = "PRODUCER"
	idTitle      = "TITLE"
	idLicense    = "LICENSE"
	idURI        = "SOURCE_URI"
	idCounted    = "COUNTED_OBJECT"
	idDocument   = "DOCUMENT_VERSION"
	idClaimant   = "CLAIMANT"
	idComment    = "COMMENT_OBS"
	idFigure     = "FIGURE"
	idRevision   = "REVISION"
	idStale      = "STALE"
	idInexact    = "INEXACT"
	idFilled     = "FILLED_FROM"
	idRateBasis  = "RATE_BASIS"
	idAggregated = "AGGREGATED_COUNT"
	idTransform  = "TRANSFORM"
)

// fixed are what every SDMX-CSV file of onrecord has beside the metric's own. What
// stands in them is read or, of the others, said by the record anew.
var fixed = []string{
	idPeriod, idValue, idFreq, idStatus, idConf, idDecimals, idUnit, idUnitMult, idKind, idValues, idLower, idLowerIncl,
	idUpper, idUpperIncl, idApprox, idMissing, idBase, idRelease, idProducer, idTitle, idLicense, idURI, idCounted, idDocument, idClaimant,
	idComment, idFigure, idRevision, idStale, idInexact, idFilled, idRateBasis, idAggregated, idTransform, "RATE", "RATE_FIGURE",
	"RATE_REVISION", "RATE_PERIOD", "CROSS_RATE_FIGURE", "CROSS_RATE_REVISION", "CONVERTED", "FILLED", "CONVERTED_FROM", "CORRECTED", "SOURCE_ID", "COVERAGE",
}

// The prefixes of a dimension and of an attribute that are called like a fixed
// column.
const (
	dimensionPrefix = "D_"
	attributePrefix = "A_"
)

// components are what the rows of a metric's files can have.
type components struct {
	dimensions, attributes []string
	// renamed are those of the metric that stand in the file with a prefix.
	renamed map[string]bool
	// sourced says that the file names sources as onrecord writes them: by PRODUCER
	// and TITLE. Elsewhere a TITLE is anything.
	sourced bool
}

func componentsOf(metric *metricsv1.Metric, header []string) *components {
	c := &components{renamed: map[string]bool{}, sourced: slices.Contains(header, idProducer) && slices.Contains(header, idTitle)}
	for _, dimension := range metric.GetDimensions() {
		c.dimensions = append(c.dimensions, dimension.GetId())
		c.renamed[dimension.GetId()] = slices.Contains(header, dimensionPrefix+dimension.GetId())
	}
	for _, attribute := range metric.GetAttributes() {
		c.attributes = append(c.attributes, attribute.GetId())
		c.renamed[attribute.GetId()] = slices.Contains(header, attributePrefix+attribute.GetId())
	}
	return c
}

// partKind is what a component is.
type partKind int

const (
	unknownPart partKind = iota
	dimensionPart
	attributePart
	fixedPart
)

// part is a component by which a cell is put in its place.
type part struct {
	kind partKind
	id   string
}

// find is the component of a name. What the metric has comes before what onrecord
// adds, unless the file has it with a prefix.
func (c *components) find(name string) part {
	for prefix, kind := range map[string]partKind{dimensionPrefix: dimensionPart, attributePrefix: attributePart} {
		if id, has := strings.CutPrefix(name, prefix); has && c.renamed[id] && slices.Contains(c.of(kind), id) && slices.Contains(fixed, id) {
			return part{kind, id}
		}
	}
	for _, kind := range []partKind{dimensionPart, attributePart} {
		if slices.Contains(c.of(kind), name) && !(c.renamed[name] && slices.Contains(fixed, name)) {
			return part{kind, name}
		}
	}
	if !slices.Contains(fixed, name) || (name == idTitle || name == idProducer) && !c.sourced {
		return part{}
	}
	return part{fixedPart, name}
}

func (c *components) of(kind partKind) []string {
	if kind == dimensionPart {
		return c.dimensions
	}
	return c.attributes
}

// list says what a file's columns can be, for a message.
func (c *components) list() string {
	return "the metric's dimensions are " + listed(c.dimensions) + ", its attributes " + listed(c.attributes)
}

func listed(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// frequencies are the codes of SDMX CL_FREQ that a figure can have.
var frequencies = map[string]metricsv1.Figure_Frequency{
	"A": metricsv1.Figure_A, "S": metricsv1.Figure_S, "H": metricsv1.Figure_S, "Q": metricsv1.Figure_Q, "M": metricsv1.Figure_M,
	"W": metricsv1.Figure_W, "D": metricsv1.Figure_D, "B": metricsv1.Figure_D, "": 0,
}

// actions are those of SDMX-CSV and SDMX-JSON.
var actions = map[string]metricsv1.ImportedObservation_Action{
	"": metricsv1.ImportedObservation_REPLACE, "I": metricsv1.ImportedObservation_REPLACE, "R": metricsv1.ImportedObservation_REPLACE,
	"A": metricsv1.ImportedObservation_APPEND, "M": metricsv1.ImportedObservation_MERGE, "D": metricsv1.ImportedObservation_DELETE,
	"INFORMATION": metricsv1.ImportedObservation_REPLACE, "REPLACE": metricsv1.ImportedObservation_REPLACE, "APPEND": metricsv1.ImportedObservation_APPEND,
	"MERGE": metricsv1.ImportedObservation_MERGE, "DELETE": metricsv1.ImportedObservation_DELETE,
}
