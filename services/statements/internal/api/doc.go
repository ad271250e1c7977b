// Package api answers the RPCs of the statements service.
//
// A handler reads its request, asks the store or package changes, and writes its
// answer; messages are turned into domain structs and back in convert*.go. No
// rule about what may be on record stands here, and no SQL.
package api
