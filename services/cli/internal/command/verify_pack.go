package command

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	"github.com/onrecord/onrecord/services/cli/internal/show"
	"github.com/onrecord/onrecord/services/gateway/evidence"
)

// verifyPack checks an evidence pack and prints what was checked. It connects to nobody.
func (v *Verify) verifyPack(process Process) error {
	var texts []string
	if v.Text != "" {
		text, err := readFile(process, v.Text)
		if err != nil {
			return fmt.Errorf("%s: %w", v.Text, err)
		}
		texts = append(texts, string(text))
	}
	file, err := os.Open(v.Name)
	if err != nil {
		return err
	}
	defer file.Close()
	about, err := file.Stat()
	if err != nil {
		return err
	}
	if !about.Mode().IsRegular() {
		return fmt.Errorf("%s is no file", v.Name)
	}
	report, err := evidence.Verify(file, about.Size(), texts...)
	if err != nil {
		return fmt.Errorf("%s is refused: %w", v.Name, err)
	}
	if v.json() {
		err = printChecked(process, report)
	} else {
		err = printPack(process, report)
	}
	if count := len(report.Problems); err == nil && count > 0 {
		err = fmt.Errorf("%s: %d of what it says does not hold", v.Name, count)
	}
	return err
}

func printChecked(process Process, report *evidence.Report) error {
	content, err := json.Marshal(report)
	if err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return printJSON(process, content)
}

func printPack(process Process, r *evidence.Report) error {
	table := &show.Table{Columns: []show.Column{{Title: "EVIDENCE", Shrink: true}, {Title: "", Shrink: true}}}
	table.Add("of", r.Subject)
	table.Add("as it stood on", r.ReadTime)
	table.Add("SHA-256 of manifest.json", r.ManifestSHA256)
	for _, line := range []struct {
		what  string
		count int
	}{
		{"files, each with its hash", r.Files}, {"documents", r.Documents}, {"texts with the hash of their version", r.Texts},
		{"statements", r.Statements}, {"figures", r.Figures}, {"spans found in their text", r.Spans},
		{"spans without a text to compare with", r.Unchecked}, {"document versions that were erased", len(r.Gone)}, {"revisions, without a gap but for hidden ones", r.Revisions},
		{"revisions hidden from who asked, not checked", len(r.Hidden)}, {"corrections", r.Corrections},
	} {
		table.Add(line.what, strconv.Itoa(line.count))
	}
	if r.Restricted > 0 {
		table.Add("only editors and admins read of these", strconv.Itoa(r.Restricted))
	}
	if err := table.Write(process.Out, process.width()); err != nil {
		return err
	}
	if err := printHidden(process, r.Hidden); err != nil || len(r.Problems) == 0 {
		return err
	}
	wrong := &show.Table{Columns: []show.Column{{Title: "FILE", Shrink: true}, {Title: "WHAT IS WRONG", Shrink: true}}}
	for _, problem := range r.Problems {
		wrong.Add(problem.Path, problem.Message)
	}
	fmt.Fprintln(process.Out)
	return wrong.Write(process.Out, process.width())
}

// printHidden names the revisions that are not in the pack: it says so of itself, and nobody can check it.
func printHidden(process Process, revisions []string) error {
	if len(revisions) == 0 {
		return nil
	}
	table := &show.Table{Columns: []show.Column{{Title: "HIDDEN, NOT CHECKED", Shrink: true}}}
	for _, name := range revisions {
		table.Add(name)
	}
	fmt.Fprintln(process.Out)
	return table.Write(process.Out, process.width())
}
