package server_test

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// newsroom is what one run of the property has made. Its names are its own, so
// that many runs can share a store.
type newsroom struct {
	*service
	t    *rapid.T
	base testing.TB
	id   string // of the run

	docs, people, facts []string // ids
	checks              []string // names of reviews
	swaps, entityMerges []string // what may be undone: re-attributions, merges of people
	// noted is what was read at some times.
	noted []note
	// start is the token before the run.
	start string
	// readers is the service as readers reach it, where documents are under embargo at
	// times; else nil.
	readers *service
}

// note is what the record said at a time.
type note struct {
	at    *timestamppb.Timestamp
	facts []string // ids of the statements then
	read  []byte
	// public is what readers read.
	public []proto.Message
}

// quotes are what people say in the documents. Each has the word "stands".
var quotes = []string{"The wall stands.", "Our offer stands: ten percent.", "It stands, I said."}

// quotesOf are the sentences of a document, in which every quote stands once.
func quotesOf(opening string) string {
	text := opening
	for i, quote := range quotes {
		text += fmt.Sprintf("On day %d somebody in the hall told them: \"%s\" Nobody there laughed at number %d.\n", i, quote, i)
	}
	return text
}

var runs atomic.Int64

// openNewsroom starts a run with two documents, three people and some statements.
func openNewsroom(s, readers *service, base testing.TB, t *rapid.T) *newsroom {
	n := &newsroom{service: s, readers: readers, t: t, base: base, id: fmt.Sprint("n", runs.Add(1))}
	_, beat := until(base, s.watch(base, &statementsv1.WatchRequest{}))
	n.start = beat.GetResumeToken()
	for range 3 {
		n.newEntity()
	}
	for range 2 {
		n.newDocument()
	}
	for range 4 {
		n.newStatement()
	}
	return n
}

// name makes an id that only this run has.
func (n *newsroom) name(kind string, count int) string {
	return fmt.Sprintf("%s-%s%d", n.id, kind, count)
}

// one draws one of what there is.
func (n *newsroom) one(what string, of []string) string {
	return rapid.SampledFrom(of).Draw(n.t, what)
}

// steps are what editors do. What takes others to be there comes more than once,
// and what only fills the record last: rapid draws the first more often.
func (n *newsroom) steps() []func() {
	once := []func(){
		n.merge, n.correct, n.reattribute, n.mergeEntity, n.race, n.unmerge, n.rollback, n.undoReattribution, n.unmergeEntity,
		n.update, n.newVersion, n.writeReview, n.retract, n.note, n.newStatement, n.newEntity,
	}
	return append(once, once[:12]...)
}

// Whatever editors do, at once and in any order, the record stays whole.
func TestTheRecordStaysWhole(t *testing.T) {
	onEngines(t, func(t *testing.T, s *service) {
		rapid.Check(t, func(rt *rapid.T) {
			// A run is long, and longer on a server: of the runs drawn most rest. More of
			// them: -rapid.checks=1000.
			rests := 3
			if onServer := s.dir == ""; onServer {
				rests = 15
			}
			if rapid.IntRange(0, rests).Draw(rt, "rest") > 0 {
				return
			}
			n := openNewsroom(s, nil, t, rt)
			steps := n.steps()
			for _, step := range rapid.SliceOfN(rapid.IntRange(0, len(steps)-1), 5, 40).Draw(rt, "steps") {
				steps[step]()
			}
			n.check()
		})
	})
}

// note keeps what the record says now.
func (n *newsroom) note() {
	at := n.settled()
	n.noted = append(n.noted, note{at: at, facts: slices.Clone(n.facts), read: n.readAll(n.facts, at)})
}

// newEntity puts a person on record.
func (n *newsroom) newEntity() {
	id := n.name("e", len(n.people))
	n.entity(n.base, id)
	n.people = append(n.people, id)
}

// newDocument puts a document on record.
func (n *newsroom) newDocument() {
	id := n.name("d", len(n.docs))
	document := newDocument()
	document.Uri = "https://example.org/" + id
	if n.readers != nil && rapid.IntRange(0, 2).Draw(n.t, "embargo") > 0 {
		document.EmbargoEndTime = timestamppb.New(time.Now().Add(time.Hour))
	}
	_, err := n.documents.CreateDocument(n.base.Context(), &statementsv1.CreateDocumentRequest{
		Document: document, DocumentId: id,
		InitialVersion: &statementsv1.DocumentVersion{Text: quotesOf("The first edition of " + id + ".\n"), PublishTime: period("2023-11-18")},
	})
	must.OK(n.t, err)
	n.docs = append(n.docs, id)
}

// newVersion prints a document anew: with words before, without a passage, with
// one twice, or with other words in it.
func (n *newsroom) newVersion() {
	id := n.one("printed anew", n.docs)
	text := quotesOf(fmt.Sprintf("Edition %d of %s.\n", len(n.noted)+len(n.facts), id))
	quote := n.one("passage", quotes)
	switch rapid.IntRange(0, 3).Draw(n.t, "edition") {
	case 1:
		text += quote
	case 2:
		text = strings.Replace(text, quote, "Nothing stands here now.", 1)
	case 3:
		text = quotesOf("") + text
	}
	_, err := n.documents.CreateDocumentVersion(n.base.Context(), &statementsv1.CreateDocumentVersionRequest{
		Parent: "documents/" + id, DocumentVersion: &statementsv1.DocumentVersion{Text: text, PublishTime: period("2023-11-19")},
	})
	n.allowed(err, "VERSION_EXISTS", "RETRACTED")
}

// newStatement quotes somebody.
func (n *newsroom) newStatement() {
	id := n.name("s", len(n.facts))
	document := n.one("document", n.docs)
	in := &statementsv1.Statement{
		DocumentVersion: "documents/" + document + "/versions/1", StatementType: statementsv1.Statement_DIRECT,
		Contents:      []*typev1.TextSpan{n.span(document, n.one("quote", quotes[:2]))},
		Speakers:      []*statementsv1.Speaker{{Entity: "entities/" + n.one("speaker", n.people[:2])}},
		StatementTime: period(rapid.SampledFrom([]string{"2020", "2021-05", "2023-11-17"}).Draw(n.t, "said")),
	}
	if rapid.IntRange(0, 3).Draw(n.t, "inside another") == 0 && len(n.facts) > 0 {
		in.ParentStatement = "statements/" + n.one("parent", n.facts)
	}
	_, err := n.statements.CreateStatement(n.base.Context(), &statementsv1.CreateStatementRequest{Statement: in, StatementId: id})
	n.allowed(err, "REFERENCE_NOT_FOUND", "PARENT_IN_OTHER_VERSION", "PARENT_TOO_DEEP", "INVALID_REQUEST")
	if err == nil {
		n.facts = append(n.facts, id)
	}
}

func (n *newsroom) drawEntity(what string) string { return "entities/" + n.one(what, n.people) }

func (n *newsroom) drawStatement(what string) string { return "statements/" + n.one(what, n.facts) }

// drawLikely draws a statement, three times of four one of those that fit, so that
// steps do more than be refused.
func (n *newsroom) drawLikely(what string, fits func(*statementsv1.Statement) bool) string {
	var likely []string
	for _, id := range n.facts {
		if fits(n.read("statements/" + id)) {
			likely = append(likely, id)
		}
	}
	if len(likely) == 0 || rapid.IntRange(0, 3).Draw(n.t, "any") == 0 {
		return n.drawStatement(what)
	}
	return "statements/" + n.one(what, likely)
}
