package chart

import "fmt"

// Describe says in one sentence what a drawing of marks shows, for Description.
func Describe(marks []Mark) string {
	if len(marks) == 0 {
		return "Nothing is drawn."
	}
	numbers, bounds := 0, 0
	for _, m := range marks {
		if m.Kind == Point || m.Kind == Listed {
			numbers++
		} else {
			bounds++
		}
	}
	text := fmt.Sprintf("%d %s", numbers, plural(numbers, "number"))
	if bounds > 0 {
		text += fmt.Sprintf(" and %d %s drawn as bands", bounds, plural(bounds, "bounded value"))
	}
	text += " " + spanWords(marks) + "."
	if first, last := marks[0], marks[len(marks)-1]; len(marks) > 1 && first.Title != "" {
		text += fmt.Sprintf(" First: %s. Last: %s.", first.Title, last.Title)
	}
	return text
}

func plural(n int, word string) string {
	if n == 1 {
		return word
	}
	return word + "s"
}
