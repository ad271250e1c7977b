package alerts

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/VictoriaMetrics/metricsql"
)

// Known says what there is to ask for: for each series its labels with the values that
// each may have; nil for any.
type Known map[string]map[string][]string

// Used are the series that a query asks for.
func Used(query string) ([]string, error) {
	var names []string
	err := selectors(query, func(name string, _ []metricsql.LabelFilter) { names = append(names, name) })
	slices.Sort(names)
	return slices.Compact(names), err
}

// Faults are what a query asks for in vain: series and labels that are not known, values
// that a label never has.
func (k Known) Faults(query string) []string {
	var faults []string
	grouped := map[string]bool{}
	err := selectors(query, func(name string, filters []metricsql.LabelFilter) {
		labels, ok := k[name]
		if !ok {
			faults = append(faults, "there is no series "+name)
			return
		}
		for label := range labels {
			grouped[label] = true
		}
		for _, filter := range filters {
			faults = append(faults, filterFaults(name, labels, filter)...)
		}
	})
	if err != nil {
		return []string{err.Error()}
	}
	for _, label := range groupings(query) {
		if !grouped[label] {
			faults = append(faults, "no series has the label "+label)
		}
	}
	return faults
}

// filterFaults says what is wrong with one matcher of a series.
func filterFaults(name string, labels map[string][]string, filter metricsql.LabelFilter) []string {
	values, ok := labels[filter.Label]
	if !ok {
		return []string{fmt.Sprintf("%s has no label %s", name, filter.Label)}
	}
	matches, err := matcherOf(filter)
	if err != nil {
		return []string{err.Error()}
	}
	if (filter.Label == "le" || filter.Label == "quantile") && asOfOld(matches) {
		return []string{fmt.Sprintf("%s has %s %q for Prometheus 2 only: for both it is =~%q", name, filter.Label, filter.Value, bothForms(filter))}
	}
	if values == nil {
		return nil
	}
	wanted := []metricsql.LabelFilter{filter}
	if filter.IsRegexp {
		wanted = nil
		for one := range strings.SplitSeq(filter.Value, "|") {
			wanted = append(wanted, metricsql.LabelFilter{Value: one, IsRegexp: true})
		}
	}
	var faults []string
	for _, one := range wanted {
		matches, err := matcherOf(one)
		if err != nil {
			return []string{err.Error()}
		}
		if !slices.ContainsFunc(values, matches) {
			faults = append(faults, fmt.Sprintf("%s never has %s %q", name, filter.Label, one.Value))
		}
	}
	return faults
}

// matcherOf tells the values that a matcher names.
func matcherOf(filter metricsql.LabelFilter) (func(value string) bool, error) {
	if !filter.IsRegexp {
		return func(value string) bool { return value == filter.Value }, nil
	}
	pattern, err := regexp.Compile("^(?:" + filter.Value + ")$")
	if err != nil {
		return nil, err
	}
	return pattern.MatchString, nil
}

// asOfOld reports whether a bound is named as Prometheus 2 writes it, "1", and not as 3
// does, "1.0".
func asOfOld(matches func(bound string) bool) bool {
	const most = 3600 // seconds: no bound is larger
	for n := range most + 1 {
		if whole := strconv.Itoa(n); matches(whole) && !matches(whole+".0") {
			return true
		}
	}
	return false
}

// bothForms is the pattern of the same bounds in either form.
func bothForms(filter metricsql.LabelFilter) string {
	if filter.IsRegexp {
		return "(" + filter.Value + ")([.]0)?"
	}
	return filter.Value + "([.]0)?"
}

// selectors visits each series of a query with its matchers.
func selectors(query string, visit func(name string, filters []metricsql.LabelFilter)) error {
	parsed, err := metricsql.Parse(query)
	if err != nil {
		return fmt.Errorf("%s: %w", query, err)
	}
	metricsql.VisitAll(parsed, func(part metricsql.Expr) {
		selector, ok := part.(*metricsql.MetricExpr)
		if !ok {
			return
		}
		for _, filters := range selector.LabelFilterss {
			if len(filters) == 0 || filters[0].Label != "__name__" || filters[0].IsRegexp {
				visit("without a name", nil)
				continue
			}
			visit(filters[0].Value, filters[1:])
		}
	})
	return nil
}

// groupings are the labels by which a query groups and matches.
func groupings(query string) []string {
	parsed, err := metricsql.Parse(query)
	if err != nil {
		return nil
	}
	var labels []string
	metricsql.VisitAll(parsed, func(part metricsql.Expr) {
		if modifier, ok := part.(*metricsql.ModifierExpr); ok {
			labels = append(labels, modifier.Args...)
		}
	})
	return labels
}
