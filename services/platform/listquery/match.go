package listquery

import (
	"cmp"
	"strings"

	"github.com/onrecord/onrecord/services/platform/recordtime"
)

// Verdict is what is known of whether a filter matches.
type Verdict int

// The verdicts. Maybe is that of a filter on a field whose value is not known.
const (
	No Verdict = iota
	Maybe
	Yes
)

// Operand is the value of a field of one resource, for Match. Which member
// counts follows from the kind of the field, as in Value.
type Operand struct {
	// Unknown says that the value is not known; Set that the field has one.
	Unknown, Set bool
	Text         string
	Int          int64
	Bool         bool
	Time         recordtime.Time
	// End is the end of a Period, exclusive.
	End  recordtime.Time
	Map  map[string]string
	List []string
}

// Match evaluates a filter as the condition of SQL does: a nil filter matches. value returns the operand of a field.
func Match(expr Expr, value func(field string) Operand) Verdict {
	switch e := expr.(type) {
	case And:
		return min(Match(e.Left, value), Match(e.Right, value))
	case Or:
		return max(Match(e.Left, value), Match(e.Right, value))
	case Not:
		return Yes - Match(e.Operand, value)
	case Compare:
		operand := value(e.Field)
		switch {
		case operand.Unknown:
			return Maybe
		case e.matches(operand):
			return Yes
		default:
			return No
		}
	default:
		return Yes
	}
}

// matches compares a field whose value is known.
func (c Compare) matches(o Operand) bool {
	switch {
	case c.Kind == StringMap:
		return c.matchesMap(o)
	case c.Kind == StringList:
		return c.matchesList(o)
	case c.Kind == Period:
		return c.matchesPeriod(o)
	case c.Op == OpSet:
		return o.Set
	case !o.Set:
		return false
	}
	switch c.Kind {
	case Int:
		return c.ordered(cmp.Compare(o.Int, c.Value.Int))
	case Bool:
		return (o.Bool == c.Value.Bool) == (c.Op == OpEq)
	case Time:
		return c.ordered(cmp.Compare(o.Time, c.Value.Time))
	default:
		if c.Op == OpHas {
			// As in SQL: the empty text is in none.
			return c.Value.Text != "" && strings.Contains(o.Text, c.Value.Text)
		}
		return c.ordered(strings.Compare(o.Text, c.Value.Text))
	}
}

func (c Compare) ordered(order int) bool {
	switch c.Op {
	case OpEq:
		return order == 0
	case OpNe:
		return order != 0
	case OpLt:
		return order < 0
	case OpLe:
		return order <= 0
	case OpGt:
		return order > 0
	default:
		return order >= 0
	}
}

func (c Compare) matchesMap(o Operand) bool {
	code, has := o.Map[c.Key]
	switch {
	case c.Op == OpSet && c.Key == "":
		return len(o.Map) > 0
	case c.Op == OpSet:
		return has
	case c.Op == OpNe:
		return has && code != c.Value.Text
	default:
		return has && code == c.Value.Text
	}
}

func (c Compare) matchesList(o Operand) bool {
	has := false
	for _, text := range o.List {
		has = has || text == c.Value.Text
	}
	switch c.Op {
	case OpSet:
		return len(o.List) > 0
	case OpNe:
		return len(o.List) > 0 && !has
	default:
		return has
	}
}

// matchesPeriod compares as the package comment says.
func (c Compare) matchesPeriod(o Operand) bool {
	if c.Op == OpSet || !o.Set {
		return o.Set
	}
	start, end := c.Value.Time, c.Value.End
	switch c.Op {
	case OpLt:
		return o.End <= start
	case OpGe:
		return o.End > start
	case OpGt:
		return o.Time >= end
	case OpLe:
		return o.Time < end
	case OpNe:
		return o.End <= start || o.Time >= end
	default:
		return o.Time < end && o.End > start
	}
}
