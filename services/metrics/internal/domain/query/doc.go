// Package query holds what a query does with the observations of one series: choice of vintages and sources, conversion, aggregation,
// best source, gap fill, transform, the last so many, and alignment of several series.
//
// What may go here: pure functions over observations. Reading them, pages and protobuf messages belong to the packages around it. Numbers
// are fractions until the last step, which rounds once; what is known only by its bounds stays bounds through every step.
package query
