package observed

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/onrecord/onrecord/services/platform/recorddb"
)

// collector asks a database what it uses when telemetry is read.
type collector struct {
	db     recorddb.Engine
	gauged recorddb.Gauged // nil if it does not say

	settled *prometheus.Desc
	info    *prometheus.Desc
	series  []series
	files   []fileSeries
}

// series is one number of a Usage.
type series struct {
	desc   *prometheus.Desc
	kind   prometheus.ValueType
	value  func(recorddb.Usage) float64
	labels []string
}

// fileSeries is one number of a FileUsage.
type fileSeries struct {
	desc   *prometheus.Desc
	value  func(*recorddb.FileUsage) int64
	labels []string
}

func newCollector(service string, db recorddb.Engine, gauged recorddb.Gauged) *collector {
	constant := prometheus.Labels{"service": service}
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(prometheus.BuildFQName(namespace, subsystem, name), help, labels, constant)
	}
	connections := desc("connections", "Open connections for reading (of PostgreSQL: all) by what they do.", "state")
	files := desc("file_bytes", "Size of the file of the database, and of its write-ahead log.", "file")
	const counter, gauge = prometheus.CounterValue, prometheus.GaugeValue
	return &collector{
		db: db, gauged: gauged,
		settled: desc("settled_timestamp_seconds", "Time, since 1970, up to which this process knows the record to be settled."),
		info:    desc("info", "Always 1; the label says which database it is.", "engine"),
		series: []series{
			{desc("schema_version", "Version of the schema that the database has."), gauge, func(u recorddb.Usage) float64 { return float64(u.Schema) }, nil},
			{desc("schema_version_wanted", "Version of the schema that the program needs."), gauge, func(u recorddb.Usage) float64 { return float64(u.SchemaWanted) }, nil},
			{desc("schema_served", "1 if the program serves a database of that version, 0 if it refuses to."), gauge, func(u recorddb.Usage) float64 { return oneIf(u.SchemaServed) }, nil},
			{connections, gauge, func(u recorddb.Usage) float64 { return float64(u.InUse) }, []string{"in_use"}},
			{connections, gauge, func(u recorddb.Usage) float64 { return float64(u.Idle) }, []string{"idle"}},
			{desc("connections_max", "How many such connections there may be."), gauge, func(u recorddb.Usage) float64 { return float64(u.Most) }, nil},
			{desc("connection_acquires_total", "Connections that were taken."), counter, func(u recorddb.Usage) float64 { return float64(u.Acquires) }, nil},
			{desc("connection_waits_total", "Connections that were waited for."), counter, func(u recorddb.Usage) float64 { return float64(u.Waits) }, nil},
			{desc("connection_wait_seconds_total", "For how long connections were waited for."), counter, func(u recorddb.Usage) float64 { return u.Waited.Seconds() }, nil},
			{desc("write_queue", "Writes that wait for the writer."), gauge, func(u recorddb.Usage) float64 { return float64(u.Queued) }, nil},
			{desc("write_queue_max", "How many can; then callers wait to get in."), gauge, func(u recorddb.Usage) float64 { return float64(u.QueueSize) }, nil},
			{desc("commits_total", "Transactions that were committed."), counter, func(u recorddb.Usage) float64 { return float64(u.Commits) }, nil},
			{desc("committed_writes_total", "Writes in them: several share a commit."), counter, func(u recorddb.Usage) float64 { return float64(u.Writes) }, nil},
			{desc("commit_seconds_total", "How long commits took."), counter, func(u recorddb.Usage) float64 { return u.Committing.Seconds() }, nil},
			{desc("reload_failing", "1 while the database's password or authorities cannot be read and what was read before is in force."), gauge, func(u recorddb.Usage) float64 { return oneIf(u.ReloadFails) }, nil},
		},
		files: []fileSeries{
			{files, func(f *recorddb.FileUsage) int64 { return f.Database }, []string{"database"}},
			{files, func(f *recorddb.FileUsage) int64 { return f.Log }, []string{"log"}},
			{desc("disk_bytes", "Size of the disk that the file is on."), func(f *recorddb.FileUsage) int64 { return f.Disk }, nil},
			{desc("disk_free_bytes", "What of it this process may still take."), func(f *recorddb.FileUsage) int64 { return f.Free }, nil},
		},
	}
}

func oneIf(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// Describe implements prometheus.Collector.
func (c *collector) Describe(out chan<- *prometheus.Desc) {
	out <- c.settled
	out <- c.info
	for _, of := range c.series {
		out <- of.desc
	}
	for _, of := range c.files {
		out <- of.desc
	}
}

// Collect implements prometheus.Collector. It asks only what is known without asking the
// database itself, so that telemetry is answered while that hangs.
func (c *collector) Collect(out chan<- prometheus.Metric) {
	out <- prometheus.MustNewConstMetric(c.settled, prometheus.GaugeValue, float64(c.db.Settled().Time().UnixMicro())/1e6)
	if c.gauged == nil {
		return
	}
	usage := c.gauged.Usage()
	out <- prometheus.MustNewConstMetric(c.info, prometheus.GaugeValue, 1, usage.Engine)
	for _, of := range c.series {
		out <- prometheus.MustNewConstMetric(of.desc, of.kind, of.value(usage), of.labels...)
	}
	if usage.File == nil {
		return
	}
	for _, of := range c.files {
		out <- prometheus.MustNewConstMetric(of.desc, prometheus.GaugeValue, float64(of.value(usage.File)), of.labels...)
	}
}
