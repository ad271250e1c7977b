package datafile

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// cells puts together what an observation says with what its series and its data
// set say. Of a whole series there is no key of an observation.
func (r *jsonReader) cells(key string, whole bool, content []json.RawMessage) (values, string, *fault) {
	malformed := func(err error) (values, string, *fault) {
		return nil, "", &fault{interchange.MalformedRow, "", err.Error()}
	}
	set := r.current()
	if set.Structure < 0 || set.Structure >= len(r.head.structures) {
		return malformed(fmt.Errorf("there is no structure %d", set.Structure))
	}
	s := &r.head.structures[set.Structure]
	cells := values{}
	positions, err := r.positions(cells, s, key, whole)
	if err != nil {
		return malformed(err)
	}
	levels := []level{{s.Attributes.DataSet, set.Attributes}, {s.Attributes.Group, nil}}
	for _, group := range r.groups.of(positions) {
		r.used[group] = true
		levels = append(levels, level{s.Attributes.Group, set.Groups[group]})
	}
	if !r.flat {
		levels = append(levels, level{s.Attributes.Series, r.series.Attributes})
	}
	value, attributes, annotations := split(content, len(s.Attributes.Observation))
	levels = append(levels, level{s.Attributes.Observation, attributes})
	if err := cells.fill(levels); err != nil {
		return malformed(err)
	}
	cells[part{fixedPart, idValue}] = value
	if deletes(set.Action) {
		return cells, set.Action, s.widens(cells, levels) // which has no comment
	}
	cells.note(s.notes(set.Annotations, r.series.Annotations, annotations)...)
	return cells, set.Action, nil
}

// level is the attributes of a data set, a group, a series or an observation.
type level struct {
	of  []jsonComponent
	say []json.RawMessage
}

// fill sets what the levels say, the nearest to the observation last, and before all
// of them what holds where none says anything.
func (v values) fill(levels []level) error {
	set := func(of *jsonComponent, raw json.RawMessage) error {
		said, err := of.value(raw)
		if err == nil && said != "" && of.part.kind != unknownPart {
			v[of.part] = said
		}
		return err
	}
	for _, one := range levels {
		for i := range one.of {
			if err := set(&one.of[i], one.of[i].Default); err != nil {
				return err
			}
		}
	}
	for _, one := range levels {
		for i := range min(len(one.of), len(one.say)) {
			if err := set(&one.of[i], one.say[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// positions sets the dimensions, and answers their indexes by the positions by
// which groups name them.
func (r *jsonReader) positions(cells values, s *jsonStructure, key string, whole bool) (map[int]string, error) {
	positions := map[int]string{}
	put := func(of []jsonComponent, key string) error {
		if len(of) == 0 {
			return nil
		}
		indexes := strings.Split(key, ":")
		if len(indexes) != len(of) {
			return fmt.Errorf("the key %q has not %d parts", key, len(of))
		}
		for i, index := range indexes {
			n, err := strconv.Atoi(index)
			if err != nil {
				return fmt.Errorf("the key %q is no index", key)
			}
			said, err := of[i].at(n)
			if err != nil {
				return err
			}
			if of[i].part.kind != unknownPart {
				cells[of[i].part] = said
			}
			if at := of[i].Position; at != nil {
				positions[*at] = index
			}
		}
		return nil
	}
	for i := range s.Dimensions.DataSet {
		if err := put(s.Dimensions.DataSet[i:i+1], "0"); err != nil {
			return nil, err
		}
	}
	if !r.flat {
		if err := put(s.Dimensions.Series, r.key); err != nil {
			return nil, err
		}
	}
	if whole {
		return positions, nil
	}
	return positions, put(s.Dimensions.Observation, key)
}

// split is an observation's value, its attributes and its annotations.
func split(content []json.RawMessage, count int) (value string, attributes, annotations []json.RawMessage) {
	if len(content) == 0 {
		return "", nil, nil
	}
	if value = plain(content[0]); value == "null" {
		value = ""
	}
	rest := content[1:]
	if len(rest) <= count {
		return value, rest, nil
	}
	return value, rest[:count], rest[count:]
}

// notes are the texts of annotations, each once.
func (s *jsonStructure) notes(levels ...[]json.RawMessage) []string {
	var texts []string
	for _, raw := range slices.Concat(levels...) {
		index, err := strconv.Atoi(string(raw))
		if err != nil || index < 0 || index >= len(s.Annotations) {
			continue
		}
		text := cmp.Or(s.Annotations[index].Text, s.Annotations[index].Title)
		if text != "" && !slices.Contains(texts, text) {
			texts = append(texts, text)
		}
	}
	return texts
}
