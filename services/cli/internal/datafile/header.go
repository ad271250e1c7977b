package datafile

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onrecord/onrecord/services/platform/sdmx"
)

// column is what the cells of a column are.
type column struct {
	name string
	part part
	// sdmx is the part of an SDMX-CSV row that is no component: idAction, or something
	// that says nothing more. "" of a component.
	sdmx string
	// labelled says that cells are "ID: name".
	labelled bool
	// group is the number of the group of values it is in, from 1; 0 for none. text is
	// what {column} stands for.
	group int
	text  string
	// empty says that it has no name: its cells must be empty too.
	empty, ignored bool
	// again says that it has the names of the column before it, and its name.
	again bool
	// unheard says that the mapping leaves it out of account.
	unheard bool
}

// labelMark stands between an ID and its name.
const labelMark = ": "

// header is a header that was understood.
type header struct {
	columns []column
	// separator joins the values of a cell that has several.
	separator string
}

// names are the names of columns, without labels and without a mark of several
// values.
func names(cells []string) []string {
	out := make([]string, len(cells))
	for i, cell := range cells {
		name, _, _ := strings.Cut(strings.TrimSpace(cell), ":") // no ID has one; some leave out the blank of labelMark
		out[i] = strings.TrimSuffix(strings.TrimSpace(name), "[]")
	}
	return out
}

// sdmxHeader understands the header of an SDMX-CSV file.
func sdmxHeader(cells []string, c *components, m *Mapping) (*header, *fault) {
	h := &header{}
	first := strings.TrimSpace(cells[0])
	if name, rest, has := strings.Cut(first, "["); has && name == sdmx.Structure {
		h.separator = strings.TrimSuffix(rest, "]")
		first = name
	}
	if first != sdmx.Structure && first != sdmx.Dataflow {
		return nil, &fault{UnsupportedFormat, "", fmt.Sprintf("it is no SDMX-CSV: its header begins with %q and not with STRUCTURE or DATAFLOW; a mapping of format csv says what the columns of another table are", first)}
	}
	ids := names(cells)
	named := slices.Contains(ids, sdmx.StructureName)
	component := false
	for i := 0; i < len(cells); i++ {
		one := column{name: ids[i], labelled: strings.Contains(cells[i], ":")}
		switch {
		case i == 0, first == sdmx.Structure && slices.Contains([]string{sdmx.StructureID, sdmx.StructureName, sdmx.SeriesKey, sdmx.ObsKey}, one.name):
			one.sdmx, one.ignored = one.name, true
		case first == sdmx.Structure && one.name == idAction:
			one.sdmx, one.ignored = idAction, true
		default:
			if err := one.find(c, m); err != nil {
				return nil, err
			}
			component = true
			one.labelled = one.labelled && c.labelled(one.part)
		}
		h.columns = append(h.columns, one)
		if named && component && i+1 < len(cells) {
			i++ // the column of its names
			if of := c.find(ids[i]); of.kind != unknownPart && of != one.part && ids[i] != one.name {
				return nil, &fault{UnsupportedFormat, ids[i], fmt.Sprintf("it has STRUCTURE_NAME, so that each column has one of names after it, and after %q comes %q, which is none: take STRUCTURE_NAME out if there are no names", one.name, ids[i])}
			}
			h.columns = append(h.columns, column{name: ids[i], ignored: true, again: ids[i] == one.name})
		}
	}
	return h, nil
}

// tableHeader understands the header of any other table.
func tableHeader(cells []string, c *components, m *Mapping) (*header, *fault) {
	h := &header{}
	grouped := map[string]bool{}
	for i, cell := range cells {
		one := column{name: strings.TrimSpace(cell)}
		for i, group := range m.Values {
			text, in := group.Columns[one.name]
			if group.pattern != nil && group.pattern.MatchString(one.name) {
				text, in = group.part(one.name), true
			}
			if in && one.group == 0 {
				one.group, one.text = i+1, text
				grouped[one.name] = true
			}
		}
		if one.group == 0 {
			if err := one.find(c, m); err != nil {
				if i == 0 {
					err.message += m.otherHeader(cells)
				}
				return nil, err
			}
		}
		h.columns = append(h.columns, one)
	}
	for i, group := range m.Values {
		for name := range group.Columns {
			if !grouped[name] {
				return nil, &fault{MissingColumn, name, fmt.Sprintf("values[%d] of the mapping names the column %q, and the file has none", i, name)}
			}
		}
	}
	return h, nil
}

// otherHeader is how the first column can be one that nobody knows, for people: the cells are
// separated otherwise, or the row is no header.
func (m *Mapping) otherHeader(cells []string) string {
	switch {
	case len(cells) == 1 && m.Delimiter == "" && strings.ContainsAny(cells[0], ";\t|"):
		return "; if its cells are separated by another mark than a comma, delimiter of the mapping says by which"
	case len(m.Header) == 0:
		return "; if the header stands further down, header of the mapping says how it begins"
	}
	return ""
}

// part is what {column} stands for of a column whose name matches: what the pattern calls
// so, (?P<column>…), or all of it.
func (v *Values) part(name string) string {
	at := v.pattern.SubexpIndex(columnText)
	if at < 0 {
		return name
	}
	return v.pattern.FindStringSubmatch(name)[at]
}

// find finds out what a column is by its name.
func (one *column) find(c *components, m *Mapping) *fault {
	if one.name == "" {
		one.empty = true
		return nil
	}
	id := one.name
	if m != nil {
		if one.ignored = slices.Contains(m.Ignore, one.name); one.ignored {
			one.unheard = !m.heard(one.name, c)
			return nil
		}
		if renamed, has := m.Columns[one.name]; has {
			id = renamed
		} else if m.quotes(one.name) {
			one.ignored, one.unheard = true, !m.heard(one.name, c) // it is read where it is quoted
			return nil
		}
	}
	if one.part = c.find(id); one.part.kind == unknownPart {
		hint := ""
		if id != one.name {
			hint = fmt.Sprintf(", which the mapping calls %q,", id)
		}
		return &fault{UnknownColumn, one.name, fmt.Sprintf("the column %q%s is nothing of the metric's: %s; columns of a mapping says what it is, ignore that it does not matter", one.name, hint, c.list())}
	}
	return nil
}

// quotes says that the mapping uses the cells of a column in texts or rules.
func (m *Mapping) quotes(name string) bool {
	quoted := "{" + name + "}"
	within := func(set map[string]string) bool {
		for _, text := range set {
			if strings.Contains(text, quoted) {
				return true
			}
		}
		return false
	}
	if within(m.Set) {
		return true
	}
	for _, group := range m.Values {
		if within(group.Set) {
			return true
		}
	}
	for _, missing := range m.Missing {
		if _, has := missing.When[name]; has || missing.Trailing.quotes(name) {
			return true
		}
	}
	for _, when := range m.Skip {
		if _, has := when[name]; has {
			return true
		}
	}
	return false
}

// check says what is missing or there twice.
func (h *header) check(m *Mapping) *fault {
	seen, read := map[part]string{}, map[string]bool{}
	grouped := false
	for _, one := range h.columns {
		grouped = grouped || one.group > 0
		if one.again {
			continue // what names it means is the column before
		}
		if read[one.name] {
			return &fault{DuplicateColumn, one.name, fmt.Sprintf("there are two columns %q, and the mapping reads one", one.name)}
		}
		read[one.name] = one.name != "" && m != nil && (one.group > 0 || m.quotes(one.name))
		if one.part.kind == unknownPart {
			continue
		}
		if before, twice := seen[one.part]; twice {
			return &fault{DuplicateColumn, one.name, fmt.Sprintf("the columns %q and %q both are %s", before, one.name, one.part.id)}
		}
		seen[one.part] = one.name
	}
	set := map[string]string{}
	if m != nil {
		set = m.Set
	}
	_, valued := seen[part{fixedPart, idValue}]
	_, lower := seen[part{fixedPart, idLower}]
	if !valued && !grouped && !lower && set[idValue] == "" {
		return &fault{MissingColumn, idValue, "no column has values: OBS_VALUE, or what the mapping calls so"}
	}
	return nil
}
