package pgdb

// maxBatch is how many queued writes share one commit at most. It bounds how
// long the first of them waits for the others.
const maxBatch = 64

// runWriter commits batches until the queue is closed. A closure that ends the
// goroutine (t.FailNow does, in a test) must not end all writing: the batch
// answers its callers and a new goroutine goes on.
func (db *DB) runWriter() {
	finished := false
	defer func() {
		if finished {
			close(db.writerDone)
		} else {
			go db.runWriter()
		}
	}()
	for first := range db.queue {
		db.runBatch(db.collect(first))
	}
	finished = true
}

// collect returns the writes that wait now.
func (db *DB) collect(first *job) []*job {
	jobs := []*job{first}
	for len(jobs) < maxBatch && !db.restore {
		select {
		case next, open := <-db.queue:
			if !open {
				return jobs
			}
			jobs = append(jobs, next)
		default:
			return jobs
		}
	}
	return jobs
}
