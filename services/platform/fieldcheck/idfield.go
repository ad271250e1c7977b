package fieldcheck

import "strings"

// IDField is the field of a request that chose the name of a resource at a path:
// `statement_id` beside `statement` (AIP-133), else `name` in the resource, as
// in `statements[2].name`.
func IDField(path string) string {
	if strings.HasSuffix(path, "]") {
		return path + ".name"
	}
	return path + "_id"
}
