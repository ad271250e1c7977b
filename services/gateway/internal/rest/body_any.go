package rest

import (
	"encoding/json"
	"math"
	"strconv"
)

// anyObject checks an object of any shape, whose "{" was read: that no key comes
// twice and that nothing in it would be changed or refused by the conversion.
func (c *bodyCheck) anyObject(path string) {
	seen := make(map[string]bool)
	for c.decoder.More() {
		key, raw := c.next()
		name, _ := key.(string)
		at := path + "[" + name + "]"
		if problem := stringProblem(name, raw); problem != "" {
			c.add(path, malformedValue, "a key %s", problem)
		} else if seen[name] {
			c.add(at, duplicateField, "the key is given more than once")
		}
		seen[name] = true
		value, raw := c.next()
		c.anyValue(at, value, raw)
	}
	c.next() // "}"
}

// anyValue checks a value of any kind, whose first token was read.
func (c *bodyCheck) anyValue(path string, token json.Token, raw []byte) {
	switch token := token.(type) {
	case json.Delim:
		if token == '{' {
			c.anyObject(path)
			return
		}
		for i := 0; c.decoder.More(); i++ {
			item, raw := c.next()
			c.anyValue(path+"["+strconv.Itoa(i)+"]", item, raw)
		}
		c.next() // "]"
	case string:
		c.stringValue(path, token, raw)
	case json.Number:
		// The conversion holds such a number as a float; one that is no float64 would
		// be refused by it with other words.
		if number, err := token.Float64(); err != nil || math.IsInf(number, 0) {
			c.add(path, malformedValue, "is beyond what a JSON number can hold")
		}
	}
}
