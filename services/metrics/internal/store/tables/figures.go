package tables

import (
	"encoding/json"

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
	"producer", "counted_object", "period_start", "period_end", "period_order", "claimant", "attributed_producer", "obs_status", "conf_status",
	"attributes", "commented", "decimals", "unit_mult", "stale", "release_start", "release_end",
	"reported_text", "number_text", "multiplier_text", "title", "comment", "withdrawn", "embargo_end")

// figureColumns are the columns of domain.FigureFields but for those of a Dialect.
var figureColumns = listquery.Columns{
	"name":                     {Expr: "s.id"},
	"create_time":              {Expr: "s.create_time"},
	"update_time":              {Expr: "s.record_from"},
	"metric":                   {Expr: "s.metric"},
	"document":                 {Expr: "s.document"},
	"document_version":         {Expr: "s.document_version"},
	"value_kind":               {Expr: "s.value_kind"},
	"approximator":             {Expr: "s.approximator"},
	"missing_reason":           {Expr: "s.missing_reason"},
	"frequency":                {Expr: "s.frequency"},
	"normalized.value":         {Expr: "s.normalized_value"},
	"normalized.lower":         {Expr: "s.normalized_lower"},
	"normalized.upper":         {Expr: "s.normalized_upper"},
	"value":                    {Expr: "s.value"},
	"reported.value":           {Expr: "s.reported_value"},
	"normalized.unit":          {Expr: "s.normalized_unit"},
	"unit":                     {Expr: "s.unit"},
	"reported.unit_symbol":     {Expr: "s.unit_symbol"},
	"reported.text":            {Expr: "s.reported_text"},
	"reported.number_text":     {Expr: "s.number_text"},
	"reported.multiplier_text": {Expr: "s.multiplier_text"},
	"origin.producer":          {Expr: "s.producer"},
	"origin.title":             {Expr: "s.title"},
	"counted_object":           {Expr: "s.counted_object"},
	"time_period":              {Expr: "s.period_start", End: "s.period_end", Sort: "s.period_order"},
	"claimant":                 {Expr: "s.claimant"},
	"attributed_producer":      {Expr: "s.attributed_producer"},
	"conf_status":              {Expr: "s.conf_status"},
	"comment":                  {Expr: "s.comment", Set: "s.commented IS NOT NULL"},
	"decimals":                 {Expr: "s.decimals"},
	"unit_mult":                {Expr: "s.unit_mult"},
	"stale":                    {Expr: "s.stale"},
	"restricted":               {Expr: "(CASE WHEN " + revtable.Restricted("s") + " THEN 1 ELSE 0 END)"},
	"embargo_end_time":         {Expr: "s.embargo_end"},
	"release_time":             {Expr: "s.release_start", End: "s.release_end"},
}

// Figure reads one figure.
func (r reader) Figure(id string, at recordtime.Time) (figure domain.Figure, found bool, err error) {
	if key, imported := domain.ParseImportedID(id); imported {
		if figure, found, err = r.importedFigure(key, at); err != nil || found {
			return figure, found, err
		}
	}
	found, err = readAt(r, figureTable, id, at, &figure, figureFields)
	return figure, found, err
}

// FiguresByID reads many figures.
func (r reader) FiguresByID(ids []string, at recordtime.Time) (map[string]domain.Figure, error) {
	var keys []domain.ImportedID
	for _, id := range ids {
		if key, imported := domain.ParseImportedID(id); imported {
			keys = append(keys, key)
		}
	}
	figures, err := byID(r, figureTable, ids, at, figureFields)
	if err == nil {
		err = r.importedByKey(keys, at, figures)
	}
	return figures, err
}

// Figures lists figures.
func (r reader) Figures(query store.List) ([]domain.Figure, error) {
	figures, err := list(r, query, r.figureSource(), figureFields)
	if err != nil {
		return nil, err
	}
	return r.withImported(query, figures)
}

func (d *dialect) figureSource() revtable.Source {
	return revtable.Source{Table: "figure_revisions s", Columns: d.figureColumns, Order: d.figureColumns}
}

// PutFigure puts the next revision of a figure on record, and the point of its series.
func (w writer) PutFigure(figure domain.Figure, caller string) error {
	if err := w.putFigure(figure, caller); err != nil {
		return err
	}
	return w.countVintages()
}

// putFigure is PutFigure but for the count of vintages.
func (w writer) putFigure(figure domain.Figure, caller string) error {
	if key, imported := domain.ParseImportedID(figure.ID); imported {
		wide, first, err := w.putAgain(key, &figure, caller)
		if err != nil || !wide {
			return err
		}
		if first {
			return w.widen(figure, caller)
		}
	}
	before, found, err := w.previous(figure)
	if err != nil {
		return err
	}
	if err := figureTable.Append(w.Tx, figureRow(figure, caller), figureValues(figure)...); err != nil {
		return err
	}
	if err := w.followFigure(before, figure); err != nil {
		return err
	}
	switch {
	case figure.Revision == 1:
		return w.openPoint(figure)
	case found && !samePlace(before, figure):
		return w.movePoint(before, figure)
	case figure.Retracted():
		return w.closePoint(figure)
	default:
		return w.changePoint(figure)
	}
}

// followFigure keeps what follows from figures, but for points, in step with the newest revision of one; before is the one before it.
func (w writer) followFigure(before, figure domain.Figure) error {
	if err := w.citeInputs(before, figure); err != nil {
		return err
	}
	if err := w.followVintages(before, &figure); err != nil {
		return err
	}
	return w.indexFigure(&figure)
}

// figureRow is the row of a revision.
func figureRow(figure domain.Figure, caller string) revtable.Row {
	return revtable.Row{
		ID: figure.ID, Revision: figure.Revision, Deleted: figure.Retracted(), Restricted: figure.Restricted, Caller: caller,
		Snapshot: encode(&figure, figureFields),
	}
}

// PutFigures puts the first revisions of many figures on record.
func (w writer) PutFigures(figures []domain.Figure, caller string) error {
	if err := w.learnSeries(figures); err != nil {
		return err
	}
	for _, figure := range figures {
		if err := w.putFigure(figure, caller); err != nil {
			return err
		}
	}
	return w.countVintages()
}

// figureValues are the values of figureTable's own columns.
func figureValues(f domain.Figure) []any {
	approximator := f.Approximator
	if approximator == "" {
		approximator = domain.None
	}
	var reportedValue *decimal.Decimal
	var printed domain.Reported
	var origin domain.Origin
	if f.Reported != nil {
		printed, reportedValue = *f.Reported, f.Reported.Value
	}
	if f.Origin != nil {
		origin = *f.Origin
	}
	start, end := ends(&f.Period)
	releaseStart, releaseEnd := ends(f.Release)
	var decimals, commented, embargoEnd any
	if f.UnderEmbargo() {
		embargoEnd = f.EmbargoEnd
	}
	if f.Decimals != nil {
		decimals = *f.Decimals
	}
	if f.Comment != "" {
		commented = 1
	}
	return []any{
		f.CreateTime, f.Metric, recorddb.NullText(domain.DocumentOf(f.DocumentVersion)), recorddb.NullText(f.DocumentVersion),
		domain.CanonicalDimensions(f.Dimensions), string(f.Kind), string(approximator), recorddb.NullText(f.Missing),
		recorddb.NullText(f.Frequency), sortKey(f.Value), sortKey(reportedValue), sortKey(f.Normalized.Value),
		boundKey(f.Normalized.Lower), boundKey(f.Normalized.Upper), f.Unit.Code, f.Normalized.Unit.Code, recorddb.NullText(printed.UnitSymbol),
		recorddb.NullText(origin.Producer), recorddb.NullText(f.CountedObject), start, end, f.Period.SortKey(),
		recorddb.NullText(f.Claimant), recorddb.NullText(f.AttributedProducer), jsonArray(f.ObsStatus), recorddb.NullText(f.ConfStatus),
		domain.CanonicalDimensions(f.Attributes), commented, decimals, f.UnitMult, f.Stale, releaseStart, releaseEnd,
		recorddb.NullText(printed.Text), recorddb.NullText(printed.NumberText), recorddb.NullText(printed.MultiplierText),
		recorddb.NullText(origin.Title), recorddb.NullText(f.Comment), f.Withdrawn, embargoEnd,
	}
}

// ends are the ends of a time, NULL without a date.
func ends(p *domain.TimePeriod) (start, end any) {
	if p == nil || !p.Dated() {
		return nil, nil
	}
	return p.Start, p.End
}

// jsonArray writes texts as a JSON array.
func jsonArray(texts []string) string {
	if len(texts) == 0 {
		return "[]"
	}
	document, err := json.Marshal(texts)
	if err != nil { // texts always have JSON
		return "[]"
	}
	return string(document)
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
