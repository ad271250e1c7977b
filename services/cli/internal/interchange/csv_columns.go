package interchange

import (
	"strings"

	"google.golang.org/protobuf/reflect/protoreflect"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// field is one field of an E, as text.
type field[E any] struct {
	name string
	get  func(*E) string
	// set takes what get may give. Its error names no column.
	set func(*E, string) error
}

// A column is one field of a statement; its cell is not set where it is empty.
type column = field[statementsv1.Statement]

// Columns that are not fields of their own.
const (
	moreColumn      = "more"
	documentsColumn = "new_documents"
	versionsColumn  = "new_document_versions"
	entitiesColumn  = "new_entities"
)

// textField is a field that is a text.
func textField[E any](name string, of func(*E) *string) field[E] {
	return field[E]{name,
		func(e *E) string { return *of(e) },
		func(e *E, text string) error { *of(e) = text; return nil },
	}
}

// enumField is a field that is an enum, by its name. wrong is what another text is none of.
func enumField[E any, V interface {
	~int32
	protoreflect.Enum
}](name, wrong string, of func(*E) *V) field[E] {
	known := V(0).Descriptor().Values()
	return field[E]{name,
		func(e *E) string {
			value := known.ByNumber((*of(e)).Number())
			if *of(e) == 0 || value == nil {
				return ""
			}
			return string(value.Name())
		},
		func(e *E, text string) error {
			value := known.ByName(protoreflect.Name(text))
			switch {
			case value != nil:
				*of(e) = V(value.Number())
			case text == "":
				*of(e) = 0
			default:
				return malformed("", "%q is %s", text, wrong)
			}
			return nil
		},
	}
}

// listColumn is a field that is a list of texts.
func listColumn(name string, field func(*statementsv1.Statement) *[]string) column {
	return column{name: name,
		get: func(s *statementsv1.Statement) string { return joinCell(*field(s)) },
		set: func(s *statementsv1.Statement, cell string) error {
			var err error
			*field(s), err = splitCell(cell)
			return err
		},
	}
}

// columns are those of one statement, in their order.
func columns() []column {
	type statement = statementsv1.Statement
	all := []column{
		textField("statement", func(s *statement) *string { return &s.Name }),
		textField("document_version", func(s *statement) *string { return &s.DocumentVersion }),
		statementType(),
		textField("text", func(s *statement) *string { return &s.Text }),
		textField("language_code", func(s *statement) *string { return &s.LanguageCode }),
		{name: "statement_time",
			get: func(s *statement) string { return s.GetStatementTime().GetEdtf() },
			set: func(s *statement, cell string) error {
				if s.StatementTime == nil {
					s.StatementTime = &typev1.TimePeriod{}
				}
				s.StatementTime.Edtf = cell
				return nil
			}},
	}
	all = append(all, speakers.columns()...)
	all = append(all, contents.columns()...)
	all = append(all, cue.columns()...)
	all = append(all, mentions.columns()...)
	return append(all,
		listColumn("audience", func(s *statement) *[]string { return &s.Audience }),
		listColumn("topics", func(s *statement) *[]string { return &s.Topics }),
		textField("event", func(s *statement) *string { return &s.Event }),
		textField("location", func(s *statement) *string { return &s.Location }),
		textField("parent_statement", func(s *statement) *string { return &s.ParentStatement }),
		textField("original_text", func(s *statement) *string { return &s.OriginalText }),
		textField("original_language_code", func(s *statement) *string { return &s.OriginalLanguageCode }),
		textField("translator", func(s *statement) *string { return &s.Translator }),
		enumField("rank", "no rank", func(s *statement) *statementsv1.Statement_Rank { return &s.Rank }),
		textField("rank_reason", func(s *statement) *string { return &s.RankReason }),
		textField("comment", func(s *statement) *string { return &s.Comment }),
	)
}

// statementType is the type of a statement, which is one that says something.
func statementType() column {
	all := enumField("statement_type", "no type of statement", func(s *statementsv1.Statement) *statementsv1.Statement_StatementType { return &s.StatementType })
	set := all.set
	all.set = func(s *statementsv1.Statement, cell string) error {
		if err := set(s, cell); err != nil || s.GetStatementType() != 0 {
			return err
		}
		return malformed("", "%q is no type of statement", cell)
	}
	return all
}

// joinCell puts several values into one cell: a bar between them, and a
// backslash before a bar or a backslash that is part of a value.
func joinCell(values []string) string {
	escaped := make([]string, len(values))
	for i, value := range values {
		escaped[i] = strings.NewReplacer(`\`, `\\`, `|`, `\|`).Replace(value)
	}
	return strings.Join(escaped, "|")
}

// splitCell undoes joinCell. An empty cell has no values.
func splitCell(cell string) ([]string, error) {
	if cell == "" {
		return nil, nil
	}
	var values []string
	var value strings.Builder
	for i := 0; i < len(cell); i++ {
		switch {
		case cell[i] == '|':
			values = append(values, value.String())
			value.Reset()
		case cell[i] != '\\':
			value.WriteByte(cell[i])
		case i+1 < len(cell) && (cell[i+1] == '\\' || cell[i+1] == '|'):
			i++
			value.WriteByte(cell[i])
		default:
			return nil, malformed("", `a backslash stands before a bar or a backslash only: "\|", "\\"`)
		}
	}
	return append(values, value.String()), nil
}
