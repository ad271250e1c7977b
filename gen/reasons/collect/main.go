// Command collect takes the tables of reasons out of proto/README.md, so that the
// gateway can show them: an error names its reason by an address there.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
)

func main() {
	in := flag.String("in", "", "proto/README.md")
	out := flag.String("out", "", "the file to write")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "collect:", err)
		os.Exit(1)
	}
}

type group struct {
	Title   string   `json:"title"`
	Reasons []reason `json:"reasons"`
}

type reason struct {
	Name    string `json:"name"`
	Code    string `json:"code"`
	HTTP    string `json:"http"`
	Meaning string `json:"meaning"`
}

// row is a row of a table of reasons.
var row = regexp.MustCompile("^\\| `([A-Z0-9_]+)` \\| ([A-Z_]+) \\| ([0-9, ]+) \\| (.+) \\|$")

func run(in, out string) error {
	file, err := os.Open(in)
	if err != nil {
		return err
	}
	defer file.Close()
	var groups []group
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if title, ok := strings.CutPrefix(lines.Text(), "### "); ok {
			groups = append(groups, group{Title: title})
		}
		found := row.FindStringSubmatch(lines.Text())
		if found == nil {
			continue
		}
		if len(groups) == 0 {
			return fmt.Errorf("%s stands under no heading", found[1])
		}
		last := &groups[len(groups)-1]
		last.Reasons = append(last.Reasons, reason{Name: found[1], Code: found[2], HTTP: found[3], Meaning: found[4]})
	}
	if err := lines.Err(); err != nil {
		return err
	}
	kept := groups[:0]
	for _, g := range groups {
		if len(g.Reasons) > 0 {
			kept = append(kept, g)
		}
	}
	if len(kept) == 0 {
		return fmt.Errorf("%s has no table of reasons", in)
	}
	var text strings.Builder
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(kept); err != nil {
		return err
	}
	return os.WriteFile(out, []byte(text.String()), 0o644)
}
