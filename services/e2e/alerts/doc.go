// Package alerts reads what wakes an operator and what he then looks at: the rules in
// deploy/prometheus and the dashboard deploy/dashboards/operators.json. Its tests hold them
// together: every query asks for series and labels that a running stack was seen to
// export (services/e2e/telemetry), every alert has its section in deploy/README.md, a test
// of its own and a panel. That the rules are right is for promtool: `make lint`.
package alerts
