package auth

import (
	"crypto/rand"
	"encoding/base64"
)

// NewKey makes an API key: "onrecord_" and 32 random bytes in the letters of
// URLs, so that scanners for leaked secrets can know it.
func NewKey() string {
	var random [32]byte
	_, _ = rand.Read(random[:]) // never fails (crypto/rand)
	return "onrecord_" + base64.RawURLEncoding.EncodeToString(random[:])
}
