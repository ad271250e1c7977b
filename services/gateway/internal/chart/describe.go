package chart

import (
	"fmt"
	"strings"
)

// nothing describes a drawing without marks, to those who see it too.
const nothing = "No figure is drawn."

// Describe says in words what a drawing of marks shows, for Description: one sentence
// of the lines, and each mark that stands beside them.
func Describe(marks []Mark) string {
	if len(marks) == 0 {
		return nothing
	}
	var lines []Mark
	var beside []string
	numbers, bounds, tags := 0, 0, map[string]bool{}
	for _, m := range marks {
		switch {
		case m.Tag != "":
			if !tags[m.Tag] {
				beside = append(beside, " Beside the lines: "+m.Tag+" "+m.Title+".")
			}
			tags[m.Tag] = true
			continue
		case m.Kind == Point || m.Kind == Listed:
			numbers++
		default:
			bounds++
		}
		lines = append(lines, m)
	}
	text := fmt.Sprintf("%d %s", numbers, plural(numbers, "number"))
	if bounds > 0 {
		text += fmt.Sprintf(" and %d %s drawn as bands", bounds, plural(bounds, "bounded value"))
	}
	if len(lines) > 0 {
		text += " " + spanWords(lines)
	}
	text += "."
	if len(lines) > 1 && lines[0].Title != "" {
		text += fmt.Sprintf(" First: %s. Last: %s.", lines[0].Title, lines[len(lines)-1].Title)
	}
	return text + strings.Join(beside, "")
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
