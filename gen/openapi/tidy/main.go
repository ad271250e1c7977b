// Command tidy turns the OpenAPI documents that the generator writes, one a
// .proto file, into the one that the gateway serves.
//
// The generator knows the shape of messages; this program adds what only the
// descriptors and onrecord's REST rules know: resource ids as path parameters
// (`/v1/documents/{document}` in place of `{name}` and `{document.name}`),
// snake_case query parameters, limits from the buf.validate rules, the codes, headers
// and forms of answers, roles, and examples.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
)

func main() {
	in := flag.String("in", "", "the merged document")
	out := flag.String("out", "", "the file to write")
	flag.Parse()
	if err := run(*in, *out); err != nil {
		fmt.Fprintln(os.Stderr, "tidy:", err)
		os.Exit(1)
	}
}

func run(in, out string) error {
	raw, err := os.ReadFile(in)
	if err != nil {
		return err
	}
	var doc map[string]any
	if err := json.Unmarshal(raw, &doc); err != nil {
		return fmt.Errorf("read %s: %w", in, err)
	}
	describe(doc)
	for _, step := range []func(map[string]any) error{
		tidyPaths, tidySchemas, tidyPartials, tidyStatuses, tidyHeaders, tidyFormats, tidyAccess, tidyExamples,
	} {
		if err := step(doc); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(out, append(text, '\n'), 0o644)
}

// describe says what the document is about.
func describe(doc map[string]any) {
	doc["info"] = map[string]any{
		"title":   "onrecord",
		"version": "v1",
		"description": "A system of record for what was said and what was measured in the news. " +
			"Every fact is tied to the exact characters of its source.\n\n" +
			"Query parameters are written in snake_case; the camelCase alias is accepted, both together are refused. " +
			"An unknown parameter or body field is refused. Text offsets count Unicode code points. " +
			"Numbers are decimals in strings. Times are UTC.",
		"license": map[string]any{"name": "Apache License 2.0", "identifier": "Apache-2.0"},
	}
}
