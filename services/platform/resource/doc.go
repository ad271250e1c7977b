// Package resource holds the names and ids of resources, as the AIPs have them (AIP-122, AIP-148).
//
// A name is a path of collections and ids: statements/{statement}/revisions/{revision}. An id is lower-case letters,
// digits and inner hyphens, at most 63; an id that the client did not choose is the resource's uid, a UUIDv7, so ids
// sort by time of creation. Ids of versions and revisions count from 1.
//
// What may go here: syntax of names, ids and etags. Which resources exist belongs to the services.
package resource
