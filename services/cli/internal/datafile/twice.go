package datafile

import (
	"errors"
	"fmt"
	"hash/maphash"
	"io"
)

// twice is a file that is read two times and must be the same both times: what was read
// first is never put together with what stands there later. The look at what the periods of a
// table are (shapesOf) is not one of them: it seeks in the file itself and compares nothing.
type twice struct {
	from io.Reader
	hash maphash.Hash
	// filled is how much of a block was read, and sums are those of all blocks.
	filled int
	sums   []uint64

	// second says that it is read again; block is the one that is read, left what of it
	// was not, and at its number.
	second      bool
	block, left []byte
	at          int
	failed      error
}

// blockOfTwice is how much of a file is compared at once.
const blockOfTwice = sniffed

// errChanged ends the reading of a file that is not what it was when it was read first.
var errChanged = errors.New("the file changed while it was read: import it again")

// Read implements io.Reader.
func (f *twice) Read(p []byte) (int, error) {
	if f.second {
		return f.reread(p)
	}
	n, err := f.from.Read(p[:min(len(p), blockOfTwice-f.filled)])
	_, _ = f.hash.Write(p[:n]) // never fails
	if f.filled += n; f.filled == blockOfTwice || f.filled > 0 && errors.Is(err, io.EOF) {
		f.sums, f.filled = append(f.sums, f.hash.Sum64()), 0
		f.hash.Reset()
	}
	return n, err
}

// again goes to the start. What of the file nobody read is read first.
func (f *twice) again() error {
	seeker, is := f.from.(io.ReadSeeker)
	if !is {
		return errors.New("it is read twice: it must be a file, not a stream")
	}
	if _, err := io.Copy(io.Discard, f); err != nil {
		return fmt.Errorf("read it: %w", err)
	}
	if _, err := seeker.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read it again: %w", err)
	}
	f.second, f.block = true, make([]byte, blockOfTwice)
	return nil
}

// reread gives nothing of a block that is not what it was.
func (f *twice) reread(p []byte) (int, error) {
	if len(f.left) == 0 && f.failed == nil {
		f.failed = f.next()
	}
	if len(f.left) == 0 {
		return 0, f.failed
	}
	n := copy(p, f.left)
	f.left = f.left[n:]
	return n, nil
}

func (f *twice) next() error {
	n, err := io.ReadFull(f.from, f.block)
	ended := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
	switch {
	case err != nil && !ended:
		return err
	case n == 0 && f.at == len(f.sums):
		return io.EOF
	}
	f.hash.Reset()
	_, _ = f.hash.Write(f.block[:n])
	if f.at == len(f.sums) || f.hash.Sum64() != f.sums[f.at] {
		return errChanged
	}
	f.at, f.left = f.at+1, f.block[:n]
	return nil
}
