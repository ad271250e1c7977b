// Package sdmx is what all parts of onrecord must agree on of SDMX data: how periods
// are written in TIME_PERIOD, which CONF_STATUS is confidential, and what the columns of
// an SDMX-CSV file of onrecord are called.
//
// Why: the gateway and the command line both write SDMX-CSV, the command line reads
// it, and the metrics service reads its periods. With one list and one way of
// writing periods, what one of them writes another reads.
//
// What may go here: names, notations and what codes mean to all. What cells say is for those who read them.
package sdmx
