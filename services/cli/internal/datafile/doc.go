// Package datafile reads files of observations and writes them: SDMX-CSV 1 and 2,
// SDMX-JSON, SDMX-ML, and other tables by a mapping.
//
// A reader gives one observation at a time with its line, and never holds the observations
// of a file in memory: of SDMX-JSON and SDMX-ML what holds for several of them, up to a
// limit. Those two have a parser each, which gives data sets, groups, series and observations
// as they stand, and share the reader that puts them together.
//
// A reader decides what the cells of a file are, not whether they are right: that is for the
// service, which answers with a reason. How rows get on record is for package transfer.
package datafile
