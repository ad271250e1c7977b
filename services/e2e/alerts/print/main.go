// Command print writes what is made of deploy/prometheus and deploy/dashboards:
//
//	print resource   the PrometheusRule of the component monitoring
//	print queries    the dashboard's queries in the form of rules
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/onrecord/onrecord/services/e2e/alerts"
)

func main() {
	text, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Print(text)
}

func run(args []string) (string, error) {
	switch {
	case len(args) == 1 && args[0] == "resource":
		return alerts.Resource("deploy/prometheus")
	case len(args) == 1 && args[0] == "queries":
		panels, err := alerts.Panels("deploy/dashboards/operators.json")
		if err != nil {
			return "", err
		}
		return alerts.AsRules(panels)
	}
	return "", errors.New("print resource | queries")
}
