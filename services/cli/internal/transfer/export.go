package transfer

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"google.golang.org/protobuf/proto"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// exportPage is how many statements are read at a time.
const exportPage = 500

// Export writes statements and all that they refer to.
type Export struct {
	// Server has them.
	Server Server
	// To takes them. What something refers to comes before it, but for links and
	// memberships that go round in a circle.
	To interchange.Writer
	// Filter and ShowDeprecated are those of ListStatements.
	Filter         string
	ShowDeprecated bool
	// ReadTime is the time as of which everything is read, in RFC 3339.
	ReadTime string
	// PageToken is where to go on; "" at the start.
	PageToken string
	// Page is told after every page what to go on with, and how many statements
	// were written. It may be nil.
	Page func(token string, statements int) error

	written map[key]bool
	// statements is how many were written.
	statements int
}

// key stands for a name, so that many fit into memory.
type key [16]byte

func keyOf(name string) key {
	sum := sha256.Sum256([]byte(name))
	return key(sum[:16])
}

// Written says that a resource is in the file already, since an export goes on.
func (e *Export) Written(name string) { e.first(name) }

// first says that a name comes for the first time.
func (e *Export) first(name string) bool {
	if e.written == nil {
		e.written = map[key]bool{}
	}
	if e.written[keyOf(name)] {
		return false
	}
	e.written[keyOf(name)] = true
	return true
}

// Run writes the statements that match, the oldest on record first.
func (e *Export) Run(ctx context.Context) error {
	for {
		query := url.Values{"page_size": {strconv.Itoa(exportPage)}, "order_by": {"create_time"}, "read_time": {e.ReadTime}}
		for name, value := range map[string]string{"filter": e.Filter, "page_token": e.PageToken} {
			if value != "" {
				query.Set(name, value)
			}
		}
		if e.ShowDeprecated {
			query.Set("show_deprecated", "true")
		}
		page := &statementsv1.ListStatementsResponse{}
		if err := e.read(ctx, "statements", query, page); err != nil {
			return err
		}
		for _, statement := range page.GetStatements() {
			if err := e.statement(ctx, statement); err != nil {
				return err
			}
		}
		e.PageToken = page.GetNextPageToken()
		if e.PageToken == "" {
			return e.To.Flush()
		}
		if e.Page == nil {
			continue
		}
		if err := e.To.Flush(); err != nil {
			return err
		}
		if err := e.Page(e.PageToken, e.statements); err != nil {
			return err
		}
	}
}

// Statements is how many statements were written.
func (e *Export) Statements() int { return e.statements }

// read asks for the record as it stood at ReadTime.
func (e *Export) read(ctx context.Context, path string, query url.Values, into proto.Message) error {
	answer, err := e.Server.Call(ctx, http.MethodGet, path, query, nil)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return unmarshal(answer, into)
}

// get is read of one resource, also of a retracted one that something still
// refers to.
func (e *Export) get(ctx context.Context, name string, into proto.Message) error {
	query := url.Values{"read_time": {e.ReadTime}}
	if _, version := into.(*statementsv1.DocumentVersion); !version {
		query.Set("show_deleted", "true")
	}
	return e.read(ctx, name, query, into)
}

// statement writes a statement after what it refers to, and then the statements
// that it is linked with. Those wait in a list, since links go round in circles.
func (e *Export) statement(ctx context.Context, statement *statementsv1.Statement) error {
	waiting := []*statementsv1.Statement{statement}
	for len(waiting) > 0 {
		next := waiting[0]
		waiting = waiting[1:]
		if !e.first(next.GetName()) {
			continue
		}
		chain, err := e.parents(ctx, next)
		if err != nil {
			return err
		}
		for _, one := range slices.Backward(chain) {
			if err := e.one(ctx, one); err != nil {
				return err
			}
			others, err := e.linked(ctx, one)
			if err != nil {
				return err
			}
			waiting = append(waiting, others...)
		}
	}
	return nil
}

// linked reads the statements that a statement names, but for its parent, and
// that are not written. What was retracted stays away.
func (e *Export) linked(ctx context.Context, statement *statementsv1.Statement) ([]*statementsv1.Statement, error) {
	var others []*statementsv1.Statement
	for _, name := range linkedNames(statement) {
		if e.written[keyOf(name)] {
			continue
		}
		other := &statementsv1.Statement{}
		if err := e.get(ctx, name, other); err != nil {
			return nil, err
		}
		if other.GetDeleteTime() == nil {
			others = append(others, other)
		}
	}
	return others, nil
}

func linkedNames(statement *statementsv1.Statement) []string {
	var names []string
	for _, link := range statement.GetLinks() {
		names = append(names, link.GetStatement())
	}
	for _, appearance := range statement.GetAppearances() {
		names = append(names, appearance.GetStatement())
	}
	if statement.GetRedirectTo() != "" {
		names = append(names, statement.GetRedirectTo())
	}
	return names
}

// parents are a statement and those in which it is reported and that are not
// written, the innermost first.
func (e *Export) parents(ctx context.Context, statement *statementsv1.Statement) ([]*statementsv1.Statement, error) {
	chain := []*statementsv1.Statement{statement}
	for name := statement.GetParentStatement(); name != "" && e.first(name); {
		parent := &statementsv1.Statement{}
		if err := e.get(ctx, name, parent); err != nil {
			return nil, err
		}
		chain = append(chain, parent)
		name = parent.GetParentStatement()
	}
	return chain, nil
}

// one writes a statement after its documents and entities.
func (e *Export) one(ctx context.Context, statement *statementsv1.Statement) error {
	versions := []string{statement.GetDocumentVersion()}
	for _, reference := range statement.GetReferences() {
		versions = append(versions, reference.GetDocumentVersion())
	}
	for _, version := range versions {
		if err := e.document(ctx, version); err != nil {
			return err
		}
	}
	for _, entity := range entitiesOf(statement) {
		if err := e.entity(ctx, entity); err != nil {
			return err
		}
	}
	e.statements++
	return e.To.Write(statement)
}

// entitiesOf are the names of all entities of a statement.
func entitiesOf(statement *statementsv1.Statement) []string {
	names := slices.Concat(statement.GetAudience(), statement.GetTopics(), []string{statement.GetEvent(), statement.GetLocation()})
	for _, speaker := range statement.GetSpeakers() {
		names = append(names, speaker.GetEntity(), speaker.GetAffiliation())
		for _, candidate := range speaker.GetCandidates() {
			names = append(names, candidate.GetEntity())
		}
	}
	for _, value := range statement.GetQualifiers() {
		names = append(names, value.GetEntity())
	}
	return names
}

// document writes the document of a version, with all its versions: they are
// numbered as they come.
func (e *Export) document(ctx context.Context, version string) error {
	name := interchange.DocumentOf(version)
	if name == "" || !e.first(name) {
		return nil
	}
	document := &statementsv1.Document{}
	if err := e.get(ctx, name, document); err != nil {
		return err
	}
	if err := e.To.Write(document); err != nil {
		return err
	}
	for number := 1; number <= numberOf(document.GetLatestVersion()); number++ {
		version := &statementsv1.DocumentVersion{}
		if err := e.get(ctx, name+"/versions/"+strconv.Itoa(number), version); err != nil {
			return err
		}
		if err := e.To.Write(version); err != nil {
			return err
		}
	}
	return nil
}

// entity writes an entity after the organizations that it is a member of.
func (e *Export) entity(ctx context.Context, name string) error {
	if name == "" || !e.first(name) {
		return nil
	}
	entity := &statementsv1.Entity{}
	if err := e.get(ctx, name, entity); err != nil {
		return err
	}
	for _, membership := range entity.GetMemberships() {
		if err := e.entity(ctx, membership.GetOrganization()); err != nil {
			return err
		}
	}
	return e.To.Write(entity)
}
