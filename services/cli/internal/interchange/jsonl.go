package interchange

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// The keys of a line of JSONL, which say what it has.
const (
	documentKey  = "document"
	versionKey   = "documentVersion"
	entityKey    = "entity"
	statementKey = "statement"
)

// KeyOf is how a file calls a kind of resource: the key of its lines in JSONL,
// with which the path of a field at fault begins.
func KeyOf(message proto.Message) string {
	switch message.(type) {
	case *statementsv1.Document:
		return documentKey
	case *statementsv1.DocumentVersion:
		return versionKey
	case *statementsv1.Entity:
		return entityKey
	case *statementsv1.Statement:
		return statementKey
	default:
		return ""
	}
}

// NameOf is the resource name of a message; "" if it has none yet.
func NameOf(message proto.Message) string {
	named, ok := message.(interface{ GetName() string })
	if !ok {
		return ""
	}
	return named.GetName()
}

func newMessage(key string) proto.Message {
	switch key {
	case documentKey:
		return &statementsv1.Document{}
	case versionKey:
		return &statementsv1.DocumentVersion{}
	case entityKey:
		return &statementsv1.Entity{}
	case statementKey:
		return &statementsv1.Statement{}
	default:
		return nil
	}
}

// parseJSONL reads {"statement": {…}} and the like.
func parseJSONL(line []byte) (proto.Message, *RowError) {
	typed, err := membersOf(line)
	if err != nil {
		return nil, &RowError{Reason: MalformedRow, Message: "no JSON object: " + err.Error()}
	}
	if len(typed) != 1 {
		return nil, &RowError{Reason: MalformedRow, Message: "want one key, which says what the line has, such as statement; there are " + fmt.Sprint(len(typed))}
	}
	key, value := typed[0].key, typed[0].value
	message := newMessage(key)
	if message == nil {
		return nil, &RowError{Reason: UnknownField, Field: key, Message: "want document, documentVersion, entity or statement"}
	}
	return message, parseMessage(value, message, key)
}

// member is a member of a JSON object.
type member struct {
	key   string
	value json.RawMessage
}

// membersOf are the members of an object, as often as they are there: a map would keep the
// last of two with one key.
func membersOf(line []byte) (all []member, err error) {
	decoder := json.NewDecoder(bytes.NewReader(line))
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(line, &whole); err != nil {
		return nil, InWords(err)
	}
	if _, err = decoder.Token(); err != nil {
		return nil, err
	}
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		one := member{key: fmt.Sprint(key)}
		if err := decoder.Decode(&one.value); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// parseMessage reads a resource as the API writes it, and nothing else.
func parseMessage(value []byte, into proto.Message, path string) *RowError {
	if bytes.Equal(bytes.TrimSpace(value), []byte("null")) {
		return &RowError{Reason: MalformedRow, Field: path, Message: "it is null"}
	}
	err := protojson.Unmarshal(value, into)
	if err == nil {
		return nil
	}
	words := plain(err)
	if field := unknownField.FindStringSubmatch(words); field != nil {
		return &RowError{Reason: UnknownField, Field: path + "." + field[1], Message: words}
	}
	if field := badField.FindStringSubmatch(words); field != nil {
		path += "." + field[1]
	}
	return &RowError{Reason: MalformedRow, Field: path, Message: words}
}

var (
	unknownField = regexp.MustCompile(`unknown field "([^"]+)"`)
	badField     = regexp.MustCompile(`invalid value for \w+ field (\w+)`)
)

// innerPosition is a place in a row, or in a part of one, which is none of the
// file.
var innerPosition = regexp.MustCompile(` ?\(line \d+:\d+\)(:? )?`)

// plain is an error of package protojson, which varies a space so that nobody
// compares it, without the place.
func plain(err error) string {
	words := strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\u00a0", " "), "proto: ")
	return innerPosition.ReplaceAllStringFunc(words, func(place string) string {
		if strings.HasPrefix(place, " ") && strings.HasSuffix(place, ": ") {
			return ": "
		}
		return ""
	})
}

// marshalJSONL writes {"statement": {…}} and the like.
func marshalJSONL(message proto.Message) ([]byte, error) {
	value, err := stablejson.Marshal(message)
	if err != nil {
		return nil, err
	}
	key := KeyOf(message)
	if key == "" {
		return nil, fmt.Errorf("a statements file has no %s", message.ProtoReflect().Descriptor().FullName())
	}
	return slices.Concat([]byte(`{"`+key+`":`), value, []byte("}")), nil
}
