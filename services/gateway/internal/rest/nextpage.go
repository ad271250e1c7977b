package rest

import (
	"iter"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// withoutNextPage is the bytes of an answer without the token of its next page, of which
// only stays that there is one: the token of a joined view says at which moment it was made,
// and two answers that list the same are one to whoever has the first. That one's token is
// as good. What is not well formed stays as it is.
func withoutNextPage(wire []byte, nextPage protoreflect.FieldDescriptor) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		from := 0
		for at := 0; nextPage != nil && at < len(wire); {
			number, kind, header := protowire.ConsumeTag(wire[at:])
			if header < 0 {
				break
			}
			value := protowire.ConsumeFieldValue(number, kind, wire[at+header:])
			if value < 0 {
				break
			}
			if number == nextPage.Number() {
				if !yield(wire[from : at+header]) {
					return
				}
				from = at + header + value
			}
			at += header + value
		}
		yield(wire[from:])
	}
}
