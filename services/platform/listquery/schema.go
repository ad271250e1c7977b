package listquery

import (
	"slices"
	"strings"
)

// The limits of a filter and an order_by, stated in the protos.
const (
	// MaxFilterLength is in code points.
	MaxFilterLength = 4096
	// MaxComparisons counts the operators of a filter.
	MaxComparisons = 50
	// MaxDepth is how deep parentheses may be nested.
	MaxDepth = 16
	// MaxOrderFields is the number of fields in an order_by.
	MaxOrderFields = 5
)

// Kind is the type of a field as filters see it.
type Kind int

// The kinds; the package comment says which values and operators each takes.
const (
	String Kind = iota + 1
	Int
	Bool
	Enum
	Decimal
	Time
	Period
	StringMap
	StringList
)

// Op is a comparison operator.
type Op string

// The operators. OpSet is written field:*.
const (
	OpEq  Op = "="
	OpNe  Op = "!="
	OpLt  Op = "<"
	OpLe  Op = "<="
	OpGt  Op = ">"
	OpGe  Op = ">="
	OpHas Op = ":"
	OpSet Op = ":*"
)

// Field is one field that a method offers.
type Field struct {
	// Name is the path of proto field names, for example "normalized.value".
	Name string
	// Kind is the type of the field; 0 offers it to order_by only.
	Kind Kind
	// Ops narrows the operators of the kind; nil means all of them.
	Ops []Op
	// Enum lists the value names of an Enum, in the order to show them.
	Enum []string
	// Normalize checks and rewrites the text a String, StringMap or StringList
	// is compared with: a resource name to the id that is stored, for example.
	// Its error is shown to the caller. Nil takes the text as it is.
	Normalize func(text string) (string, error)
	// Sortable offers the field to order_by. What it is ordered by must never
	// be NULL (see Column.Sort).
	Sortable bool
}

// Schema is what the List method of a resource offers.
type Schema struct {
	Fields []Field
	// ID is the sortable field that makes every order total, usually "name" or
	// the id. It need not be in Fields.
	ID string
	// DefaultOrder is the order_by of a request without one; "" means by ID.
	DefaultOrder string
}

func (s Schema) field(name string) (Field, bool) {
	i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.Name == name })
	if i < 0 {
		return Field{}, false
	}
	return s.Fields[i], true
}

// filterable and sortable list the names to show in an error.
func (s Schema) filterable() string {
	return s.names(func(f Field) bool { return f.Kind != 0 })
}

func (s Schema) sortable() string {
	names := s.names(func(f Field) bool { return f.Sortable })
	if f, ok := s.field(s.ID); ok && f.Sortable {
		return names
	}
	if s.ID == "" {
		return names
	}
	return strings.TrimPrefix(names+", "+s.ID, ", ")
}

func (s Schema) names(offered func(Field) bool) string {
	var names []string
	for _, f := range s.Fields {
		if offered(f) {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}

// kindOps are the operators of each kind besides OpSet, which all have.
var kindOps = map[Kind][]Op{
	String:     {OpEq, OpNe, OpHas},
	Int:        {OpEq, OpNe, OpLt, OpLe, OpGt, OpGe},
	Bool:       {OpEq, OpNe},
	Enum:       {OpEq, OpNe},
	Decimal:    {OpEq, OpNe, OpLt, OpLe, OpGt, OpGe},
	Time:       {OpEq, OpNe, OpLt, OpLe, OpGt, OpGe},
	Period:     {OpEq, OpNe, OpLt, OpLe, OpGt, OpGe},
	StringMap:  {OpEq, OpNe},
	StringList: {OpHas, OpEq},
}

func (f Field) ops() []Op {
	if f.Ops != nil {
		return f.Ops
	}
	return append(slices.Clone(kindOps[f.Kind]), OpSet)
}
