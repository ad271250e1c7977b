// Package formats answers a query of a metric as something else than JSON: flat
// rows for dashboards, CSV with a metadata file (W3C CSV on the Web), SDMX-CSV 2.0,
// SDMX-JSON 2.0 and a drawing (SVG).
//
// A copy must say what the answer says: hedge, bounds, what is provisional, filled,
// converted, aggregated or corrected, the source and the coverage are columns of
// every row, or words on the drawing. An answer has all observations of the query
// and not the first page, unless the request asks for pages; one too large for
// that is refused.
//
// Which observations these are is the metrics service's to say. Only forms may go
// here: a column is a field of the answer, copied.
package formats
