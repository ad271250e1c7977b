// Package rest walks through onrecord as a newcomer does who has just typed
// `make run`: over REST from the list of metrics to a figure and the words that
// carry it, then over HTTP's own features, the OpenAPI document and gRPC.
//
// It reads the example record that the program brings along.
package rest
