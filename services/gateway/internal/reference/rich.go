package reference

import (
	"html/template"
	"strings"
)

// rich renders the text of a .proto comment: paragraphs, lists whose items start
// with "- ", and code in backticks. Everything else is text and is escaped.
func rich(text string) template.HTML {
	var out strings.Builder
	for block := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		if items, ok := listItems(block); ok {
			out.WriteString("<ul>")
			for _, item := range items {
				out.WriteString("<li>" + inline(item) + "</li>")
			}
			out.WriteString("</ul>")
			continue
		}
		if block != "" {
			out.WriteString("<p>" + inline(block) + "</p>")
		}
	}
	return template.HTML(out.String()) //nolint:gosec // every piece of text is escaped by inline
}

// listItems splits a block whose lines start with "- ".
func listItems(block string) ([]string, bool) {
	if !strings.HasPrefix(block, "- ") {
		return nil, false
	}
	var items []string
	for line := range strings.SplitSeq(block, "\n") {
		if item, ok := strings.CutPrefix(line, "- "); ok {
			items = append(items, item)
		} else {
			items[len(items)-1] += " " + strings.TrimSpace(line)
		}
	}
	return items, true
}

// inline escapes text and marks code.
func inline(text string) string {
	var out strings.Builder
	for i, part := range strings.Split(text, "`") {
		escaped := template.HTMLEscapeString(part)
		if i%2 == 1 {
			escaped = "<code>" + escaped + "</code>"
		}
		out.WriteString(escaped)
	}
	return out.String()
}
