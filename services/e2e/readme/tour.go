package readme

import (
	"errors"
	"fmt"
	"strings"
)

const (
	fence  = "```console"
	prompt = "$ "
)

// Example is a command as typed into a shell, perhaps on several lines, and
// what it prints.
type Example struct {
	Command, Answer string
}

// Examples are those of the console blocks of a text, in order.
func Examples(text string) ([]Example, error) {
	var found []Example
	_, err := RewriteExamples(text, func(e Example) (string, error) {
		found = append(found, e)
		return e.Answer, nil
	})
	if err == nil && len(found) == 0 {
		err = errors.New("there are no examples")
	}
	return found, err
}

// RewriteExamples replaces the answers of the examples in a text; all else stays
// as it is.
func RewriteExamples(text string, answer func(Example) (string, error)) (string, error) {
	var out strings.Builder
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		out.WriteString(lines[i] + "\n")
		if lines[i] != fence {
			continue
		}
		end := i + 1
		for end < len(lines) && lines[end] != "```" {
			end++
		}
		if end == len(lines) {
			return "", errors.New("a console block does not end")
		}
		if err := rewriteBlock(&out, lines[i+1:end], answer); err != nil {
			return "", err
		}
		out.WriteString("```\n")
		i = end
	}
	return out.String(), nil
}

func rewriteBlock(out *strings.Builder, lines []string, answer func(Example) (string, error)) error {
	for i := 0; i < len(lines); {
		if !strings.HasPrefix(lines[i], prompt) {
			return fmt.Errorf("a console block begins with %q, not with a command after %q", lines[i], prompt)
		}
		begin := i
		for i++; i < len(lines) && goesOn(lines[i-1]); i++ {
		}
		command := lines[begin:i]
		begin = i
		for i < len(lines) && !strings.HasPrefix(lines[i], prompt) {
			i++
		}
		e := Example{
			Command: strings.TrimPrefix(strings.Join(command, "\n"), prompt),
			Answer:  strings.Trim(strings.Join(lines[begin:i], "\n"), "\n"),
		}
		text, err := answer(e)
		if err != nil {
			return fmt.Errorf("%s: %w", e.Command, err)
		}
		out.WriteString(prompt + e.Command + "\n" + strings.Trim(text, "\n") + "\n")
		if i < len(lines) {
			out.WriteString("\n")
		}
	}
	return nil
}

// goesOn says whether a command is not over with this line.
func goesOn(line string) bool {
	return strings.HasSuffix(line, `\`) || strings.HasSuffix(line, "|")
}
