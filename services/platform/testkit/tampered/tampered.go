// Package tampered spoils what a service gave to a client, as someone would who
// hopes that it is not looked at when it comes back.
package tampered

// Token returns a token that is not the one given, by one letter in its middle.
func Token(token string) string {
	at, letter := len(token)/2, "A"
	if token[at:at+1] == letter {
		letter = "B"
	}
	return token[:at] + letter + token[at+1:]
}
