package datafile

import (
	"bufio"
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sync"

	"golang.org/x/text/encoding"
	"golang.org/x/text/transform"

	metricsv1 "github.com/onrecord/onrecord/gen/onrecord/metrics/v1"
)

// newJSON begins a file of SDMX-JSON, which is read twice: first all but its observations,
// since JSON has no order.
func newJSON(from *twice, metric *metricsv1.Metric, m *Mapping) (*sdmxReader, error) {
	// The decoder would put U+FFFD in the place of what is not UTF-8.
	content, _ := withoutMark(from)
	head, err := readHead(bufio.NewReader(transform.NewReader(content, encoding.UTF8Validator)))
	if err != nil {
		return nil, err
	}
	if len(head.errors) > 0 {
		return nil, refusedAt(1, &fault{ServiceError, "errors", head.errors[0].message()})
	}
	if err := testAlone(head.test, "meta", "test", m); err != nil {
		return nil, err
	}
	if err := from.again(); err != nil {
		return nil, err
	}
	if wrong := head.check(); wrong != nil {
		return nil, refusedAt(1, wrong)
	}
	r := &sdmxReader{keyed: true, setOf: head.setOf}
	if err := r.understand(head.ids(), func(string) int { return 1 }, metric, m); err != nil {
		return nil, err
	}
	r.parts[idValue] = part{fixedPart, idValue}
	r.assembler.shapes = sync.OnceValues(func() (*shapes, error) { return head.shapesOf(r.parts, m), nil })
	content, _ = withoutMark(from)
	r.parser = newJSONParser(content, head)
	return r, nil
}

// check says what of the structures and of groups cannot be read.
func (h *jsonHead) check() *fault {
	for i := range h.structures {
		s := &h.structures[i]
		for i, measure := range s.Measures.Observation {
			switch {
			case i > 0:
				return &fault{UnsupportedFormat, idValue, "its observations have several measures: only one is read"}
			case len(measure.Values) > 0:
				return &fault{UnsupportedFormat, measure.ID, fmt.Sprintf("the values of its measure %s are no numbers but indexes of a list", measure.ID)}
			}
		}
		if wrong := s.distinct(); wrong != nil {
			return wrong
		}
	}
	for i := range h.sets {
		if wrong := h.placed(&h.sets[i]); wrong != nil {
			return wrong
		}
	}
	return nil
}

// message is what went wrong, for people.
func (e jsonError) message() string {
	said := "the service that wrote it says: " + cmp.Or(e.Detail, e.Title)
	if code := plain(e.Code); code != "" {
		said += " (" + code + ")"
	}
	return said
}

// placed refuses groups that say something and name dimensions by positions that not one has.
func (h *jsonHead) placed(set *jsonSet) *fault {
	s := h.structure(set)
	if len(set.Groups) == 0 || s == nil {
		return nil
	}
	at := map[int]int{}
	for _, one := range s.dimensions() {
		if one.Position != nil {
			at[*one.Position]++
		}
	}
	for _, group := range slices.Sorted(maps.Keys(set.Groups)) {
		for position := range namedBy(group) {
			if at[position] != 1 && anySaid(set.Groups[group]) {
				return &fault{UnsupportedFormat, "dimensionGroupAttributes", fmt.Sprintf("the group %q names a dimension by its position, %d, and not one dimension has the keyPosition %d, but %d have", group, position, position, at[position])}
			}
		}
	}
	return nil
}

// shapesOf are what the periods look like.
func (h *jsonHead) shapesOf(parts map[string]part, m *Mapping) *shapes {
	found := newShapes(m)
	for i := range h.structures {
		for _, one := range h.structures[i].dimensions() {
			if parts[one.ID] != (part{fixedPart, idPeriod}) {
				continue
			}
			for i := range one.Values {
				if said, err := one.at(i); err == nil {
					found.see(said)
				}
			}
		}
	}
	return found
}
