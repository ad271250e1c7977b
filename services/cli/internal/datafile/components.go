package datafile

import (
	"slices"
	"strings"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// What a cell can be beside a dimension or an attribute of the metric.
const (
	idPeriod     = sdmx.TimePeriod
	idValue      = sdmx.ObsValue
	idFreq       = sdmx.Freq
	idStatus     = sdmx.ObsStatus
	idConf       = sdmx.ConfStatus
	idEmbargo    = sdmx.EmbargoTime
	idDecimals   = sdmx.Decimals
	idUnit       = sdmx.UnitMeasure
	idUnitMult   = sdmx.UnitMult
	idUnitSystem = sdmx.UnitSystem
	idAction     = sdmx.Action
	idKind       = sdmx.ValueKind
	idValues     = sdmx.ObsValues
	idLower      = sdmx.Lower
	idLowerIncl  = sdmx.LowerInclusive
	idUpper      = sdmx.Upper
	idUpperIncl  = sdmx.UpperInclusive
	idApprox     = sdmx.Approximator
	idMissing    = sdmx.MissingReason
	idBase       = sdmx.BasePeriod
	idRelease    = sdmx.ReleaseTime
	idProducer   = sdmx.Producer
	idTitle      = sdmx.Title
	idLicense    = sdmx.License
	idURI        = sdmx.SourceURI
	idCounted    = sdmx.CountedObject
	idDocument   = sdmx.DocumentVersion
	idClaimant   = sdmx.Claimant
	idComment    = sdmx.Comment
)

// components are what the rows of a metric's files can have.
type components struct {
	dimensions, attributes []string
	// uncoded are the attributes that may say anything, and coloned those with a code that has
	// a colon.
	uncoded, coloned []string
	// renamed are those of the metric that stand in the file with a prefix, by their
	// column.
	renamed map[string]part
	// sourced says that the file names sources as onrecord writes them: by PRODUCER,
	// and by TITLE, which is anything in other files.
	sourced bool
}

func componentsOf(metric *metricsv1.Metric, header []string) *components {
	c := &components{renamed: map[string]part{}, sourced: slices.Contains(header, idProducer)}
	prefixed := map[string]part{}
	for _, dimension := range metric.GetDimensions() {
		id := dimension.GetId()
		c.dimensions = append(c.dimensions, id)
		if column := sdmx.DimensionColumn(id); column != id {
			prefixed[column] = part{dimensionPart, id}
		}
	}
	for _, attribute := range metric.GetAttributes() {
		id := attribute.GetId()
		c.attributes = append(c.attributes, id)
		if len(attribute.GetCodes()) == 0 {
			c.uncoded = append(c.uncoded, id)
		}
		if slices.ContainsFunc(attribute.GetCodes(), func(code string) bool { return strings.Contains(code, ":") }) {
			c.coloned = append(c.coloned, id)
		}
		if column := sdmx.AttributeColumn(id); column != id {
			prefixed[column] = part{attributePart, id}
		}
	}
	ours := true // the file has all of them, as onrecord writes it
	for column := range prefixed {
		ours = ours && slices.Contains(header, column)
	}
	for column, one := range prefixed {
		own := slices.Contains(c.dimensions, column) || slices.Contains(c.attributes, column)
		if slices.Contains(header, column) && (ours || !own) {
			c.renamed[column] = one
		}
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
	if one, has := c.renamed[name]; has {
		return one
	}
	for _, kind := range []partKind{dimensionPart, attributePart} {
		one := part{kind, name}
		if slices.Contains(c.of(kind), name) && !c.isRenamed(one) {
			return one
		}
	}
	if !sdmx.Component(name) || name == idTitle && !c.sourced {
		return part{}
	}
	return part{fixedPart, name}
}

func (c *components) isRenamed(one part) bool {
	for _, other := range c.renamed {
		if other == one {
			return true
		}
	}
	return false
}

// freeTexts are the components of onrecord's own that are no codes and no numbers.
var freeTexts = []string{idComment, idTitle, idProducer, idLicense, idURI, idCounted}

// labelled says that the cells of a component are "ID: name" where its column has a
// label: free texts never are, and may well have such a mark in them.
func (c *components) labelled(one part) bool {
	switch one.kind {
	case attributePart:
		return !slices.Contains(c.uncoded, one.id)
	case fixedPart:
		return !slices.Contains(freeTexts, one.id)
	default:
		return true
	}
}

// coded says that the cells of a component are codes without a colon: what comes after one
// is a name, with or without a blank.
func (c *components) coded(one part) bool {
	switch one.kind {
	case dimensionPart:
		return true
	case attributePart:
		return c.labelled(one) && !slices.Contains(c.coloned, one.id)
	default:
		return slices.Contains([]string{idFreq, idStatus, idConf}, one.id)
	}
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
	"W": metricsv1.Figure_W, "D": metricsv1.Figure_D, "": 0,
}

// actions are those of SDMX-CSV, SDMX-JSON and SDMX-ML.
var actions = map[string]metricsv1.ImportedObservation_Action{
	"": metricsv1.ImportedObservation_REPLACE, "I": metricsv1.ImportedObservation_REPLACE, "R": metricsv1.ImportedObservation_REPLACE,
	"A": metricsv1.ImportedObservation_APPEND, "M": metricsv1.ImportedObservation_MERGE, "D": metricsv1.ImportedObservation_DELETE,
	"INFORMATION": metricsv1.ImportedObservation_REPLACE, "REPLACE": metricsv1.ImportedObservation_REPLACE, "APPEND": metricsv1.ImportedObservation_APPEND,
	"MERGE": metricsv1.ImportedObservation_MERGE, "DELETE": metricsv1.ImportedObservation_DELETE,
}
