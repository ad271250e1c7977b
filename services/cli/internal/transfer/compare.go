package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/sourcetext"
)

// differs is the first field of want that have says otherwise; "" if have says
// all that want says. What want leaves open, the service may have filled in.
func differs(want, have proto.Message) string {
	wanted := protoinput.Of(want)
	if version, is := wanted.(*statementsv1.DocumentVersion); is {
		found, _ := proto.Clone(have).(*statementsv1.DocumentVersion)
		textAsHash(version)
		textAsHash(found)
		have = found
	}
	if entity, is := wanted.(*statementsv1.Entity); is {
		found, _ := proto.Clone(have).(*statementsv1.Entity)
		// Merges add what others were called.
		found.Aliases = found.GetAliases()[:min(len(entity.GetAliases()), len(found.GetAliases()))]
		have = found
	}
	if field := unlike(wanted.ProtoReflect(), have.ProtoReflect()); field != "" {
		return interchange.KeyOf(want) + field
	}
	return ""
}

// textAsHash puts the hash of a text in its place: a text that is withheld has
// no other sign.
func textAsHash(version *statementsv1.DocumentVersion) {
	if version.GetText() == "" {
		return
	}
	normal, err := sourcetext.Normalize(version.GetText())
	if err == nil {
		version.Text, version.TextSha256 = "", normal.SHA256()
	}
}

// unlike is the path of the first field that is set in want and another in have,
// with a point before it.
func unlike(want, have protoreflect.Message) (path string) {
	if span, is := want.Interface().(*typev1.TextSpan); is {
		found, _ := have.Interface().(*typev1.TextSpan)
		want = knownWords(span, found).ProtoReflect()
	}
	want.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		if below, same := unlikeField(field, value, have); !same {
			path = "." + field.JSONName() + below
		}
		return path == ""
	})
	return path
}

// unlikeField compares one field and says what below it is another.
func unlikeField(field protoreflect.FieldDescriptor, value protoreflect.Value, have protoreflect.Message) (below string, same bool) {
	other := have.Get(field)
	switch {
	case !have.Has(field):
		return "", false
	case field.IsList():
		if value.List().Len() != other.List().Len() {
			return "", false
		}
		for i := range value.List().Len() {
			at := "[" + strconv.Itoa(i) + "]"
			if field.Message() == nil {
				if !value.List().Get(i).Equal(other.List().Get(i)) {
					return at, false
				}
			} else if path := unlike(value.List().Get(i).Message(), other.List().Get(i).Message()); path != "" {
				return at + path, false
			}
		}
		return "", true
	case field.Message() != nil && !field.IsMap():
		path := unlike(value.Message(), other.Message())
		return path, path == ""
	default:
		return "", value.Equal(other)
	}
}

// knownWords is a span without the words that the record keeps as a hash only,
// which must then be that of the words, and without their frame.
func knownWords(want, have *typev1.TextSpan) *typev1.TextSpan {
	if want.GetExact() == "" || have.GetExact() != "" {
		return want
	}
	sum := sha256.Sum256([]byte(want.GetExact()))
	return &typev1.TextSpan{Start: want.Start, End: want.GetEnd(), ExactSha256: hex.EncodeToString(sum[:])}
}
