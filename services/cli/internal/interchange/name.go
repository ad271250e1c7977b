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

// DocumentOf is the name of the document of a version's name.
func DocumentOf(version string) string {
	document, _, _ := strings.Cut(version, "/versions/")
	return document
}
