package sdmx

import (
	"slices"
	"strings"
)

// Columns of an SDMX-CSV file of onrecord. A column of several values has [] after
// its name in the header.
const (
	// Structure, StructureID, StructureName, Action, SeriesKey and ObsKey are columns of
	// SDMX-CSV 2 that are no components; Dataflow is the first of SDMX-CSV 1.
	Structure     = "STRUCTURE"
	StructureID   = "STRUCTURE_ID"
	StructureName = "STRUCTURE_NAME"
	Action        = "ACTION"
	SeriesKey     = "SERIES_KEY"
	ObsKey        = "OBS_KEY"
	Dataflow      = "DATAFLOW"

	// TimePeriod is written as WritePeriod writes it.
	TimePeriod = "TIME_PERIOD"
	ObsValue   = "OBS_VALUE"
	Freq       = "FREQ"
	ObsStatus  = "OBS_STATUS"
	ConfStatus = "CONF_STATUS"
	// EmbargoTime is RFC 3339.
	EmbargoTime = "EMBARGO_TIME"
	Decimals    = "DECIMALS"
	UnitMeasure = "UNIT_MEASURE"
	UnitMult    = "UNIT_MULT"

	// UnitSystem says whose code UNIT_MEASURE is: a Unit.System of the API.
	UnitSystem        = "UNIT_SYSTEM"
	ValueKind         = "VALUE_KIND"
	ObsValues         = "OBS_VALUES"
	Lower             = "LOWER"
	LowerInclusive    = "LOWER_INCLUSIVE"
	Upper             = "UPPER"
	UpperInclusive    = "UPPER_INCLUSIVE"
	CountedObject     = "COUNTED_OBJECT"
	Approximator      = "APPROXIMATOR"
	MissingReason     = "MISSING_REASON"
	BasePeriod        = "BASE_PERIOD"
	ReleaseTime       = "RELEASE_TIME"
	Restricted        = "RESTRICTED"
	Producer          = "PRODUCER"
	Title             = "TITLE"
	SourceURI         = "SOURCE_URI"
	License           = "LICENSE"
	SourceID          = "SOURCE_ID"
	DocumentVersion   = "DOCUMENT_VERSION"
	Claimant          = "CLAIMANT"
	Comment           = "COMMENT_OBS"
	Figure            = "FIGURE"
	Revision          = "REVISION"
	Stale             = "STALE"
	Corrected         = "CORRECTED"
	Coverage          = "COVERAGE"
	Inexact           = "INEXACT"
	Filled            = "FILLED"
	FilledFrom        = "FILLED_FROM"
	AggregatedCount   = "AGGREGATED_COUNT"
	Transform         = "TRANSFORM"
	Converted         = "CONVERTED"
	ConvertedFrom     = "CONVERTED_FROM"
	RateBasis         = "RATE_BASIS"
	Rate              = "RATE"
	RateFigure        = "RATE_FIGURE"
	RateRevision      = "RATE_REVISION"
	RatePeriod        = "RATE_PERIOD"
	CrossRateFigure   = "CROSS_RATE_FIGURE"
	CrossRateRevision = "CROSS_RATE_REVISION"
)

// structural are the columns that are no components.
var structural = []string{Structure, StructureID, StructureName, Action, SeriesKey, ObsKey, Dataflow}

// components are all others.
var components = []string{
	TimePeriod, ObsValue, Freq, ObsStatus, ConfStatus, EmbargoTime, Restricted, Decimals, UnitMeasure, UnitMult, UnitSystem, ValueKind, ObsValues, Lower,
	LowerInclusive, Upper, UpperInclusive, CountedObject, Approximator, MissingReason, BasePeriod, ReleaseTime, Producer, Title,
	SourceURI, License, SourceID, DocumentVersion, Claimant, Comment, Figure, Revision, Stale, Corrected, Coverage, Inexact, Filled,
	FilledFrom, AggregatedCount, Transform, Converted, ConvertedFrom, RateBasis, Rate, RateFigure, RateRevision, RatePeriod,
	CrossRateFigure, CrossRateRevision,
}

// Component says that a name is one of onrecord's own columns, apart from those that
// are no components.
func Component(name string) bool { return slices.Contains(components, name) }

// Reserved says that a name is a column of every file, so that no dimension and no
// attribute of a metric is written under it.
func Reserved(name string) bool { return Component(name) || slices.Contains(structural, name) }

// The prefixes of a dimension and of an attribute whose own name is taken.
const (
	dimensionPrefix = "D_"
	attributePrefix = "A_"
)

// DimensionColumn is the column of a dimension: its id, unless that is reserved. Then
// D_ stands before it, as it does before an id that looks like that already, so that
// no two components of a metric have one column.
func DimensionColumn(id string) string { return column(dimensionPrefix, id) }

// AttributeColumn is the column of an attribute, as DimensionColumn with A_.
func AttributeColumn(id string) string { return column(attributePrefix, id) }

func column(prefix, id string) string {
	for bare := id; ; {
		if Reserved(bare) {
			return prefix + id
		}
		shorter := strings.TrimPrefix(strings.TrimPrefix(bare, dimensionPrefix), attributePrefix)
		if shorter == bare {
			return id
		}
		bare = shorter
	}
}
