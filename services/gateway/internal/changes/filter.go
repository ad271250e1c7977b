package changes

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"google.golang.org/genproto/googleapis/api/annotations"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	gatewayv1 "github.com/onrecord/onrecord/gen/onrecord/gateway/v1"
	"github.com/onrecord/onrecord/services/platform/auth"
	"github.com/onrecord/onrecord/services/platform/telemetry"
)

// filter is what a watcher asked for; the zero filter is everything.
type filter struct {
	names map[string]bool
	// kinds are the collections that are asked for, such as "entities".
	kinds map[string]bool
}

func newFilter(req *gatewayv1.WatchRequest) filter {
	f := filter{names: map[string]bool{}, kinds: map[string]bool{}}
	for kind, names := range map[string][]string{
		"entities": req.GetEntities(), "metrics": req.GetMetrics(), "documents": req.GetDocuments(),
	} {
		for _, name := range names {
			f.names[name], f.kinds[kind] = true, true
		}
	}
	return f
}

// takes reports whether a change was asked for. What cannot be told is taken: a
// change too many is harmless, one too few is not.
func (f filter) takes(ctx context.Context, c *change, seesRestricted bool) bool {
	if len(f.names) == 0 {
		return true
	}
	if c.answer.GetStatements() != nil && !f.kinds["entities"] && !f.kinds["documents"] {
		return false // the statements service knows no metrics
	}
	names, known := c.about.names()
	if c.about.hidden && !seesRestricted {
		names = nil
	}
	return !known || f.any(names) || f.anyBefore(ctx, c, seesRestricted)
}

func (f filter) any(names map[string]bool) bool {
	few, many := f.names, names
	if len(few) > len(many) {
		few, many = many, few
	}
	for name := range few {
		if many[name] {
			return true
		}
	}
	return false
}

// anyBefore asks what a fact was about before it was corrected: whoever follows
// the one whose words they were must hear that they are another's. A reader does not
// learn what a revision was about that they could not read.
func (f filter) anyBefore(ctx context.Context, c *change, seesRestricted bool) bool {
	names, known := c.about.namesBefore(ctx)
	return !known || f.any(names.public) || seesRestricted && f.any(names.hidden)
}

// about is what a change is about: names of documents, entities and metrics.
type about struct {
	// names answers them; known is false where the change does not say.
	names func() (names map[string]bool, known bool)
	// hidden says that they are those of a revision that readers cannot read.
	hidden bool

	// earlier asks the service for revisions that also say what the change is about: the
	// one before it, or those of the fact that it stands on.
	earlier []revision
	ask     sync.Once
	// asked is closed once what they name is below; known is false where the service did
	// not say it.
	asked      chan struct{}
	namesAsked namesBefore
	known      bool
}

// namesBefore are what revisions name: those that readers read, and those that they
// cannot.
type namesBefore struct{ public, hidden map[string]bool }

// revision asks for one revision of a statement or figure.
type revision = func(ctx context.Context) (proto.Message, error)

// askPatience is how long the answers about one change may take.
const askPatience = time.Second

// namesBefore are the names in those revisions. The service is asked once for all
// watchers, who wait for its answer together; what it does not say soon stays unknown.
func (a *about) namesBefore(ctx context.Context) (names namesBefore, known bool) {
	if len(a.earlier) == 0 {
		return namesBefore{}, true
	}
	a.ask.Do(func() {
		a.asked = make(chan struct{})
		go a.askEarlier(telemetry.Untraced(context.WithoutCancel(ctx))) // it is for more than the first who waits
	})
	select {
	case <-a.asked:
		return a.namesAsked, a.known
	case <-ctx.Done():
		return namesBefore{}, false
	}
}

// askEarlier asks for the revisions, in the gateway's own name: the answer is for whoever
// watches.
func (a *about) askEarlier(ctx context.Context) {
	defer close(a.asked)
	ctx, cancel := context.WithTimeout(auth.AsOwn(ctx), askPatience)
	defer cancel()
	found := namesBefore{public: map[string]bool{}, hidden: map[string]bool{}}
	for _, ask := range a.earlier {
		fact, err := ask(ctx)
		if err != nil {
			return
		}
		if isHidden(fact) {
			collect(fact.ProtoReflect(), found.hidden)
		} else {
			collect(fact.ProtoReflect(), found.public)
		}
	}
	a.namesAsked, a.known = found, true
}

// transaction remembers what the facts of one transaction are about, so that the
// corrections in it, which come after, are about the same.
type transaction struct {
	at    int64
	facts map[string]*about
}

// tell works out what a change is about.
func (t *transaction) tell(answer *gatewayv1.WatchResponse, before func(name, id string) revision) *about {
	message, micros := inner(answer)
	if t.facts == nil || t.at != micros {
		t.at, t.facts = micros, map[string]*about{}
	}
	name := text(message, "name")
	which := message.WhichOneof(message.Descriptor().Oneofs().ByName("resource"))
	if which == nil || typeOf(message) == erased {
		return unknown() // the name is all that is left
	}
	resource := message.Get(which).Message()
	switch which.Name() {
	case "document", "document_version", "metric":
		return fixed(map[string]bool{top(name): true})
	case "entity":
		names := map[string]bool{name: true}
		if merged := text(resource, "redirect_to"); merged != "" {
			names[merged] = true
		}
		return fixed(names)
	case "statement", "figure":
		out := &about{
			names:  sync.OnceValues(func() (map[string]bool, bool) { return references(resource), true }),
			hidden: isRestricted(message),
		}
		if id, err := strconv.Atoi(text(resource, "revision_id")); err == nil && id > 1 && revises(typeOf(message)) {
			out.earlier = []revision{before(name, strconv.Itoa(id-1))}
		}
		t.facts[name] = out
		return out
	case "correction":
		return t.ofSubject(resource, text(resource, "subject"), before)
	case "review":
		return t.ofSubject(resource, top(name), before)
	default:
		return &about{names: sync.OnceValues(func() (map[string]bool, bool) { return references(resource), true })}
	}
}

// revises reports whether a change is another revision that stands.
func revises(kind string) bool { return kind == updated || kind == restricted }

// ofSubject is what stands on a fact: about the same. Where the fact changed before the
// watch began, or in another transaction, the revisions that it names say what that is;
// if it names none, it is unknown.
func (t *transaction) ofSubject(resource protoreflect.Message, subject string, before func(name, id string) revision) *about {
	kind, _, _ := strings.Cut(subject, "/")
	own := sync.OnceValues(func() (map[string]bool, bool) { return references(resource), true })
	if kind != "statements" && kind != "figures" {
		return &about{names: own}
	}
	if fact, ok := t.facts[subject]; ok {
		return &about{names: fact.names, hidden: fact.hidden, earlier: fact.earlier}
	}
	var revisions []revision
	for _, field := range []protoreflect.Name{"new_revision", "previous_revision", "statement_revision"} {
		if id := text(resource, field); id != "" {
			revisions = append(revisions, before(subject, id))
		}
	}
	if revisions == nil {
		return unknown()
	}
	return &about{names: own, earlier: revisions}
}

func fixed(names map[string]bool) *about {
	return &about{names: func() (map[string]bool, bool) { return names, true }}
}

func unknown() *about {
	return &about{names: func() (map[string]bool, bool) { return nil, false }}
}

// references collects the documents, entities and metrics that a message refers
// to in the fields that are declared to hold names.
func references(message protoreflect.Message) map[string]bool {
	names := map[string]bool{}
	collect(message, names)
	return names
}

func collect(message protoreflect.Message, names map[string]bool) {
	message.Range(func(field protoreflect.FieldDescriptor, value protoreflect.Value) bool {
		switch {
		case field.IsMap():
		case field.IsList():
			for i := range value.List().Len() {
				collectValue(field, value.List().Get(i), names)
			}
		default:
			collectValue(field, value, names)
		}
		return true
	})
}

func collectValue(field protoreflect.FieldDescriptor, value protoreflect.Value, names map[string]bool) {
	switch {
	case field.Message() != nil:
		collect(value.Message(), names)
	case field.Kind() == protoreflect.StringKind && proto.HasExtension(field.Options(), annotations.E_ResourceReference):
		name := top(value.String())
		if kind, _, _ := strings.Cut(name, "/"); kind == "documents" || kind == "entities" || kind == "metrics" {
			names[name] = true
		}
	}
}

// top is the resource at the root of a name: "documents/d" of
// "documents/d/versions/1".
func top(name string) string {
	parts := strings.SplitN(name, "/", 3)
	if len(parts) < 3 {
		return name
	}
	return parts[0] + "/" + parts[1]
}
