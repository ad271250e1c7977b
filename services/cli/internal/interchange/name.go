package interchange

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// Names that are derived have this prefix of the id, so that nobody takes them
// for chosen ones, and this many hexadecimal digits of a SHA-256.
const (
	derivedPrefix = "x-"
	derivedDigits = 40
)

// NameFrom gives a resource without a name one that follows from what it says:
// the same again is the same resource. A version without a name has no document,
// so it gets none.
func NameFrom(message proto.Message) error {
	if NameOf(message) != "" {
		return nil
	}
	content, err := stablejson.Marshal(protoinput.Of(message))
	if err != nil {
		return err
	}
	sum := sha256.Sum256(content)
	id := derivedPrefix + hex.EncodeToString(sum[:])[:derivedDigits]
	switch message := message.(type) {
	case *statementsv1.Document:
		message.Name = "documents/" + id
	case *statementsv1.Entity:
		message.Name = "entities/" + id
	case *statementsv1.Statement:
		message.Name = "statements/" + id
	}
	return nil
}

// FaultOf says why a name is none that its resource can have, "" if it may be one: the record
// says more. An IRI of another record, cut short, would be a name of this one.
func FaultOf(message proto.Message) string {
	parts := strings.Split(NameOf(message), "/")
	collections := map[string][]string{
		documentKey: {"documents"}, versionKey: {"documents", "versions"}, entityKey: {"entities"}, statementKey: {"statements"},
	}[KeyOf(message)]
	var form []string
	fits := len(parts) == 2*len(collections)
	for i, collection := range collections {
		fits = fits && parts[2*i] == collection
		form = append(form, collection, "{id}")
	}
	switch {
	case fits:
		return ""
	case NameOf(message) == "":
		return "it needs a name"
	}
	return "want " + strings.Join(form, "/") + ", not " + NameOf(message)
}

// DocumentOf is the name of the document of a version's name.
func DocumentOf(version string) string {
	document, _, _ := strings.Cut(version, "/versions/")
	return document
}
