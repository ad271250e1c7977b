package record

import (
	"strings"

	"google.golang.org/grpc/status"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// renames say what a field of a service's request is called in the ingest's:
// the longest prefix that ends at a "." or a "[" decides.
type renames map[string]string

var (
	statementsRenames = renames{"document_version": "version"}
	metricsRenames    = renames{
		"source_text":        "version.text",
		"source_text_sha256": "version.text_sha256",
		"text_withheld":      "document.text_withheld",
	}
)

func fromStatements(err error) error { return renamed(err, statementsRenames) }
func fromMetrics(err error) error    { return renamed(err, metricsRenames) }

// field renames the first segment of a path.
func (r renames) field(path string) string {
	end := strings.IndexAny(path, ".[")
	if end < 0 {
		end = len(path)
	}
	if name, ok := r[path[:end]]; ok {
		return name + path[end:]
	}
	return path
}

// renamed gives an error of a service the paths of the ingest's request, so
// that a client finds what is wrong in what it sent.
func renamed(err error, r renames) error {
	st, ok := status.FromError(err)
	if err == nil || !ok || errs.Info(st) == nil {
		return err
	}
	return errs.RenameFields(st, r.field).Err()
}
