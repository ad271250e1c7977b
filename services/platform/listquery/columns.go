package listquery

import "fmt"

// Column says where an engine keeps a field. Every text is an SQL expression
// written by the engine's author; values only ever replace its ? marks, in
// order. A question mark that is not a parameter may not occur in it.
type Column struct {
	// Expr is the column of a field of one value; of a Period it is the start.
	// Text is compared byte by byte, so on PostgreSQL write COLLATE "C" into
	// it. A Time and a Period are microseconds, a Decimal its sort key, an
	// Enum its name, a Bool true or false (1 or 0).
	Expr string
	// End is the exclusive end of a Period (see PeriodBounds).
	End string
	// Sort is what a Sortable field is ordered by, where Expr may be NULL:
	// COALESCE(f.start, -9223372036854775808) puts the unset first. It must be
	// a text or an integer, never NULL. "" means Expr.
	Sort string
	// Has is the test of a StringList for an element (one ?), or of a
	// StringMap for a key with a value (two ?: key, value). For example
	// EXISTS (SELECT 1 FROM dims d WHERE d.id = f.id AND d.key = ? AND d.value = ?).
	Has string
	// HasKey is the test of a StringMap for a key (one ?).
	HasKey string
	// Set is the test for :* where Expr IS NOT NULL is not it: needed for a
	// StringList and a StringMap that offer :*.
	Set string
}

func (c Column) sort() string {
	if c.Sort != "" {
		return c.Sort
	}
	return c.Expr
}

// Columns maps field names to columns.
type Columns map[string]Column

// Check reports the first field of the schema that cannot be compiled. Call it
// in the engine's test.
func (c Columns) Check(schema Schema) error {
	if err := c.checkSortable(schema.ID); err != nil {
		return err
	}
	for _, field := range schema.Fields {
		if field.Sortable {
			if err := c.checkSortable(field.Name); err != nil {
				return err
			}
		}
		if field.Kind == 0 {
			continue
		}
		for _, compare := range field.comparisons() {
			if _, _, err := SQL(compare, c); err != nil {
				return err
			}
		}
	}
	return nil
}

// comparisons returns one comparison of every form that the field takes.
func (f Field) comparisons() (all []Compare) {
	for _, op := range f.ops() {
		compare := Compare{Field: f.Name, Kind: f.Kind, Op: op}
		if f.Kind == StringMap {
			if op == OpSet {
				all = append(all, compare)
			}
			compare.Key = "key"
		}
		all = append(all, compare)
	}
	return all
}

func (c Columns) checkSortable(name string) error {
	if c[name].sort() == "" {
		return fmt.Errorf("sortable field %q has no column", name)
	}
	return nil
}
