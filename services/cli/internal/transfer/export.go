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
	// gone is why a resource cannot be in the file.
	gone map[key]string
	// statements is how many were written.
	statements int
	leftOut    LeftOut
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
			others, err := e.one(ctx, one)
			if err != nil {
				return err
			}
			waiting = append(waiting, others...)
		}
	}
	return nil
}

// parents are a statement and those in which it is reported and that are not
// written, the innermost first.
func (e *Export) parents(ctx context.Context, statement *statementsv1.Statement) ([]*statementsv1.Statement, error) {
	chain := []*statementsv1.Statement{statement}
	for name := statement.GetParentStatement(); name != "" && !e.written[keyOf(name)]; {
		parent := &statementsv1.Statement{}
		why, err := e.standing(ctx, name, parent)
		if err != nil {
			return nil, err
		}
		if why != "" {
			break
		}
		e.first(name)
		chain = append(chain, parent)
		name = parent.GetParentStatement()
	}
	return chain, nil
}

// one writes a statement after its documents and entities, without what is gone.
// It answers the statements that this one names and that are not written.
func (e *Export) one(ctx context.Context, statement *statementsv1.Statement) ([]*statementsv1.Statement, error) {
	name := statement.GetName()
	why, err := e.document(ctx, statement.GetDocumentVersion())
	if err != nil {
		return nil, err
	}
	if why != "" {
		e.isGone(name, why)
		e.leave(name, "all of it, which stands on", statement.GetDocumentVersion(), why)
		return nil, nil
	}
	if err := e.references(ctx, statement); err != nil {
		return nil, err
	}
	others, err := e.linked(ctx, statement)
	if err != nil {
		return nil, err
	}
	e.statements++
	return others, e.To.Write(statement)
}

// document writes the document of a version, with all its versions: they are
// numbered as they come. why says why it cannot; "" if it can.
func (e *Export) document(ctx context.Context, version string) (why string, err error) {
	name := interchange.DocumentOf(version)
	if name == "" || e.gone[keyOf(name)] != "" || !e.first(name) {
		return e.gone[keyOf(name)], nil
	}
	document := &statementsv1.Document{}
	if why, err = e.standing(ctx, name, document); err != nil || why != "" {
		return why, err
	}
	if err := e.To.Write(document); err != nil {
		return "", err
	}
	for number := 1; number <= numberOf(document.GetLatestVersion()); number++ {
		version := &statementsv1.DocumentVersion{}
		if err := e.get(ctx, name+"/versions/"+strconv.Itoa(number), version); err != nil {
			return "", err
		}
		if err := e.To.Write(version); err != nil {
			return "", err
		}
	}
	return "", nil
}

// entity writes an entity after the organizations that it is a member of and the
// entity that it was merged into. why says why it cannot; "" if it can.
func (e *Export) entity(ctx context.Context, name string) (why string, err error) {
	if name == "" || e.gone[keyOf(name)] != "" || !e.first(name) {
		return e.gone[keyOf(name)], nil
	}
	entity := &statementsv1.Entity{}
	if why, err = e.standing(ctx, name, entity); err != nil || why != "" {
		return why, err
	}
	var memberships []*statementsv1.Membership
	for _, membership := range entity.GetMemberships() {
		why, err := e.entity(ctx, membership.GetOrganization())
		switch {
		case err != nil:
			return "", err
		case why != "":
			e.leave(name, "membership in", membership.GetOrganization(), why)
		default:
			memberships = append(memberships, membership)
		}
	}
	entity.Memberships = memberships
	why, err = e.entity(ctx, entity.GetRedirectTo())
	if err != nil {
		return "", err
	}
	if why != "" {
		e.leave(name, "merge into", entity.GetRedirectTo(), why)
		entity.RedirectTo = ""
	}
	return "", e.To.Write(entity)
}
