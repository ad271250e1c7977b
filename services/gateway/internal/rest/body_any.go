package rest

import (
	"math"
	"strconv"
)

// anyObject checks an object of any shape, whose "{" was read: that no key comes
// twice and that nothing in it would be changed or refused by the conversion.
func (c *bodyCheck) anyObject(path *bodyPath) {
	seen := make(map[string]bool)
	for c.more() {
		key := c.next()
		at := &bodyPath{outer: path, by: byKey, name: key.text}
		if problem := stringProblem(key); problem != "" {
			c.add(path, malformedValue, "a key %s", problem)
		} else if seen[key.text] {
			c.add(at, duplicateField, "the key is given more than once")
		}
		seen[key.text] = true
		c.anyValue(at, c.next())
	}
	c.next() // "}"
}

// anyValue checks a value of any kind, whose first token was read.
func (c *bodyCheck) anyValue(path *bodyPath, token token) {
	switch token.kind {
	case '{':
		c.anyObject(path)
	case '[':
		for i := 0; c.more(); i++ {
			c.anyValue(&bodyPath{outer: path, by: byItem, item: i}, c.next())
		}
		c.next() // "]"
	case stringToken:
		c.stringValue(path, token)
	case numberToken:
		// The conversion holds such a number as a float; one that is no float64 would
		// be refused by it with other words.
		if number, err := strconv.ParseFloat(token.text, 64); err != nil || math.IsInf(number, 0) {
			c.add(path, malformedValue, "is beyond what a JSON number can hold")
		}
	}
}
