package auth

import "fmt"

// Role is what a caller may do. A greater one may do all that a smaller one may.
type Role int

// The roles, the smallest first. The numbers of all but None are those of the
// proto's enum Role.
const (
	// None may call nothing but health checks.
	None Role = iota
	// Reader may read.
	Reader
	// Editor may also write and correct.
	Editor
	// Admin may also erase.
	Admin
)

var roleNames = [...]string{"none", "reader", "editor", "admin"}

// String returns the role's name in settings and logs.
func (r Role) String() string {
	if r < None || r > Admin {
		return "unknown"
	}
	return roleNames[r]
}

// ParseRole reads a role's name.
func ParseRole(name string) (Role, error) {
	for role, known := range roleNames {
		if name == known {
			return Role(role), nil
		}
	}
	return None, fmt.Errorf("role %q: want none, reader, editor or admin", name)
}
