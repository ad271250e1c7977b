package rest

import (
	"math"
	"strconv"
)

// anyValue checks a value of any kind, whose first token was read: that no key in it comes
// twice and that nothing of it would be changed or refused by the conversion.
func (c *bodyCheck) anyValue(path *bodyPath, token token) {
	switch token.kind {
	case '{':
		c.members(path, c.anyValue)
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
