// Package platform is the plumbing that every service of onrecord stands on:
// settings, logs, errors, life cycle, gRPC server and client, telemetry, the
// embedded database, and the values that statements and figures are made of
// (decimals, dates, texts, names). It knows no domain and none of the generated
// code: what goes here would serve another product as well.
package platform
