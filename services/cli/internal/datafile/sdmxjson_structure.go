package datafile

import (
	"encoding/json"
	"fmt"
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

	part part
}

// components are the dimensions and attributes of a structure, by where they stand.
func (s *jsonStructure) components() [][]jsonComponent {
	d, a := &s.Dimensions, &s.Attributes
	return [][]jsonComponent{d.DataSet, d.Series, d.Observation, a.DataSet, a.Group, a.Series, a.Observation}
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

// each joins what several indexes stand for.
func (c *jsonComponent) each(several []json.RawMessage) (string, error) {
	texts := make([]string, len(several))
	for i, one := range several {
		var err error
		if texts[i], err = c.value(one); err != nil {
			return "", err
		}
	}
	return strings.Join(texts, jsonSeparator), nil
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
