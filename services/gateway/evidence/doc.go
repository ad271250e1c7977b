// Package evidence is the evidence pack: a ZIP file with what the record holds of one
// document, statement or figure at one time, and the checks that anybody can make of it
// without a server.
//
// A pack is written the same, byte for byte, each time: entries in the order of their
// names, not compressed, without times. manifest.json has the SHA-256 of every other
// file, so that who signs or keeps that one file vouches for all.
//
//	manifest.json                       what the pack is of, the hash of every file, the
//	                                    document versions that were erased, and the
//	                                    revisions that whoever asked could not read
//	README.txt                          what is where, for people
//	citation.json, citation.txt         how to cite it
//	record.jsonld                       the facts in the terms of schema.org
//	record/<resource name>.json         resources, as the API has them
//	record/<fact>/revisions/<n>.json    every revision up to the time, but for hidden ones
//	texts/<SHA-256>.txt                 the texts that are not withheld, UTF-8
//	vintages/<figure>.json              what each source published when for its period
//
// A pack may be unpacked and zipped again: its files count, and folders may stand beside
// them. Only a ZIP file in which some programs would find other files than others is
// refused, and one that was written to a stream without compression, which looks the same.
//
// What a server may tell is decided by the services; a pack has what they answered, so
// the text of a document that is withheld is never in it. Nothing here asks anyone.
package evidence
