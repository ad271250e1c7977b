package tables

import (
	"github.com/onrecord/onrecord/services/metrics/internal/domain"
	"github.com/onrecord/onrecord/services/metrics/internal/store"
	"github.com/onrecord/onrecord/services/platform/decimal"
	"github.com/onrecord/onrecord/services/platform/listquery"
	"github.com/onrecord/onrecord/services/platform/recorddb"
	"github.com/onrecord/onrecord/services/platform/recorddb/revtable"
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

var figureTable = revtable.New("figure_revisions",
	"create_time", "metric", "document", "document_version", "dimensions", "value_kind", "approximator", "missing_reason", "frequency",
	"value", "reported_value", "normalized_value", "normalized_lower", "normalized_upper", "unit", "normalized_unit", "unit_symbol",
	"producer", "counted_object", "period_start", "period_end", "period_order")

// figureColumns are the columns of domain.FigureFields but for those of a Dialect.
var figureColumns = listquery.Columns{
	"name":                 {Expr: "s.id"},
	"create_time":          {Expr: "s.create_time"},
	"update_time":          {Expr: "s.record_from"},
	"metric":               {Expr: "s.metric"},
	"document":             {Expr: "s.document"},
	"document_version":     {Expr: "s.document_version"},
	"value_kind":           {Expr: "s.value_kind"},
	"approximator":         {Expr: "s.approximator"},
	"missing_reason":       {Expr: "s.missing_reason"},
	"frequency":            {Expr: "s.frequency"},
	"normalized.value":     {Expr: "s.normalized_value"},
	"normalized.lower":     {Expr: "s.normalized_lower"},
	"normalized.upper":     {Expr: "s.normalized_upper"},
	"value":                {Expr: "s.value"},
	"reported.value":       {Expr: "s.reported_value"},
	"normalized.unit":      {Expr: "s.normalized_unit"},
	"unit":                 {Expr: "s.unit"},
	"reported.unit_symbol": {Expr: "s.unit_symbol"},
	"origin.producer":      {Expr: "s.producer"},
	"counted_object":       {Expr: "s.counted_object"},
	"time_period":          {Expr: "s.period_start", End: "s.period_end", Sort: "s.period_order"},
}

// Figure reads one figure.
func (r reader) Figure(id string, at recordtime.Time) (figure domain.Figure, found bool, err error) {
	found, err = at1(r.conn, figureTable, id, at, &figure)
	return figure, found, err
}

// FiguresByID reads many figures.
func (r reader) FiguresByID(ids []string, at recordtime.Time) (map[string]domain.Figure, error) {
	return byID[domain.Figure](r.conn, figureTable, ids, at)
}

// Figures lists figures.
func (r reader) Figures(query store.List) ([]domain.Figure, error) {
	return list[domain.Figure](r.conn, query, revtable.Source{Table: "figure_revisions s", Columns: r.figureColumns, Order: r.figureColumns})
}

// PutFigure puts the next revision of a figure on record, and the point of its series.
func (w writer) PutFigure(figure domain.Figure, caller string) error {
	if err := appendRevision(w.tx, figureTable, figure.Meta, caller, figure, figureValues(figure)...); err != nil {
		return err
	}
	switch {
	case figure.Revision == 1:
		return w.openPoint(figure)
	case figure.Retracted():
		return w.closePoint(figure)
	default:
		return w.changePoint(figure)
	}
}

// PutFigures puts the first revisions of many figures on record.
func (w writer) PutFigures(figures []domain.Figure, caller string) error {
	if err := w.learnSeries(figures); err != nil {
		return err
	}
	for _, figure := range figures {
		if err := w.PutFigure(figure, caller); err != nil {
			return err
		}
	}
	return nil
}

// figureValues are the values of figureTable's own columns.
func figureValues(f domain.Figure) []any {
	approximator := f.Approximator
	if approximator == "" {
		approximator = domain.None
	}
	var reportedValue *decimal.Decimal
	var unitSymbol, producer string
	if f.Reported != nil {
		reportedValue, unitSymbol = f.Reported.Value, f.Reported.UnitSymbol
	}
	if f.Origin != nil {
		producer = f.Origin.Producer
	}
	var start, end any
	if f.Period.Dated() {
		start, end = f.Period.Start, f.Period.End
	}
	return []any{
		f.CreateTime, f.Metric, recorddb.NullText(domain.DocumentOf(f.DocumentVersion)), recorddb.NullText(f.DocumentVersion),
		domain.CanonicalDimensions(f.Dimensions), string(f.Kind), string(approximator), recorddb.NullText(f.Missing),
		recorddb.NullText(f.Frequency), sortKey(f.Value), sortKey(reportedValue), sortKey(f.Normalized.Value),
		boundKey(f.Normalized.Lower), boundKey(f.Normalized.Upper), f.Unit.Code, f.Normalized.Unit.Code, recorddb.NullText(unitSymbol),
		recorddb.NullText(producer), recorddb.NullText(f.CountedObject), start, end, f.Period.SortKey(),
	}
}

// sortKey returns the stored form of a number, NULL for none.
func sortKey(d *decimal.Decimal) any {
	if d == nil {
		return nil
	}
	return d.SortKey()
}

func boundKey(b *domain.Bound) any {
	if b == nil {
		return nil
	}
	return b.Value.SortKey()
}
