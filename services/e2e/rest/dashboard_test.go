package rest_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/onrecord/onrecord/services/platform/testkit/must"
)

// dashboard is what the tests read of a Grafana dashboard.
type dashboard struct {
	Title      string
	Templating struct {
		List []struct {
			Name    string
			Current struct{ Value string }
			Query   json.RawMessage
		}
	}
	Panels []struct {
		ID      int
		Title   string
		Targets []infinityTarget
	}
}

// infinityTarget is a query of the Infinity data source.
type infinityTarget struct {
	URL          string
	RootSelector string `json:"root_selector"`
	Parser       string
	Columns      []struct{ Selector, Text, Type string }
}

// TestJ11EveryQueryOfTheDashboardsAnswers: each query of each dashboard of the record is answered, with
// the columns that it names.
func TestJ11EveryQueryOfTheDashboardsAnswers(t *testing.T) {
	paths := must.Get(filepath.Glob("../../../deploy/dashboards/onrecord*.json"))(t)
	must.True(t, len(paths) > 0, "there is no dashboard")
	for _, path := range paths {
		var d dashboard
		must.OK(t, json.Unmarshal(must.Get(os.ReadFile(path))(t), &d))
		replace := []string{"${onrecord}", ""}
		targets := map[string]infinityTarget{}
		for _, v := range d.Templating.List {
			if v.Name != "onrecord" {
				replace = append(replace, "${"+v.Name+"}", v.Current.Value, "${"+v.Name+":raw}", v.Current.Value)
			}
			var query struct{ InfinityQuery *infinityTarget }
			if json.Unmarshal(v.Query, &query) == nil && query.InfinityQuery != nil {
				targets["variable "+v.Name] = *query.InfinityQuery
			}
		}
		for _, p := range d.Panels {
			must.True(t, len(p.Targets) > 0, "%s: panel %q asks nothing", path, p.Title)
			for i, target := range p.Targets {
				targets[p.Title+" "+strconv.Itoa(i)] = target
			}
		}
		must.True(t, len(targets) >= 6, "%s has %d queries", path, len(targets))
		for name, target := range targets {
			t.Run(d.Title+"/"+name, func(t *testing.T) { target.answers(t, strings.NewReplacer(replace...)) })
		}
	}
}

// answers asks as Grafana's server does and looks for the columns.
func (q infinityTarget) answers(t *testing.T, variables *strings.Replacer) {
	t.Helper()
	must.True(t, strings.HasPrefix(q.URL, "${onrecord}/v1/"), "%s", q.URL)
	must.Equal(t, q.Parser, "backend") // alerts and shared dashboards need it
	url := variables.Replace(q.URL)
	must.False(t, strings.Contains(url, "${"), "%s: a variable that is not there", url)
	var answer any
	must.OK(t, json.Unmarshal(api.Get(t, url).OK(t).Body, &answer))
	rows := answer
	if q.RootSelector != "" {
		rows = answer.(map[string]any)[q.RootSelector]
	}
	list, _ := rows.([]any)
	if q.RootSelector == "corrections" && list == nil {
		return // nothing was corrected yet
	}
	must.True(t, len(list) > 0, "%s: no rows", url)
	for _, column := range q.Columns {
		found := false
		for _, row := range list {
			found = found || has(row, strings.Split(column.Selector, "."))
		}
		must.True(t, found, "%s: no row has %s", url, column.Selector)
	}
}

// has reports whether a row has something at a path, be it null.
func has(row any, path []string) bool {
	if len(path) == 0 {
		return true
	}
	switch value := row.(type) {
	case map[string]any:
		inner, ok := value[path[0]]
		return ok && has(inner, path[1:])
	case []any:
		i, err := strconv.Atoi(path[0])
		return err == nil && i < len(value) && has(value[i], path[1:])
	}
	return false
}
