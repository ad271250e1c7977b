package show

import (
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// gap stands between two columns.
	gap = "  "
	// minShrunk is the least width that a shrunk column keeps.
	minShrunk = 12
)

// Column is one column of a table.
type Column struct {
	Title string
	// Right aligns to the right, for numbers.
	Right bool
	// Shrink lets the column be cut when the table is wider than the terminal.
	// At least one column of a table should; the widest is cut first.
	Shrink bool
}

// Table is rows under titles, aligned.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Add adds a row, a cell for each column.
func (t *Table) Add(cells ...string) { t.Rows = append(t.Rows, cells) }

// Write writes the table. Cells are cut so that a line is at most width long,
// with "…" where they were; a width of 0 cuts nothing. A table without titles
// has no line of titles.
func (t *Table) Write(w io.Writer, width int) error {
	lines := make([][]string, 0, len(t.Rows)+1)
	if titles := t.titles(); titles != nil {
		lines = append(lines, titles)
	}
	for _, row := range t.Rows {
		clean := make([]string, len(t.Columns))
		for i := range clean {
			clean[i] = Harmless(row[i])
		}
		lines = append(lines, clean)
	}
	widths := t.fit(lines, width)
	var out strings.Builder
	for _, line := range lines {
		out.WriteString(t.line(line, widths))
		out.WriteByte('\n')
	}
	if _, err := io.WriteString(w, out.String()); err != nil {
		return fmt.Errorf("write the table: %w", err)
	}
	return nil
}

func (t *Table) titles() []string {
	titles := make([]string, len(t.Columns))
	empty := true
	for i, column := range t.Columns {
		titles[i] = column.Title
		empty = empty && column.Title == ""
	}
	if empty {
		return nil
	}
	return titles
}

// fit returns the width of each column: that of its longest cell, less what has
// to go.
func (t *Table) fit(lines [][]string, width int) []int {
	widths := make([]int, len(t.Columns))
	total := len(gap) * (len(t.Columns) - 1)
	for i := range widths {
		for _, line := range lines {
			widths[i] = max(widths[i], utf8.RuneCountInString(line[i]))
		}
		total += widths[i]
	}
	for width > 0 && total > width {
		widest := -1
		for i, column := range t.Columns {
			if column.Shrink && widths[i] > minShrunk && (widest < 0 || widths[i] > widths[widest]) {
				widest = i
			}
		}
		if widest < 0 {
			break
		}
		widths[widest]--
		total--
	}
	return widths
}

func (t *Table) line(cells []string, widths []int) string {
	var out strings.Builder
	for i, cell := range cells {
		if i > 0 {
			out.WriteString(gap)
		}
		cell = cut(cell, widths[i])
		padding := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
		if t.Columns[i].Right {
			out.WriteString(padding + cell)
		} else {
			out.WriteString(cell + padding)
		}
	}
	return strings.TrimRight(out.String(), " ")
}

// cut shortens text to n code points.
func cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	runes := []rune(text)
	return strings.TrimRight(string(runes[:n-1]), " ") + "…"
}

// Harmless puts text on one line and replaces what could command a terminal or
// turn the direction of writing around.
func Harmless(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return '�'
		default:
			return r
		}
	}, text)
}
