package auth

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"github.com/onrecord/onrecord/services/platform/caller"
)

const (
	// keyPrefix starts a credential that is the SHA-256 of an API key, in hex. A
	// key is 32 random bytes, so a plain hash of it tells nothing about it.
	keyPrefix = "sha256:"
	// certificatePrefix starts a credential that is a DNS name in a certificate.
	certificatePrefix = "certificate:"
	// maxListBytes is the size limit of an access list.
	maxListBytes = 1 << 20
)

// accessList is who may do what by API keys and certificates. A line is
//
//	caller role sha256:HEX
//	caller role certificate:DNS-NAME
//
// and # begins a comment. An empty file is no list of nobody, but one that is being
// written, or that a command before it left so: it would shut everybody out. A comment
// alone is.
type accessList struct {
	keys         map[[sha256.Size]byte]Identity
	certificates map[string]Identity
}

// parseAccessList reads a list. An error names the line and never what stands
// in it.
func parseAccessList(text []byte) (*accessList, error) {
	if len(text) > maxListBytes {
		return nil, fmt.Errorf("an access list has at most %d bytes", maxListBytes)
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return nil, errors.New("it is empty: to let in nobody, leave a line with #")
	}
	list := &accessList{keys: make(map[[sha256.Size]byte]Identity), certificates: make(map[string]Identity)}
	scanner := bufio.NewScanner(bytes.NewReader(text))
	for number := 1; scanner.Scan(); number++ {
		line, _, _ := strings.Cut(scanner.Text(), "#")
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if err := list.add(fields); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("a line is too long: %w", err)
	}
	return list, nil
}

func (l *accessList) add(fields []string) error {
	if len(fields) != 3 {
		return fmt.Errorf("want caller, role and credential; there are %d words", len(fields))
	}
	if !ValidCaller(fields[0]) {
		return fmt.Errorf("the caller has 1 to %d visible ASCII characters and is not %s or %s", caller.MaxLen, caller.Anonymous, own.Caller)
	}
	role, err := ParseRole(fields[1])
	if err != nil || role == None {
		return fmt.Errorf("the role is reader, editor or admin")
	}
	identity := Identity{Caller: fields[0], Role: role}
	if name, ok := strings.CutPrefix(fields[2], certificatePrefix); ok {
		return l.addCertificate(strings.ToLower(name), identity)
	}
	text, ok := strings.CutPrefix(fields[2], keyPrefix)
	hash, err := hex.DecodeString(text)
	if !ok || err != nil || len(hash) != sha256.Size {
		return fmt.Errorf("the credential is %s and 64 hexadecimal digits, or %s and a DNS name", keyPrefix, certificatePrefix)
	}
	key := [sha256.Size]byte(hash)
	if _, twice := l.keys[key]; twice {
		return fmt.Errorf("the key stands in an earlier line too")
	}
	l.keys[key] = identity
	return nil
}

func (l *accessList) addCertificate(name string, identity Identity) error {
	if name == "" {
		return fmt.Errorf("%s needs a DNS name", certificatePrefix)
	}
	if _, twice := l.certificates[name]; twice {
		return fmt.Errorf("the certificate stands in an earlier line too")
	}
	l.certificates[name] = identity
	return nil
}

// names reports whether a caller is on the list.
func (l *accessList) names(caller string) bool {
	for _, identity := range l.keys {
		if identity.Caller == caller {
			return true
		}
	}
	for _, identity := range l.certificates {
		if identity.Caller == caller {
			return true
		}
	}
	return false
}

// ofKey looks a key up by its hash: how long that takes tells nothing about any
// other key.
func (l *accessList) ofKey(key string) (Identity, bool) {
	identity, ok := l.keys[sha256.Sum256([]byte(key))]
	return identity, ok
}

// ofCertificate looks up the DNS names of a verified certificate.
func (l *accessList) ofCertificate(names []string) (Identity, bool) {
	for _, name := range names {
		if identity, ok := l.certificates[strings.ToLower(name)]; ok {
			return identity, true
		}
	}
	return Identity{}, false
}

// HashKey returns an API key as it stands in an access list.
func HashKey(key string) string {
	sum := sha256.Sum256([]byte(key))
	return keyPrefix + hex.EncodeToString(sum[:])
}
