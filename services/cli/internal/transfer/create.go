package transfer

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/client"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
	"github.com/onrecord/onrecord/services/platform/protoinput"
	"github.com/onrecord/onrecord/services/platform/stablejson"
)

// Reasons of the import itself, beside those of the server.
const (
	// differsReason: the record has another resource of this name.
	differsReason = "DIFFERS"
	// outOfOrder: a version's number is not the next one.
	outOfOrder = "VERSION_OUT_OF_ORDER"
	// existsSuffix ends the reasons of names that are taken.
	existsSuffix = "_EXISTS"
	// notFoundSuffix ends the reasons of names that nothing has.
	notFoundSuffix = "_NOT_FOUND"
)

// idOf is the last part of a resource name.
func idOf(name string) string { return name[strings.LastIndex(name, "/")+1:] }

// numberOf is the number of a version by its name, 0 if it has none.
func numberOf(version string) int {
	number, err := strconv.Atoi(idOf(version))
	if err != nil {
		return 0
	}
	return number
}

// written is what a create may say: without its name.
func written[M proto.Message](message M, clearName func(M)) ([]byte, error) {
	input := protoinput.Of(message)
	clearName(input)
	return stablejson.Marshal(input)
}

func (i *Import) putDocument(ctx context.Context, it item) (outcome, error) {
	document, _ := it.message.(*statementsv1.Document)
	content, err := written(document, func(d *statementsv1.Document) { d.Name = "" })
	if err != nil {
		return outcome{}, err
	}
	body, err := json.Marshal(map[string]any{"document": json.RawMessage(content), "documentId": idOf(document.GetName()), "requestId": uuid.NewString()})
	if err != nil {
		return outcome{}, err
	}
	_, err = i.Server.Call(ctx, http.MethodPost, "documents", nil, body)
	return i.done(ctx, it, err, &statementsv1.Document{})
}

// putVersion puts the next version of a document on record.
func (i *Import) putVersion(ctx context.Context, it item) (outcome, error) {
	version, _ := it.message.(*statementsv1.DocumentVersion)
	name := version.GetName()
	document := interchange.DocumentOf(name)
	answer, err := i.Server.Call(ctx, http.MethodGet, document, nil, nil)
	if err != nil {
		return i.done(ctx, it, err, nil)
	}
	have := &statementsv1.Document{}
	if err := unmarshal(answer, have); err != nil {
		return outcome{}, err
	}
	latest, wanted := numberOf(have.GetLatestVersion()), numberOf(name)
	switch {
	case wanted == 0 || wanted > latest+1:
		return outcome{item: it, refused: &refusal{outOfOrder, "documentVersion.name", "the newest version of " + document + " is " + strconv.Itoa(latest)}}, nil
	case wanted <= latest:
		return i.compare(ctx, it, &statementsv1.DocumentVersion{})
	}
	body, err := written(version, func(v *statementsv1.DocumentVersion) { v.Name = "" })
	if err != nil {
		return outcome{}, err
	}
	answer, err = i.Server.Call(ctx, http.MethodPost, document+"/versions", url.Values{"request_id": {uuid.NewString()}}, body)
	if err != nil {
		return i.versionRefused(ctx, it, err)
	}
	made := &statementsv1.DocumentVersion{}
	if err := unmarshal(answer, made); err != nil {
		return outcome{}, err
	}
	if made.GetName() != name {
		return outcome{item: it, refused: &refusal{outOfOrder, "documentVersion.name", "it is on record as " + made.GetName() + ": another version came in between"}}, nil
	}
	return outcome{item: it}, nil
}

// versionRefused is the outcome of a version that the server refuses: somebody else may
// have put the same one there meanwhile.
func (i *Import) versionRefused(ctx context.Context, it item, err error) (outcome, error) {
	refused, err := refusalOf(err, it)
	if err != nil {
		return outcome{}, err
	}
	if refused.reason == "VERSION_EXISTS" {
		if there, err := i.compare(ctx, it, &statementsv1.DocumentVersion{}); err != nil || there.refused == nil {
			return there, err
		}
	}
	return outcome{item: it, refused: refused}, nil
}

func (i *Import) putEntity(ctx context.Context, it item) (outcome, error) {
	entity, _ := it.message.(*statementsv1.Entity)
	body, err := written(entity, func(e *statementsv1.Entity) { e.Name = "" })
	if err != nil {
		return outcome{}, err
	}
	_, err = i.Server.Call(ctx, http.MethodPost, "entities", url.Values{"entity_id": {idOf(entity.GetName())}, "request_id": {uuid.NewString()}}, body)
	return i.done(ctx, it, err, &statementsv1.Entity{})
}

// done is the outcome of a create that a server answered. A name that is taken
// is compared with what has it.
func (i *Import) done(ctx context.Context, it item, err error, present proto.Message) (outcome, error) {
	if err == nil {
		return outcome{item: it}, nil
	}
	refused, err := refusalOf(err, it)
	if err != nil {
		return outcome{}, err
	}
	if present != nil && strings.HasSuffix(refused.reason, existsSuffix) {
		return i.compare(ctx, it, present)
	}
	return outcome{item: it, refused: refused}, nil
}

// refusalOf is what a server refuses; any other error is handed on.
func refusalOf(err error, it item) (*refusal, error) {
	answered, ok := errors.AsType[*client.Error](err)
	if !ok || !answered.OfRequest() || answered.Reason == "" && len(answered.Violations) == 0 {
		return nil, err
	}
	refused := &refusal{reason: answered.Reason, message: answered.Message}
	if len(answered.Violations) > 0 {
		refused.take(answered.Violations[0], it)
	}
	return refused, nil
}

// take is a violation as one of the row: its path begins with what the line has.
func (r *refusal) take(violation client.Violation, it item) {
	key := interchange.KeyOf(it.message)
	field := strings.TrimPrefix(violation.Field, requestPath(violation.Field))
	field = strings.TrimPrefix(strings.TrimPrefix(field, "document_version"), key)
	r.field, r.message = strings.TrimSuffix(key+"."+strings.TrimPrefix(field, "."), "."), violation.Description
	if violation.Reason != "" {
		r.reason = violation.Reason
	}
}

// isUnder says that a field is, or is part of, one of a row's fields.
func isUnder(field, name string) bool {
	_, path, _ := strings.Cut(field, ".")
	return path == name || strings.HasPrefix(path, name+"[") || strings.HasPrefix(path, name+".")
}

// compare is the outcome of an item whose name is taken.
func (i *Import) compare(ctx context.Context, it item, have proto.Message) (outcome, error) {
	name := interchange.NameOf(it.message)
	answer, err := i.Server.Call(ctx, http.MethodGet, name, nil, nil)
	if err != nil {
		refused, err := refusalOf(err, it)
		return outcome{item: it, refused: refused}, err
	}
	if err := unmarshal(answer, have); err != nil {
		return outcome{}, err
	}
	return i.found(ctx, it, have)
}

// found is the outcome of an item of whose name the record has a resource.
func (i *Import) found(ctx context.Context, it item, have proto.Message) (outcome, error) {
	open := openOf(it, have)
	want := proto.Clone(it.message)
	for _, one := range open {
		one.clear(want)
	}
	field := differs(want, have)
	if statement, is := want.(*statementsv1.Statement); is && field != "" {
		if err := renameEntities(statement, func(name string) (string, error) { return i.mergedInto(ctx, name) }); err != nil {
			return outcome{}, err
		}
		field = differs(want, have)
	}
	if field != "" {
		return outcome{item: it, refused: &refusal{differsReason, field, interchange.NameOf(it.message) + " is on record and says something else"}}, nil
	}
	return outcome{item: it, present: true, later: open}, nil
}

// mergedInto is the name of the entity that another was merged into on record,
// and that statements name since; its own if it was not.
func (i *Import) mergedInto(ctx context.Context, name string) (string, error) {
	i.mu.Lock()
	into, known := i.merged[name]
	i.mu.Unlock()
	if known {
		return into, nil
	}
	seen := []string{}
	for into = name; !slices.Contains(seen, into); {
		seen = append(seen, into)
		answer, err := i.Server.Call(ctx, http.MethodGet, into, nil, nil)
		if err != nil {
			if _, err := refusalOf(err, item{message: &statementsv1.Entity{}}); err != nil {
				return "", err
			}
			break
		}
		entity := &statementsv1.Entity{}
		if err := unmarshal(answer, entity); err != nil {
			return "", err
		}
		if entity.GetRedirectTo() != "" {
			into = entity.GetRedirectTo()
		}
	}
	i.mu.Lock()
	i.merged[name] = into
	i.mu.Unlock()
	return into, nil
}

// unmarshal reads an answer. A newer server may say more than this program knows.
func unmarshal(answer []byte, into proto.Message) error {
	return protojson.UnmarshalOptions{DiscardUnknown: true}.Unmarshal(answer, into)
}
