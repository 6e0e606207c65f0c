package ops

import (
	"math"

	"github.com/prometheus/client_golang/prometheus"
)

// The parts of what a server may use, as they are labelled.
const (
	PartPrograms     = "programs"
	PartQueue        = "queue"
	PartMemory       = "workers_memory_bytes"
	PartServerMemory = "server_memory_bytes"
	PartThreads      = "workers_threads"
	PartConnections  = "connections"
	PartSockets      = "sockets"
	PartJournals     = "journals_bytes"
)

// parts is their closed set.
var parts = []string{
	PartPrograms, PartQueue, PartMemory, PartServerMemory, PartThreads, PartConnections, PartSockets, PartJournals, other,
}

// Part is how much of one part is in use, and may be: 0 is no bound.
type Part struct {
	Name          string
	Used, Allowed int64
}

// budgetCollector tells of parts when it is scraped.
type budgetCollector struct {
	ask           func() Gauges
	used, allowed *prometheus.Desc
}

func newBudgetCollector(ask func() Gauges) *budgetCollector {
	label := []string{"part"}
	return &budgetCollector{
		ask:     ask,
		used:    prometheus.NewDesc("playground_budget_used", "How much of a part of its budget the server uses.", label, nil),
		allowed: prometheus.NewDesc("playground_budget_allowed", "How much of a part it may use; +Inf where nothing bounds it.", label, nil),
	}
}

// Describe implements prometheus.Collector.
func (b *budgetCollector) Describe(c chan<- *prometheus.Desc) {
	c <- b.used
	c <- b.allowed
}

// Collect implements prometheus.Collector.
func (b *budgetCollector) Collect(c chan<- prometheus.Metric) {
	for _, p := range b.ask().Parts {
		name, allowed := known(p.Name, parts), float64(p.Allowed)
		if p.Allowed == 0 {
			allowed = math.Inf(1)
		}
		c <- prometheus.MustNewConstMetric(b.used, prometheus.GaugeValue, float64(p.Used), name)
		c <- prometheus.MustNewConstMetric(b.allowed, prometheus.GaugeValue, allowed, name)
	}
}
