package reference

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
)

//go:embed errors.html
var errorsPage string

// reasonGroup is a table of reasons, as package gen/reasons has it.
type reasonGroup struct {
	Title   string
	Reasons []struct{ Name, Code, HTTP, Meaning string }
}

// renderErrors renders the page that the types of problems lead to.
func renderErrors(reasons []byte) ([]byte, error) {
	var groups []reasonGroup
	if err := json.Unmarshal(reasons, &groups); err != nil {
		return nil, fmt.Errorf("reasons of errors: %w", err)
	}
	return render(errorsPage, template.FuncMap{"rich": rich}, groups)
}
