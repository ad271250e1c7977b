package recordtime

// Present is how far a record goes.
type Present struct {
	// Written is the newest Time on record: reading at it shows everything, the
	// writes acknowledged before included. It stays the same until somebody
	// writes, so what is made of it, such as a page token, does too.
	Written Time
	// Settled is the newest Time at or before which nothing can commit any more.
	// It is never before Written, and nothing was written between the two.
	Settled Time
}
