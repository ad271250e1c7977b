package datafile

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/text/encoding"

	"github.com/onrecord/onrecord/services/cli/internal/interchange"
)

// jsonSet is what a data set says beside its observations.
type jsonSet struct {
	Structure   int
	Action      string
	Attributes  []json.RawMessage
	Annotations []json.RawMessage
	Groups      map[string][]json.RawMessage
	// late are series whose attributes stand after their observations.
	late map[string]jsonSeries
	// cut says that the file ends within it.
	cut bool
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
	// whole says that it ends where it should.
	whole bool
	// test says that it calls itself a test, and errors are what the service says.
	test   bool
	errors []jsonError
	// held is about how much of the file is kept, in bytes.
	held int64
}

// jsonError is what the service that was asked for the file says went wrong.
type jsonError struct {
	Code   json.RawMessage `json:"code"`
	Title  string          `json:"title"`
	Detail string          `json:"detail"`
}

// structure says what the indexes of a data set stand for; nil if there is none.
func (h *jsonHead) structure(set *jsonSet) *jsonStructure {
	if set.Structure < 0 || set.Structure >= len(h.structures) {
		return nil
	}
	return &h.structures[set.Structure]
}

// ids are what a table with these components would have in its header.
func (h *jsonHead) ids() []string {
	var ids []string
	for i := range h.structures {
		for _, one := range slices.Concat(h.structures[i].dimensions(), h.structures[i].attributes()) {
			ids = append(ids, one.ID)
		}
	}
	return ids
}

// readHead reads a file to its end, or to where it is cut off: reading it again comes there
// too, and says so. The error is that the file is not taken at all.
func readHead(from io.Reader) (*jsonHead, error) {
	lines := &lineCounter{from: from}
	decoder := newJSONDecoder(lines)
	head := &jsonHead{}
	err := eachKey(decoder, head.key(decoder, true))
	if head.whole = err == nil; head.whole {
		err = head.ends(decoder)
	}
	cut := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	refused := &interchange.RowError{Line: lines.line(decoder.InputOffset()), Reason: interchange.MalformedRow, Message: fmt.Sprintf("it is no SDMX-JSON data: %v", err)}
	switch {
	case err == nil, cut && head.told():
		return head, nil
	case cut:
		refused.Reason, refused.Message = CutOff, "the file ends before it says what its indexes stand for, or what is to be done with its observations"
	case errors.Is(lines.failed, encoding.ErrInvalidUTF8):
		refused.Message = "it is not UTF-8: write the file as UTF-8"
	case errors.Is(err, errHeadTooLong):
		refused.Reason, refused.Message = UnsupportedFormat, err.Error()
	case lines.failed != nil:
		return nil, lines.failed
	}
	return nil, refused
}

// ends refuses what stands after the end, and a file that says nothing.
func (h *jsonHead) ends(decoder *json.Decoder) error {
	if _, after := decoder.Token(); !errors.Is(after, io.EOF) {
		return errors.New("something stands after its end: want one message in a file")
	}
	if len(h.structures) == 0 && len(h.errors) == 0 {
		return errors.New("it has no structure of SDMX-JSON, which says what its indexes stand for")
	}
	return nil
}

// told says that a file that is cut off has said what its observations are: the data set that it
// ends in has an action, which could be to delete them.
func (h *jsonHead) told() bool {
	return len(h.errors) > 0 || len(h.structures) > 0 && !slices.ContainsFunc(h.sets, func(set jsonSet) bool { return set.cut && set.Action == "" })
}

// key reads what stands under a key of the file, or of its data.
func (h *jsonHead) key(decoder *json.Decoder, top bool) func(string) error {
	return func(key string) error {
		switch key {
		case "data":
			if !top {
				return errors.New("data stands within data")
			}
			return eachKey(decoder, h.key(decoder, false))
		case "meta", "header": // as drafts of version 1 call it
			said := struct{ Test bool }{}
			err := h.keep(decoder, key, &said)
			h.test = h.test || said.Test
			return err
		case "errors":
			return h.keep(decoder, key, &h.errors)
		case "structures":
			return h.keep(decoder, key, &h.structures)
		case "structure":
			h.structures = make([]jsonStructure, 1)
			return h.keep(decoder, key, &h.structures[0])
		case "dataSets":
			return eachElement(decoder, func() error {
				if err := h.hold(bare); err != nil {
					return err
				}
				h.sets = append(h.sets, jsonSet{})
				set := &h.sets[len(h.sets)-1]
				err := eachKey(decoder, h.setKey(set, decoder))
				set.cut = err != nil
				return err
			})
		}
		return skipValue(decoder)
	}
}

// setKey reads what stands under a key of a data set.
func (h *jsonHead) setKey(s *jsonSet, decoder *json.Decoder) func(string) error {
	return func(key string) error {
		switch key {
		case "structure":
			return h.keep(decoder, key, &s.Structure)
		case "action":
			return h.keep(decoder, key, &s.Action)
		case "attributes":
			return h.keep(decoder, key, &s.Attributes)
		case "annotations":
			return h.keep(decoder, key, &s.Annotations)
		case "dimensionGroupAttributes":
			return h.keep(decoder, key, &s.Groups)
		case "series":
			return eachKey(decoder, func(series string) error { return h.lateSeries(s, decoder, series) })
		}
		return skipValue(decoder)
	}
}

func (h *jsonHead) lateSeries(s *jsonSet, decoder *json.Decoder, series string) error {
	observed := false
	late := jsonSeries{}
	err := eachKey(decoder, func(key string) error {
		switch {
		case key == "attributes" && observed:
			return h.keep(decoder, key, &late.Attributes)
		case key == "annotations" && observed:
			return h.keep(decoder, key, &late.Annotations)
		}
		observed = observed || key == "observations"
		return skipValue(decoder)
	})
	if late.Attributes == nil && late.Annotations == nil {
		return err
	}
	if s.late == nil {
		s.late = map[string]jsonSeries{}
	}
	s.late[series] = late
	return cmp.Or(err, h.hold(bare+len(series)))
}
