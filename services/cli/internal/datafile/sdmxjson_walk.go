package datafile

import (
	"encoding/json"
	"fmt"
)

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
