// Package changes holds no code: its tests follow the changes of a record as dashboards
// do, through gateways that come and go, and many at a time.
package changes
