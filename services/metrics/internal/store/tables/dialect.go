package tables

import (
	"cmp"
	"maps"

	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/wordindex"
	"github.com/onrecord/onrecord/services/platform/recordsearch"
)

// Dialect is what an engine does in its own way: conditions on the JSON of a row s, with a ? for each value.
type Dialect struct {
	// HasAlias: the array s.aliases holds a text.
	HasAlias string
	// HasDimension: the object s.dimensions has a key with a value, HasKey: with any.
	HasDimension, HasKey string
	// HasStatus: the array s.obs_status holds a text. HasAttribute and HasAttributeKey are HasDimension and HasKey for s.attributes.
	HasStatus, HasAttribute, HasAttributeKey string
	// Statuses joins a row s to the texts of the array s.obs_status: a.value, NULL if there is none.
	Statuses string
	// NamesVersion: the snapshot of a row has the name of a document version in it. There is an index of the corrections of which it is so.
	NamesVersion string
	// Words keeps the index of words.
	Words wordindex.Engine
	// Place is the column that orders the tables of series by dimensions, PlaceOf its value for their canonical text. Where it is another
	// column than dimensions, it is kept beside it.
	Place   string
	PlaceOf func(dimensions string) string
	// MaxLooked is how many imported figures are looked at for a page of a list at most; 0 for maxLooked.
	MaxLooked int
}

// dialect is a Dialect with what follows from it.
type dialect struct {
	Dialect
	metricColumns, figureColumns  listquery.Columns
	insertSeries, insertDimension *recorddb.Insert
	words                         wordindex.Index
	// known are rows that never change.
	known *known
}

func (d Dialect) prepare() *dialect {
	d.MaxLooked = cmp.Or(d.MaxLooked, maxLooked)
	p := &dialect{
		known: newKnown(), Dialect: d, metricColumns: maps.Clone(metricColumns), figureColumns: maps.Clone(figureColumns),
		insertSeries:    recorddb.NewInsert("series", d.withPlace("metric", "frequency", "series", "dimensions", "number", "points")...),
		insertDimension: recorddb.NewInsert("series_dimensions", d.withPlace("metric", "frequency", "series", "dimension", "code", "dimensions")...),
	}
	p.words = wordindex.Index{
		Engine: d.Words, Revisions: figureTable.Name(), Columns: p.figureColumns, OwnTime: "s.period_order",
		RankLimit: recordsearch.RankLimit, CountLimit: recordsearch.CountLimit,
	}
	p.metricColumns["aliases"] = listquery.Column{Has: d.HasAlias, Set: "s.aliases <> '[]'"}
	p.figureColumns["dimensions"] = listquery.Column{Has: d.HasDimension, HasKey: d.HasKey, Set: "s.dimensions <> '{}'"}
	p.figureColumns["obs_status"] = listquery.Column{Has: d.HasStatus, Set: "s.obs_status <> '[]'"}
	p.figureColumns["attributes"] = listquery.Column{Has: d.HasAttribute, HasKey: d.HasAttributeKey, Set: "s.attributes <> '{}'"}
	return p
}

// placed says that the place is kept beside the dimensions.
func (d Dialect) placed() bool { return d.Place != dimensionsColumn }

const dimensionsColumn = "dimensions"

func (d Dialect) withPlace(columns ...string) []string {
	if d.placed() {
		columns = append(columns, d.Place)
	}
	return columns
}

// Columns are where the fields of each kind of resource are kept, for a check that none is missing.
func (d Dialect) Columns() (metrics, figures listquery.Columns) {
	p := d.prepare()
	return p.metricColumns, p.figureColumns
}
