package readme

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Setting is what a program's command settings prints of one setting.
type Setting struct {
	Flag     string   `json:"flag"`
	Env      string   `json:"env"`
	Default  string   `json:"default"`
	Help     string   `json:"help"`
	Commands []string `json:"commands"`
}

// Program is a program with what its command settings printed.
type Program struct {
	Name     string
	Settings []Setting
}

// ParseProgram reads what a program's command settings printed.
func ParseProgram(name, printed string) (Program, error) {
	p := Program{Name: name}
	if err := json.Unmarshal([]byte(printed), &p.Settings); err != nil {
		return p, fmt.Errorf("settings of %s: %w", name, err)
	}
	return p, nil
}

// use is one setting in one program.
type use struct {
	Setting

	program string
}

// SettingsTable is the table of all settings of all programs, those of most
// programs first. A flag that programs share is one row. Flags without a
// variable, which say what one command shall do, are left to --help.
func SettingsTable(programs ...Program) string {
	var flags []string
	uses := map[string][]use{}
	for _, p := range programs {
		for _, s := range p.Settings {
			if s.Env == "" {
				continue
			}
			if uses[s.Flag] == nil {
				flags = append(flags, s.Flag)
			}
			uses[s.Flag] = append(uses[s.Flag], use{Setting: s, program: p.Name})
		}
	}
	// Settings of more programs first; in a group, as declared.
	slices.SortStableFunc(flags, func(a, b string) int { return cmp.Compare(len(uses[b]), len(uses[a])) })

	var table strings.Builder
	table.WriteString("| flag | variable | default | of | meaning |\n|---|---|---|---|---|\n")
	for _, flag := range flags {
		of := uses[flag]
		fmt.Fprintf(&table, "| `%s` | `%s` | %s | %s | %s |\n", flag, of[0].Env,
			each(of, func(u use) string { return code(u.Default) }),
			programsOf(of, len(programs)),
			each(of, func(u use) string { return u.Help }))
	}
	return table.String()
}

// each is what all uses have in common, or else what each program has.
func each(uses []use, part func(use) string) string {
	var parts, names []string
	for _, u := range uses {
		if i := slices.Index(parts, part(u)); i >= 0 {
			names[i] += ", " + u.program
			continue
		}
		parts, names = append(parts, part(u)), append(names, u.program)
	}
	if len(parts) == 1 {
		return cell(parts[0])
	}
	for i := range parts {
		parts[i] = fmt.Sprintf("%s (%s)", cmp.Or(cell(parts[i]), "none"), names[i])
	}
	return strings.Join(parts, "; ")
}

// programsOf says which programs, and which of their commands, have a setting.
func programsOf(uses []use, programs int) string {
	var names []string
	for _, u := range uses {
		name := u.program
		if len(u.Commands) > 0 && !slices.Contains(u.Commands, "serve") {
			name += " " + strings.Join(u.Commands, ", ")
		}
		names = append(names, name)
	}
	if len(names) == programs && !slices.ContainsFunc(names, func(name string) bool { return strings.Contains(name, " ") }) {
		return "all"
	}
	return strings.Join(names, ", ")
}

func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + text + "`"
}

// cell writes text so that it stays in its cell.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
