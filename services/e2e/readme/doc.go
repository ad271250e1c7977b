// Package readme keeps the parts of README.md that are made, not written: the
// settings table, the answers of the examples, the table of speed. Each stands
// between two comments, <!-- name --> and <!-- /name -->.
//
// Its test fails when such a part no longer holds; with -update, which is what
// `make readme` runs, it writes the part anew instead.
//
// An example is a command after "$ " in a console block, and its answer. Write
// the command by hand; its answer comes from running it, with the real curl, jq
// and grpcurl. The test needs none of them: it runs the same lines in a shell
// of its own, in which these commands are Go functions, and compares what comes
// out as JSON.
package readme
