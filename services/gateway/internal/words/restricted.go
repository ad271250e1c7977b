package words

import "google.golang.org/protobuf/types/known/timestamppb"

// Restricted says of what only editors and admins read that they do, and until when if an
// embargo ends. end is nil where nothing says when.
func Restricted(end *timestamppb.Timestamp) string {
	if end == nil {
		return "only editors and admins read it"
	}
	return "under embargo until " + end.AsTime().UTC().Format("2 January 2006, 15:04:05 UTC") + ": only editors and admins read it"
}
