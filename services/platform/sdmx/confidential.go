package sdmx

// free is the code of CL_CONF_STATUS for what anybody may be told.
const free = "F"

// Confidential reports whether a CONF_STATUS, "" for none, says that not everybody may be
// told.
func Confidential(confStatus string) bool { return confStatus != "" && confStatus != free }
