package record

import (
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/protoadapt"

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
	message := st.Message()
	details := make([]proto.Message, 0, len(st.Details()))
	for _, detail := range st.Details() {
		original, isMessage := detail.(proto.Message)
		if !isMessage {
			continue // of a type that this program does not know
		}
		if bad, isBad := original.(*errdetails.BadRequest); isBad {
			bad = proto.CloneOf(bad)
			for i, violation := range bad.GetFieldViolations() {
				old := violation.GetField()
				violation.Field = r.field(old)
				if i == 0 && old != "" {
					// The message begins with the path of the first violation.
					if rest, found := strings.CutPrefix(message, old+":"); found {
						message = violation.GetField() + ":" + rest
					}
				}
			}
			original = bad
		}
		details = append(details, original)
	}
	out := status.New(st.Code(), message)
	for _, detail := range details {
		if with, withErr := out.WithDetails(protoadapt.MessageV1Of(detail)); withErr == nil {
			out = with
		}
	}
	return out.Err()
}
