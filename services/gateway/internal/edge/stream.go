package edge

import "net/http"

// Direct takes an answer out of the buffer, because it is sent piece by piece:
// what is written to through goes to the client at once, and nothing completes it.
// The answer says itself that it is not kept. Head says that the request is HEAD: only
// headers may be sent. It must be called before anything is written; ok is false
// where the answer is not buffered.
func Direct(w http.ResponseWriter) (through http.ResponseWriter, head, ok bool) {
	buffer, ok := w.(*buffered)
	if !ok {
		return w, false, false
	}
	buffer.direct = true
	return buffer.through, buffer.head, true
}
