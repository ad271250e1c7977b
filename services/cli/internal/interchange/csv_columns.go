package interchange

import (
	"strings"

	statementsv1 "github.com/onrecord/onrecord/gen/onrecord/statements/v1"
	typev1 "github.com/onrecord/onrecord/gen/onrecord/type/v1"
)

// A column is one field of a statement, as text.
type column struct {
	name string
	get  func(*statementsv1.Statement) string
	// set takes a cell that is not empty.
	set func(*statementsv1.Statement, string) error
}

// Columns that are not fields of their own.
const (
	moreColumn      = "more"
	documentsColumn = "new_documents"
	versionsColumn  = "new_document_versions"
	entitiesColumn  = "new_entities"
)

// textColumn is a field that is a text.
func textColumn(name string, field func(*statementsv1.Statement) *string) column {
	return column{name: name,
		get: func(s *statementsv1.Statement) string { return *field(s) },
		set: func(s *statementsv1.Statement, cell string) error { *field(s) = cell; return nil },
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
		textColumn("statement", func(s *statement) *string { return &s.Name }),
		textColumn("document_version", func(s *statement) *string { return &s.DocumentVersion }),
		{name: "statement_type",
			get: func(s *statement) string {
				return enumCell(int32(s.GetStatementType()), statementsv1.Statement_StatementType_name)
			},
			set: func(s *statement, cell string) error {
				kind, known := statementsv1.Statement_StatementType_value[cell]
				if !known || kind == 0 {
					return malformed("statement_type", "%q is no type of statement", cell)
				}
				s.StatementType = statementsv1.Statement_StatementType(kind)
				return nil
			}},
		textColumn("text", func(s *statement) *string { return &s.Text }),
		textColumn("language_code", func(s *statement) *string { return &s.LanguageCode }),
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
	for _, one := range speakerColumns {
		all = append(all, one.column())
	}
	for _, group := range spanGroups {
		all = append(all, group.columns()...)
	}
	return append(all,
		listColumn("audience", func(s *statement) *[]string { return &s.Audience }),
		listColumn("topics", func(s *statement) *[]string { return &s.Topics }),
		textColumn("event", func(s *statement) *string { return &s.Event }),
		textColumn("location", func(s *statement) *string { return &s.Location }),
		textColumn("parent_statement", func(s *statement) *string { return &s.ParentStatement }),
		textColumn("original_text", func(s *statement) *string { return &s.OriginalText }),
		textColumn("original_language_code", func(s *statement) *string { return &s.OriginalLanguageCode }),
		textColumn("translator", func(s *statement) *string { return &s.Translator }),
		column{name: "rank",
			get: func(s *statement) string { return enumCell(int32(s.GetRank()), statementsv1.Statement_Rank_name) },
			set: func(s *statement, cell string) error {
				rank, known := statementsv1.Statement_Rank_value[cell]
				if !known {
					return malformed("rank", "%q is no rank", cell)
				}
				s.Rank = statementsv1.Statement_Rank(rank)
				return nil
			}},
		textColumn("rank_reason", func(s *statement) *string { return &s.RankReason }),
		textColumn("comment", func(s *statement) *string { return &s.Comment }),
	)
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
