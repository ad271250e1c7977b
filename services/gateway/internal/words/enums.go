package words

import "strings"

// EnumWords is the name of an enum's value as words: AT_LEAST is "at least".
func EnumWords(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", " ")) }
