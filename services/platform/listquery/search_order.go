package listquery

import "strings"

// ParseSearchOrder parses the order_by of a search, whose results are ordered by one field of the schema. Its field
// relevance has no worst first.
//
// INVALID_ARGUMENT for order_by as ParseOrder, ORDER_TOO_LONG for a second field, and ORDER_MALFORMED for the least
// relevant first.
func ParseSearchOrder(schema Schema, text string) (OrderField, error) {
	order, err := ParseOrder(schema, text)
	if err != nil {
		return OrderField{}, err
	}
	if len(order) != 2 { // the second is that of the schema's id
		return OrderField{}, badOrder("ORDER_TOO_LONG", "results are ordered by one field")
	}
	text = strings.TrimSpace(text)
	if first := order[0]; first.Field == "relevance" && !first.Desc && text != "" && text != "relevance" {
		return OrderField{}, badOrder("ORDER_MALFORMED", "the most relevant come first: write relevance or relevance desc")
	}
	return order[0], nil
}
