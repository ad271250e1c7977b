// Package codelists holds the code lists of SDMX that figures use: OBS_STATUS and CONF_STATUS.
//
// They are data, in the *.tsv files, so that a new version of a list is a new row. What may go here: lists that hold for every metric.
// Those of one metric are fields of it; lists of places and currencies have packages of their own.
package codelists
