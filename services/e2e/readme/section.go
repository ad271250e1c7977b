package readme

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Root is the top of the project: the folder of go.work.
func Root() (string, error) {
	here, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for dir := here; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.work")); err == nil {
			return dir, nil
		}
		if dir == filepath.Dir(dir) {
			return "", errors.New("no go.work in or above " + here)
		}
	}
}

// Section is what stands between the marks of a name. There must be one such
// part.
func Section(text, name string) (string, error) {
	_, content, _, err := split(text, name)
	return content, err
}

// Replace puts content between the marks of a name.
func Replace(text, name, content string) (string, error) {
	before, _, after, err := split(text, name)
	if err != nil {
		return "", err
	}
	return before + "\n" + strings.Trim(content, "\n") + "\n" + after, nil
}

// Write puts content between the marks of a name in a file.
func Write(path, name, content string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	replaced, err := Replace(string(text), name, content)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.WriteFile(path, []byte(replaced), 0o644) //nolint:gosec // a document that all may read
}

func split(text, name string) (before, content, after string, err error) {
	begin, end := "<!-- "+name+" -->\n", "<!-- /"+name+" -->"
	if strings.Count(text, begin) != 1 || strings.Count(text, end) != 1 {
		return "", "", "", fmt.Errorf("want the marks %s and %s once each", strings.TrimSpace(begin), end)
	}
	from := strings.Index(text, begin) + len(begin)
	to := strings.Index(text, end)
	if to < from {
		return "", "", "", fmt.Errorf("%s comes before %s", end, strings.TrimSpace(begin))
	}
	return text[:from], text[from:to], text[to:], nil
}
