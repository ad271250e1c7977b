package datafile

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// jsonStructure says what the indexes of an SDMX-JSON file stand for.
type jsonStructure struct {
	Dimensions struct {
		DataSet     []jsonComponent `json:"dataSet"`
		Series      []jsonComponent `json:"series"`
		Observation []jsonComponent `json:"observation"`
	} `json:"dimensions"`
	Attributes struct {
		DataSet     []jsonComponent `json:"dataSet"`
		Group       []jsonComponent `json:"dimensionGroup"`
		Series      []jsonComponent `json:"series"`
		Observation []jsonComponent `json:"observation"`
	} `json:"attributes"`
	Measures struct {
		Observation []jsonComponent `json:"observation"`
	} `json:"measures"`
	Annotations []struct {
		Text  string `json:"text"`
		Title string `json:"title"`
	} `json:"annotations"`
}

// jsonComponent is a dimension, an attribute or a measure.
type jsonComponent struct {
	ID       string          `json:"id"`
	Position *int            `json:"keyPosition"`
	Default  json.RawMessage `json:"default"`
	Values   []struct {
		ID     string          `json:"id"`
		Value  json.RawMessage `json:"value"`
		Values json.RawMessage `json:"values"`
	} `json:"values"`
}

// dimensions are all of a structure, wherever they stand.
func (s *jsonStructure) dimensions() []jsonComponent {
	return slices.Concat(s.Dimensions.DataSet, s.Dimensions.Series, s.Dimensions.Observation)
}

// attributes are those of a structure, wherever they stand.
func (s *jsonStructure) attributes() []jsonComponent {
	return slices.Concat(s.Attributes.DataSet, s.Attributes.Group, s.Attributes.Series, s.Attributes.Observation)
}

// places are the dimensions by which positions groups name them.
func (s *jsonStructure) places() map[int]string {
	places := map[int]string{}
	for _, one := range s.dimensions() {
		if one.Position != nil {
			places[*one.Position] = one.ID
		}
	}
	return places
}

// defaults are what the attributes say where nothing else does.
func (s *jsonStructure) defaults() (of []jsonComponent, said []json.RawMessage) {
	of = s.attributes()
	for _, one := range of {
		said = append(said, one.Default)
	}
	return of, said
}

// distinct refuses a dimension that is there twice.
func (s *jsonStructure) distinct() *fault {
	ids := map[string]bool{}
	for _, one := range s.dimensions() {
		if ids[one.ID] {
			return &fault{DuplicateColumn, one.ID, fmt.Sprintf("it has the dimension %s twice", one.ID)}
		}
		ids[one.ID] = true
	}
	return nil
}

// value is what an attribute or a dimension says: the value that an index stands
// for, those that several stand for, or the value itself. It is "" for null.
func (c *jsonComponent) value(raw json.RawMessage) (string, error) {
	text := strings.TrimSpace(string(raw))
	if text == "" || text == "null" {
		return "", nil
	}
	if len(c.Values) > 0 {
		if index, err := strconv.Atoi(text); err == nil {
			return c.at(index)
		}
		var several []json.RawMessage
		if json.Unmarshal(raw, &several) == nil {
			return c.each(several)
		}
	}
	return plain(raw), nil
}

// each joins what several indexes stand for, up to a limit.
func (c *jsonComponent) each(several []json.RawMessage) (string, error) {
	var texts strings.Builder
	for i, one := range several {
		value, err := c.value(one)
		if err == nil && texts.Len()+len(value) > maxHead {
			err = errSaidTooLong
		}
		if err != nil {
			return "", err
		}
		if i > 0 {
			texts.WriteString(jsonSeparator)
		}
		texts.WriteString(value)
	}
	return texts.String(), nil
}

// of is what a dimension says by an index as it stands in a key.
func (c *jsonComponent) of(index string) (sdmxCell, error) {
	n, err := strconv.Atoi(index)
	if err != nil {
		return sdmxCell{}, fmt.Errorf("%q in its key is no index of %s", index, c.ID)
	}
	value, err := c.at(n)
	return sdmxCell{c.ID, value, strconv.Itoa(n)}, err
}

// at is the value of an index.
func (c *jsonComponent) at(index int) (string, error) {
	if index < 0 || index >= len(c.Values) {
		return "", fmt.Errorf("%s has no value %d", c.ID, index)
	}
	value := c.Values[index]
	switch {
	case value.ID != "":
		return value.ID, nil
	case value.Value == nil:
		return plain(value.Values), nil
	}
	return plain(value.Value), nil
}

// plain is a JSON value as text: a string without its marks, several joined by
// semicolons.
func plain(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var several []json.RawMessage
	if json.Unmarshal(raw, &several) == nil {
		texts := make([]string, len(several))
		for i, one := range several {
			texts[i] = plain(one)
		}
		return strings.Join(texts, jsonSeparator)
	}
	return strings.TrimSpace(string(raw))
}

// jsonSeparator joins several values of one attribute.
const jsonSeparator = ";"
