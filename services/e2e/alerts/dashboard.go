package alerts

import (
	"encoding/json"
	"os"
	"strconv"
	"strings"
)

// Panel is a panel of a dashboard, or one of its variables, that asks Prometheus.
type Panel struct {
	Title   string
	Queries []string
}

// Panels are those of a Grafana dashboard in a file.
func Panels(file string) ([]Panel, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var content struct {
		Templating struct {
			List []struct{ Name, Type, Definition string }
		}
		Panels []struct {
			Title, Type string
			Targets     []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(text, &content); err != nil {
		return nil, err
	}
	var all []Panel
	for _, v := range content.Templating.List {
		if query, ok := strings.CutPrefix(v.Definition, "label_values("); ok && v.Type == "query" {
			query = query[:strings.LastIndex(query, ",")]
			all = append(all, Panel{"variable " + v.Name, []string{query}})
		}
	}
	for _, p := range content.Panels {
		panel := Panel{Title: p.Title}
		for _, target := range p.Targets {
			panel.Queries = append(panel.Queries, target.Expr)
		}
		if p.Type != "row" {
			all = append(all, panel)
		}
	}
	return all, nil
}

// plain puts values in the place of Grafana's variables.
var plain = strings.NewReplacer("$__rate_interval", "5m", "$__range", "1h", "$namespace", ".*", "$job", ".*", "$instance", ".*")

// Plain is a query of a dashboard as Prometheus gets it.
func Plain(query string) string { return plain.Replace(query) }

// AsRules are the queries of panels in the form of rules, which promtool checks.
func AsRules(panels []Panel) (string, error) {
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var rules []rule
	for _, panel := range panels {
		for _, query := range panel.Queries {
			rules = append(rules, rule{"panel:" + strconv.Itoa(len(rules)), Plain(query)})
		}
	}
	text, err := json.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	return string(text) + "\n", err
}
