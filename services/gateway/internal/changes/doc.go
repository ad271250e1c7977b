// Package changes follows both services for every watcher of the gateway.
//
// Why: thousands of dashboards want to hear of every change, and each service
// should be asked once, not thousands of times. So the hub has one stream to
// each service and keeps the newest changes in a ring; a watcher is a pair of
// places, one in the order of each service, that reads from the rings. Nothing is
// queued for a watcher, so one that is slow costs nothing and holds up nobody.
// Who stands before the ring, because it resumes or was slow, has a stream of its
// own to that service until it has caught up.
//
// The places of both services together are the resume token, which any gateway
// understands: no gateway remembers a watcher.
//
// What may go here: the hub, the tokens and filters of watchers, and the gRPC
// method. Server-sent events are of package rest.
package changes
