package ops

import (
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// other is the label of what is in no closed set.
const other = "other"

// The closed sets of labels. They are counted from 0, so that a rate sees the
// first of a kind.
var (
	statuses = []string{
		"ok", "compile_error", "exit", "panic", "deadlock", "cpu_limit", "wall_limit", "memory_limit", "output_limit",
		"thread_limit", "breach", "starved", "evicted", "killed", "server_stopped", "client_gone", "node_lost", "sandbox_failure", other,
	}
	codes = []string{
		"bad_request", "busy", "conflict", "forbidden", "gone", "input", "malformed", "not_found",
		"rate_limited", "share_too_large", "shutting_down", "source_too_large", "stdin_too_large", "too_many_runs", "unavailable",
		"unknown_run", "unknown_type", other,
	}
)

func known(label string, set []string) string {
	if slices.Contains(set, label) {
		return label
	}
	return other
}

// seconds are buckets from a warm worker's hello to the longest default wall
// time and a long queue.
var seconds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 1.5, 2.5, 4, 6, 10, 15, 30, 60}

// metrics are what is counted here.
type metrics struct {
	registry  *prometheus.Registry
	runs      *prometheus.CounterVec
	refusals  *prometheus.CounterVec
	spans     *prometheus.CounterVec
	queue     prometheus.Histogram
	firstByte prometheus.Histogram
	stages    *prometheus.HistogramVec
	cpu, wall prometheus.Histogram
	memory    prometheus.Histogram
	output    prometheus.Histogram
}

func newMetrics(c Config, gauges func() Gauges) *metrics {
	m := &metrics{
		registry:  prometheus.NewRegistry(),
		runs:      counters("playground_runs_total", "Runs that ended, by how.", "status"),
		refusals:  counters("playground_refusals_total", "Requests that were refused, by the code that the client was told.", "code"),
		spans:     counters("playground_spans_total", "Runs whose spans were sent to the collector, or dropped.", "result"),
		queue:     histogram("playground_queue_seconds", "Time from the request until the program was let in.", seconds),
		firstByte: histogram("playground_first_byte_seconds", "Time from the request to the first byte of output.", seconds),
		stages: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "playground_stage_seconds", Help: "Time that a run took to come to a stage from the one before.", Buckets: seconds,
		}, []string{"stage"}),
		cpu:    histogram("playground_run_cpu_seconds", "CPU time of a run, over all threads.", seconds),
		wall:   histogram("playground_run_wall_seconds", "Elapsed time of a run in its worker.", seconds),
		memory: histogram("playground_run_memory_bytes", "The most memory that a run held.", prometheus.ExponentialBuckets(8<<20, 2, 8)),
		output: histogram("playground_run_output_bytes", "Output of a run, both streams together.", prometheus.ExponentialBuckets(64, 8, 7)),
	}
	start(m.runs, statuses)
	start(m.refusals, codes)
	start(m.spans, []string{spansSent, spansDropped})
	for _, s := range stages {
		m.stages.WithLabelValues(string(s.until))
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "playground_build_info", Help: "Always 1; the labels tell the version.",
		ConstLabels: prometheus.Labels{"version": c.Version, "go": c.Go},
	})
	build.Set(1)
	m.registry.MustRegister(m.runs, m.refusals, m.spans, m.queue, m.firstByte, m.stages, m.cpu, m.wall, m.memory, m.output,
		build, watch(gauges), newBudgetCollector(gauges), collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func counters(name, help, label string) *prometheus.CounterVec {
	return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, []string{label})
}

func start(v *prometheus.CounterVec, labels []string) {
	for _, l := range labels {
		v.WithLabelValues(l)
	}
}

func histogram(name, help string, buckets []float64) prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets})
}

// observe counts a run that ended.
func (m *metrics) observe(x *Run) {
	ex := prometheus.Labels{"trace_id": x.trace}
	o := x.outcome
	m.runs.WithLabelValues(known(o.Status, statuses)).(prometheus.ExemplarAdder).AddWithExemplar(1, ex)
	for _, p := range x.parts() {
		observe(m.stages.WithLabelValues(string(p.until)), (p.to - p.from).Seconds(), ex)
		switch p.until {
		case Admitted:
			observe(m.queue, p.to.Seconds(), ex)
		case FirstByte:
			observe(m.firstByte, p.to.Seconds(), ex)
		}
	}
	observe(m.cpu, o.CPU.Seconds(), ex)
	observe(m.wall, o.Wall.Seconds(), ex)
	observe(m.memory, float64(o.Memory), ex)
	observe(m.output, float64(o.Output), ex)
}

func observe(h prometheus.Observer, v float64, exemplar prometheus.Labels) {
	h.(prometheus.ExemplarObserver).ObserveWithExemplar(v, exemplar)
}

// Gauges are figures of the moment.
type Gauges struct {
	Sockets          int   // open websockets
	Running, Waiting int   // programs
	Idle             int   // workers
	ColdStarts       int64 // runs so far that found no idle worker
	Breaker          int   // of worker starts: 0 closed, 1 half open, 2 open
	Programs         int   // that may run at once
	Cluster          ClusterGauges
	CPU              float64
	Memory           int64 // bytes that all workers hold
	Kept             int   // ended runs whose output can still be had
	KeptBytes        int   // of their journals
	Draining         bool
	Parts            []Part // of the budget, each once
}

// ClusterGauges are a node's figures of its cluster; all 0 without one.
type ClusterGauges struct {
	Nodes  int   // that can be heard, with this one
	Lost   int64 // nodes that fell silent, so far
	Served int   // readers on other nodes of what runs here
	Away   int   // readers here of what runs on other nodes
}

// gauge is one figure of Gauges as it is scraped.
type gauge struct {
	desc  *prometheus.Desc
	kind  prometheus.ValueType
	value func(Gauges) float64
}

// watch is a collector that asks for gauges when it is scraped.
func watch(ask func() Gauges) prometheus.Collector {
	w := &watcher{ask: ask}
	w.add("playground_sockets", "Open websockets.", func(g Gauges) float64 { return float64(g.Sockets) })
	w.add("playground_programs_running", "Programs that run.", func(g Gauges) float64 { return float64(g.Running) })
	w.add("playground_programs_waiting", "Programs that wait for their turn.", func(g Gauges) float64 { return float64(g.Waiting) })
	w.add("playground_programs_limit", "Programs that may run at once.", func(g Gauges) float64 { return float64(g.Programs) })
	w.add("playground_cluster_nodes", "Nodes of the cluster that can be heard, with this one; 0 without a cluster.", func(g Gauges) float64 { return float64(g.Cluster.Nodes) })
	w.add("playground_cluster_served", "Readers on other nodes of what runs here.", func(g Gauges) float64 { return float64(g.Cluster.Served) })
	w.add("playground_cluster_away", "Readers here of what runs on other nodes.", func(g Gauges) float64 { return float64(g.Cluster.Away) })
	w.add("playground_workers_idle", "Warm workers that wait for a program.", func(g Gauges) float64 { return float64(g.Idle) })
	w.add("playground_workers_cpu_cores", "Cores that programs use, over the last moment.", func(g Gauges) float64 { return g.CPU })
	w.add("playground_workers_memory_bytes", "Memory that all workers hold.", func(g Gauges) float64 { return float64(g.Memory) })
	w.add("playground_worker_breaker", "Circuit breaker of worker starts: 0 closed, 1 half open, 2 open.", func(g Gauges) float64 { return float64(g.Breaker) })
	w.add("playground_runs_kept", "Ended runs whose output can still be had.", func(g Gauges) float64 { return float64(g.Kept) })
	w.add("playground_journal_bytes", "Memory of the journals of ended runs.", func(g Gauges) float64 { return float64(g.KeptBytes) })
	w.add("playground_draining", "1 while the server lets programs finish before it ends.", func(g Gauges) float64 {
		if g.Draining {
			return 1
		}
		return 0
	})
	w.total("playground_worker_cold_starts_total", "Runs that found no idle worker.", func(g Gauges) float64 { return float64(g.ColdStarts) })
	w.total("playground_cluster_lost_total", "Nodes of the cluster that fell silent.", func(g Gauges) float64 { return float64(g.Cluster.Lost) })
	return w
}

type watcher struct {
	ask    func() Gauges
	gauges []gauge
}

func (w *watcher) add(name, help string, value func(Gauges) float64) {
	w.gauges = append(w.gauges, gauge{prometheus.NewDesc(name, help, nil, nil), prometheus.GaugeValue, value})
}

func (w *watcher) total(name, help string, value func(Gauges) float64) {
	w.gauges = append(w.gauges, gauge{prometheus.NewDesc(name, help, nil, nil), prometheus.CounterValue, value})
}

// Describe implements prometheus.Collector.
func (w *watcher) Describe(c chan<- *prometheus.Desc) {
	for _, g := range w.gauges {
		c <- g.desc
	}
}

// Collect implements prometheus.Collector.
func (w *watcher) Collect(c chan<- prometheus.Metric) {
	now := w.ask()
	for _, g := range w.gauges {
		c <- prometheus.MustNewConstMetric(g.desc, g.kind, g.value(now))
	}
}

// milliseconds is a time for people, to the tenth.
func milliseconds(d time.Duration) float64 { return float64(d.Round(100*time.Microsecond)) / 1e6 }
