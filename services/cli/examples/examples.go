// Package examples holds the example record: three small documents with their
// statements and figures, each a request of IngestDocument in JSON, and the
// source data that figures were computed from.
//
// Only such files, with their provenance in SOURCES.md, may go here. The text of
// a document that is not free to copy may not: of the news report there are
// facts, short quotations, offsets and hashes, so that its spans read UNVERIFIED
// until somebody brings the text.
package examples

import (
	"embed"
	"fmt"
)

//go:embed *.json
var files embed.FS

// A File is a request of IngestDocument, in JSON.
type File struct {
	// Name is the name of the file.
	Name string
	// Document is the resource name of the document in it.
	Document string
	// JSON is the request.
	JSON []byte
}

// record lists the files in the order in which they are put on record.
var record = []File{
	{Name: "afp-2023-11-18.json", Document: "documents/afp-2023-11-18"},
	{Name: "goods-trade-note.json", Document: "documents/goods-trade-note"},
	{Name: "us-mexico-goods-trade.json", Document: "documents/us-mexico-goods-trade"},
}

// Record returns the example record, in the order in which to put it on record.
func Record() ([]File, error) {
	all := make([]File, len(record))
	for i, file := range record {
		content, err := files.ReadFile(file.Name)
		if err != nil {
			return nil, fmt.Errorf("example record: %w", err)
		}
		file.JSON = content
		all[i] = file
	}
	return all, nil
}
