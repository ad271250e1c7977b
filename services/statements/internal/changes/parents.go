package changes

import (
	"slices"

	"github.com/onrecord/onrecord/services/platform/errs"
	"github.com/onrecord/onrecord/services/statements/internal/domain"
	"github.com/onrecord/onrecord/services/statements/internal/store"
)

// parents checks in which statements those of a batch are reported.
type parents struct {
	w       store.Writer
	present map[string]domain.Statement // some of those on record, by id
	batch   map[string]Statement        // by name
	depth   map[string]int              // known levels, by name
}

// check checks one statement of the batch.
func (p *parents) check(statement Statement, faults *errs.Violations) error {
	if statement.Parent == "" {
		return nil
	}
	field := errs.JoinPath(statement.Path, "parent_statement")
	parent, fault, err := p.find(statement.Parent)
	switch {
	case err != nil:
		return err
	case fault != "":
		faults.Add(field, ReferenceNotFound, "%s %s", statement.Parent, fault)
		return nil
	case parent.VersionName() != statement.VersionName():
		faults.Add(field, "PARENT_IN_OTHER_VERSION", "%s lies in %s, this statement in %s",
			statement.Parent, parent.VersionName(), statement.VersionName())
		return nil
	}
	depth, err := p.level(statement.Statement)
	switch {
	case err != nil:
		return err
	case depth == endless:
		faults.Add(field, "PARENT_CYCLE", "a statement cannot be reported in itself")
	case depth > domain.MaxDepth:
		faults.Add(field, "PARENT_TOO_DEEP", "statements may be reported in each other at most %d levels deep", domain.MaxDepth)
	}
	return nil
}

// endless is the level of a statement in a cycle.
const endless = -1

// level counts the statement and those it is reported in.
func (p *parents) level(statement domain.Statement) (int, error) {
	seen := map[string]bool{}
	var path []string // from the statement up to where the level is known
	levels := 0
	for current := statement; ; {
		if known, ok := p.depth[current.Name()]; ok {
			levels = known
			break
		}
		if seen[current.Name()] {
			return endless, nil
		}
		seen[current.Name()] = true
		path = append(path, current.Name())
		if current.Parent == "" {
			break
		}
		parent, fault, err := p.find(current.Parent)
		if err != nil {
			return 0, err
		}
		if fault != "" {
			break // reported where that statement is checked
		}
		current = parent
	}
	for _, below := range slices.Backward(path) {
		levels++
		p.depth[below] = levels
	}
	return levels, nil
}

// find finds a statement in the batch or on record; fault says why it cannot be
// a parent.
func (p *parents) find(name string) (parent domain.Statement, fault string, err error) {
	if statement, ok := p.batch[name]; ok {
		return statement.Statement, "", nil
	}
	parent, found := p.present[domain.LastID(name)]
	if !found {
		parent, found, err = p.w.Statement(domain.LastID(name), store.Newest)
	}
	return parent, linkFault(parent.Record, found), err
}
