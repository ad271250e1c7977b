package rest

import (
	"strconv"

	"github.com/onrecord/onrecord/services/platform/errs"
)

// bodyPath leads to a field of a body, or to an item in it. It is written out only for a
// fault: a batch has tens of thousands of fields, and nearly none is at fault.
type bodyPath struct {
	outer *bodyPath
	by    stepKind
	// name is that of a field or a key, item the number of an item.
	name string
	item int
}

// stepKind is how a path leads on.
type stepKind int

const (
	byField stepKind = iota
	byKey
	byItem
)

// root is the path to where a body begins in the request.
func root(prefix string) *bodyPath { return &bodyPath{name: prefix} }

// String writes a path as "figures[2].dimensions[AREA]".
func (p *bodyPath) String() string {
	switch {
	case p.outer == nil:
		return p.name
	case p.by == byKey:
		return p.outer.String() + "[" + p.name + "]"
	case p.by == byItem:
		return p.outer.String() + "[" + strconv.Itoa(p.item) + "]"
	default:
		return errs.JoinPath(p.outer.String(), p.name)
	}
}
