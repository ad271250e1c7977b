package datafile

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/text/encoding"
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
	Position int             `json:"keyPosition"`
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

// jsonSet is what a data set says beside its observations.
type jsonSet struct {
	Structure  int
	Action     string
	Attributes []json.RawMessage
	Groups     map[string][]json.RawMessage
	// late are series whose attributes stand after their observations.
	late map[string]jsonSeries
}

// jsonSeries is what a series says beside its observations.
type jsonSeries struct {
	Attributes  []json.RawMessage
	Annotations []json.RawMessage
}

// jsonHead is all of a file but its observations.
type jsonHead struct {
	structures []jsonStructure
	sets       []jsonSet
}

// ids are what a table with these components would have in its header.
func (h *jsonHead) ids() []string {
	var ids []string
	for i := range h.structures {
		for _, all := range h.structures[i].components() {
			for j := range all {
				ids = append(ids, all[j].ID)
			}
		}
	}
	return ids
}

// readHead reads a file to its end, or to where it is cut off.
func readHead(from io.Reader) (*jsonHead, error) {
	decoder := json.NewDecoder(from)
	decoder.UseNumber()
	head := &jsonHead{}
	err := eachKey(decoder, head.key(decoder))
	if errors.Is(err, encoding.ErrInvalidUTF8) {
		return nil, errors.New("it is not UTF-8: write the file as UTF-8")
	}
	if len(head.structures) == 0 {
		if err == nil {
			err = errors.New("it has no structure of SDMX-JSON, which says what its indexes stand for")
		}
		return nil, err
	}
	return head, nil
}

// key reads what stands under a key of the file, or of its data.
func (h *jsonHead) key(decoder *json.Decoder) func(string) error {
	return func(key string) error {
		switch key {
		case "data":
			return eachKey(decoder, h.key(decoder))
		case "structures":
			return decoder.Decode(&h.structures)
		case "structure":
			h.structures = make([]jsonStructure, 1)
			return decoder.Decode(&h.structures[0])
		case "dataSets":
			return eachElement(decoder, func() error {
				h.sets = append(h.sets, jsonSet{late: map[string]jsonSeries{}})
				set := &h.sets[len(h.sets)-1]
				return eachKey(decoder, set.key(decoder))
			})
		}
		return skipValue(decoder)
	}
}

// key reads what stands under a key of a data set.
func (s *jsonSet) key(decoder *json.Decoder) func(string) error {
	return func(key string) error {
		switch key {
		case "structure":
			return decoder.Decode(&s.Structure)
		case "action":
			return decoder.Decode(&s.Action)
		case "attributes":
			return decoder.Decode(&s.Attributes)
		case "dimensionGroupAttributes":
			return decoder.Decode(&s.Groups)
		case "series":
			return eachKey(decoder, func(series string) error { return s.lateSeries(decoder, series) })
		}
		return skipValue(decoder)
	}
}

func (s *jsonSet) lateSeries(decoder *json.Decoder, series string) error {
	observed := false
	late := jsonSeries{}
	err := eachKey(decoder, func(key string) error {
		switch {
		case key == "attributes" && observed:
			return decoder.Decode(&late.Attributes)
		case key == "annotations" && observed:
			return decoder.Decode(&late.Annotations)
		}
		observed = observed || key == "observations"
		return skipValue(decoder)
	})
	if late.Attributes != nil || late.Annotations != nil {
		s.late[series] = late
	}
	return err
}

// eachKey calls a function for every key of an object; it reads the value. An
// object that is null has none.
func eachKey(decoder *json.Decoder, each func(key string) error) error {
	return within(decoder, '{', func() error {
		key, err := decoder.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		return each(name)
	})
}

// eachElement calls a function for every element of an array; it reads it.
func eachElement(decoder *json.Decoder, each func() error) error {
	return within(decoder, '[', each)
}

func within(decoder *json.Decoder, open json.Delim, each func() error) error {
	first, err := decoder.Token()
	if err != nil {
		return err
	}
	if first == nil {
		return nil
	}
	if first != open {
		return fmt.Errorf("%v stands where %v must stand", first, open)
	}
	for decoder.More() {
		if err := each(); err != nil {
			return err
		}
	}
	_, err = decoder.Token()
	return err
}

// skipValue reads a value without keeping it.
func skipValue(decoder *json.Decoder) error {
	for depth := 0; ; {
		token, err := decoder.Token()
		if err != nil {
			return err
		}
		switch token {
		case json.Delim('{'), json.Delim('['):
			depth++
		case json.Delim('}'), json.Delim(']'):
			depth--
		}
		if depth == 0 {
			return nil
		}
	}
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
