package listquery

import (
	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Expr is a parsed filter: And, Or, Not or Compare. A nil Expr is the empty
// filter and matches everything.
type Expr interface{ isExpr() }

// And matches what both sides match.
type And struct{ Left, Right Expr }

// Or matches what either side matches.
type Or struct{ Left, Right Expr }

// Not matches what its operand does not match.
type Not struct{ Operand Expr }

// Compare is one comparison of a field with a value.
type Compare struct {
	// Field is the name of a field of the schema, Kind its kind.
	Field string
	Kind  Kind
	// Key is the key of a StringMap, else "".
	Key string
	Op  Op
	// Value has the type that Kind asks for; it is empty for OpSet.
	Value Value
}

func (And) isExpr()     {}
func (Or) isExpr()      {}
func (Not) isExpr()     {}
func (Compare) isExpr() {}

// Value is what a field is compared with. Which member counts follows from the
// kind of the comparison.
type Value struct {
	// Text is the value of a String, StringMap, StringList or Enum, and the
	// sort key (decimal.SortKey) of a Decimal.
	Text string
	// Int is the value of an Int.
	Int int64
	// Bool is the value of a Bool.
	Bool bool
	// Time is the value of a Time, and the start of a Period.
	Time recordtime.Time
	// End is the end of a Period, exclusive.
	End recordtime.Time
}

// Walk calls visit for every comparison of a filter, from left to right.
func Walk(expr Expr, visit func(Compare)) {
	switch e := expr.(type) {
	case And:
		Walk(e.Left, visit)
		Walk(e.Right, visit)
	case Or:
		Walk(e.Left, visit)
		Walk(e.Right, visit)
	case Not:
		Walk(e.Operand, visit)
	case Compare:
		visit(e)
	}
}
