package errs

import (
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// Violations collects field violations so that a caller learns all of them at
// once. The zero value is ready to use; it is not safe for concurrent use.
type Violations struct {
	list     []Violation
	metadata map[string]string // of the error that the first violation came with
	other    error
}

// Add records one violation.
func (v *Violations) Add(field, reason, format string, args ...any) {
	v.list = append(v.list, Violation{Field: field, Description: fmt.Sprintf(format, args...), Reason: reason})
}

// AddErr records an error found while checking a field. The violations of an
// InvalidArgument error are taken over with field put before their paths; any
// other error is no statement about the field and is what Err then returns. A
// nil error is ignored.
func (v *Violations) AddErr(field string, err error) {
	if err == nil {
		return
	}
	var e *Error
	if !errors.As(err, &e) || e.Kind != InvalidArgument {
		if v.other == nil {
			v.other = err
		}
		return
	}
	if len(v.list) == 0 {
		v.metadata = e.Metadata
	}
	if len(e.Violations) == 0 {
		v.list = append(v.list, Violation{Field: field, Description: e.Message, Reason: e.Reason})
	}
	for _, inner := range e.Violations {
		inner.Field = JoinPath(field, inner.Field)
		v.list = append(v.list, inner)
	}
}

// JoinPath joins two field paths: JoinPath("statement", "spans[0]") is
// "statement.spans[0]", JoinPath("names", "[2].text") is "names[2].text".
func JoinPath(outer, inner string) string {
	switch {
	case outer == "":
		return inner
	case inner == "":
		return outer
	case strings.HasPrefix(inner, "["):
		return outer + inner
	default:
		return outer + "." + inner
	}
}

// Index names an element of a list: Index("spans", 0) is "spans[0]".
func Index(field string, i int) string { return field + "[" + strconv.Itoa(i) + "]" }

// Join returns one error with the violations of all; one that is not about the
// request comes first. Nil errors are ignored.
func Join(list ...error) error {
	var v Violations
	for _, err := range list {
		v.AddErr("", err)
	}
	return v.Err()
}

// ViolationsOf returns the violations of an error, none if it is not about a request.
func ViolationsOf(err error) []Violation {
	var v Violations
	v.AddErr("", err)
	return v.list
}

// FirstViolation returns the first violation of an error; of one that is not about a
// request one that names no field.
func FirstViolation(err error) *Violation {
	if all := ViolationsOf(err); len(all) > 0 {
		return &all[0]
	}
	return &Violation{Reason: ReasonOf(err), Description: err.Error()}
}

// Len returns the number of violations so far.
func (v *Violations) Len() int { return len(v.list) }

// Err returns nil when nothing was recorded, else an InvalidArgument *Error
// with every violation. Its reason is that of the violations when they agree,
// else INVALID_REQUEST. Metadata that AddErr met are kept of one violation alone: of
// several nothing says which one they explain.
func (v *Violations) Err() error {
	if v.other != nil {
		return v.other
	}
	if len(v.list) == 0 {
		return nil
	}
	reason := v.list[0].Reason
	for _, violation := range v.list {
		if violation.Reason != reason {
			reason = table[InvalidArgument].reason
			break
		}
	}
	refused := invalid(reason, v.list...)
	if len(v.list) == 1 {
		refused.Metadata = maps.Clone(v.metadata)
	}
	return refused
}
