package ops

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// unsent is how many runs may wait for the collector.
	unsent = 512
	// batch is the most runs that one request carries, and batchEvery how long
	// the first of them waits for the others.
	batch      = 64
	batchEvery = 2 * time.Second
	// sendTimeout is what the collector gets to answer.
	sendTimeout = 5 * time.Second
)

// What became of a run's spans.
const (
	spansSent    = "sent"
	spansDropped = "dropped"
)

// Collector is where spans go, by OTLP over HTTP in its JSON encoding.
type Collector struct {
	// URL is the address that spans are posted to, such as
	// http://localhost:4318/v1/traces.
	URL string
	// Headers go with every request, for collectors that want a key.
	Headers map[string]string
	// Service names this server in the spans: "playground".
	Service string
}

// CollectorFrom is the collector that endpoint names, to which the path of
// traces is added, or else the one that OpenTelemetry's own environment
// variables name. It is the zero value if neither does.
func CollectorFrom(endpoint string, getenv func(string) string) (Collector, error) {
	c := Collector{Service: getenv("OTEL_SERVICE_NAME"), Headers: map[string]string{}}
	setting := "--otlp"
	if endpoint == "" {
		setting, endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT", getenv("OTEL_EXPORTER_OTLP_ENDPOINT")
		if c.URL = getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"); c.URL != "" {
			setting, endpoint = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", c.URL
		}
	}
	if c.URL == "" && endpoint != "" {
		c.URL = strings.TrimSuffix(endpoint, "/") + "/v1/traces"
	}
	if c.URL == "" {
		return Collector{}, nil
	}
	u, err := url.Parse(c.URL)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return Collector{}, fmt.Errorf("%s: %q is no address of a collector; write one such as http://localhost:4318", setting, endpoint)
	}
	for pair := range strings.SplitSeq(getenv("OTEL_EXPORTER_OTLP_HEADERS"), ",") {
		key, value, ok := strings.Cut(pair, "=")
		if text, err := url.QueryUnescape(strings.TrimSpace(value)); ok && err == nil {
			c.Headers[strings.TrimSpace(key)] = text
		}
	}
	return c, nil
}

// exporter sends the spans of runs that are over. A nil exporter sends nothing.
type exporter struct {
	to       Collector
	resource otlpResource
	results  *prometheus.CounterVec
	logger   *slog.Logger
	client   http.Client

	mu     sync.Mutex // guards closed, and queue against its closing
	closed bool
	queue  chan otlpTrace
	done   chan struct{} // closed when nothing more is sent
	ctx    context.Context
	cancel context.CancelFunc
}

func newExporter(c Config, logger *slog.Logger, results *prometheus.CounterVec) (*exporter, error) {
	e := &exporter{
		to: c.Collector, results: results, logger: logger,
		queue: make(chan otlpTrace, unsent), done: make(chan struct{}),
	}
	if _, err := http.NewRequest(http.MethodPost, c.Collector.URL, nil); err != nil {
		return nil, fmt.Errorf("ops: %w", err)
	}
	service := c.Collector.Service
	if service == "" {
		service = "playground"
	}
	e.resource.Attributes = []otlpAttribute{text("service.name", service), text("service.version", c.Version)}
	if c.Node != "" {
		e.resource.Attributes = append(e.resource.Attributes, text("service.instance.id", c.Node))
	}
	e.client.Transport = http.DefaultTransport.(*http.Transport).Clone()
	e.ctx, e.cancel = context.WithCancel(context.Background())
	go e.run()
	return e, nil
}

// send hands a run's spans over, unless too many wait.
func (e *exporter) send(x *Run) {
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.closed {
		select {
		case e.queue <- traceOf(x):
			return
		default:
		}
	}
	e.results.WithLabelValues(spansDropped).Inc()
}

// close sends what waits, and returns when that is done. When ctx ends first it
// drops the rest.
func (e *exporter) close(ctx context.Context) {
	e.mu.Lock()
	if !e.closed {
		e.closed = true
		close(e.queue)
	}
	e.mu.Unlock()
	stop := context.AfterFunc(ctx, e.cancel)
	defer stop()
	<-e.done
	e.cancel()
	e.client.CloseIdleConnections()
}

// run posts batches until the queue is closed.
func (e *exporter) run() {
	defer close(e.done)
	answered := true
	for {
		traces, more := e.batch()
		if len(traces) > 0 {
			answered = e.post(traces, answered)
		}
		if !more {
			return
		}
	}
}

// batch waits for runs. It returns soon after the first one.
func (e *exporter) batch() (traces []otlpTrace, more bool) {
	t, ok := <-e.queue
	if !ok {
		return nil, false
	}
	traces = append(traces, t)
	enough := time.NewTimer(batchEvery)
	defer enough.Stop()
	for len(traces) < batch {
		select {
		case t, ok := <-e.queue:
			if !ok {
				return traces, false
			}
			traces = append(traces, t)
		case <-enough.C:
			return traces, true
		}
	}
	return traces, true
}

// post sends a batch, once: what the collector does not take is dropped. The log
// has the first of several failures.
func (e *exporter) post(traces []otlpTrace, answered bool) bool {
	err := e.request(traces)
	result := spansSent
	if err != nil {
		result = spansDropped
		if answered {
			e.logger.Warn("the collector takes no spans; they are dropped until it does", "err", err)
		}
	}
	e.results.WithLabelValues(result).Add(float64(len(traces)))
	return err == nil
}

func (e *exporter) request(traces []otlpTrace) error {
	body, err := json.Marshal(e.message(traces))
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(e.ctx, sendTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, e.to.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	for key, value := range e.to.Headers {
		req.Header.Set(key, value)
	}
	resp, err := e.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode/100 != 2 {
		return fmt.Errorf("the collector answered %s", resp.Status)
	}
	return nil
}

func (e *exporter) message(traces []otlpTrace) otlpMessage {
	scope := otlpScopeSpans{Scope: otlpScope{Name: "playground/internal/ops"}}
	for _, t := range traces {
		scope.Spans = append(scope.Spans, t...)
	}
	return otlpMessage{ResourceSpans: []otlpResourceSpans{{Resource: e.resource, ScopeSpans: []otlpScopeSpans{scope}}}}
}

// What follows is ExportTraceServiceRequest of the OpenTelemetry protocol in its
// JSON mapping, as far as it is used.
type (
	otlpMessage struct {
		ResourceSpans []otlpResourceSpans `json:"resourceSpans"`
	}
	otlpResourceSpans struct {
		Resource   otlpResource     `json:"resource"`
		ScopeSpans []otlpScopeSpans `json:"scopeSpans"`
	}
	otlpResource struct {
		Attributes []otlpAttribute `json:"attributes"`
	}
	otlpScopeSpans struct {
		Scope otlpScope  `json:"scope"`
		Spans []otlpSpan `json:"spans"`
	}
	otlpScope struct {
		Name string `json:"name"`
	}
	otlpSpan struct {
		TraceID    string          `json:"traceId"`
		SpanID     string          `json:"spanId"`
		Parent     string          `json:"parentSpanId,omitempty"`
		Name       string          `json:"name"`
		Kind       int             `json:"kind"`
		Start      string          `json:"startTimeUnixNano"`
		End        string          `json:"endTimeUnixNano"`
		Attributes []otlpAttribute `json:"attributes,omitempty"`
		Status     otlpStatus      `json:"status"`
	}
	otlpStatus struct {
		Code int `json:"code,omitempty"`
	}
	otlpAttribute struct {
		Key   string    `json:"key"`
		Value otlpValue `json:"value"`
	}
	otlpValue struct {
		Text   *string  `json:"stringValue,omitempty"`
		Int    string   `json:"intValue,omitempty"`
		Double *float64 `json:"doubleValue,omitempty"`
	}
)

// The protocol's numbers.
const (
	kindInternal = 1
	kindServer   = 2
	statusError  = 2
)

// otlpTrace is the spans of one run: its own, and one for each of its parts.
type otlpTrace []otlpSpan

func traceOf(x *Run) otlpTrace {
	parts := x.parts()
	root := x.span("run", kindServer, 0, parts[len(parts)-1].to)
	root.Attributes = []otlpAttribute{text("playground.run", x.info.ID), text("playground.task", x.info.Task), text("playground.status", x.status())}
	if o := x.outcome; o != nil {
		root.Attributes = append(root.Attributes, number("playground.cpu_seconds", o.CPU.Seconds()),
			integer("playground.memory_bytes", o.Memory), integer("playground.output_bytes", o.Output))
		if o.Status == "sandbox_failure" {
			root.Status.Code = statusError
		}
	}
	spans := otlpTrace{root}
	for _, p := range parts {
		s := x.span(p.doing, kindInternal, p.from, p.to)
		s.Parent = root.SpanID
		spans = append(spans, s)
	}
	return spans
}

func (x *Run) span(name string, kind int, from, to time.Duration) otlpSpan {
	var id [8]byte
	_, _ = rand.Read(id[:]) // it never fails
	at := func(d time.Duration) string { return strconv.FormatInt(x.begun.Add(d).UnixNano(), 10) }
	return otlpSpan{TraceID: x.trace, SpanID: hex.EncodeToString(id[:]), Name: name, Kind: kind, Start: at(from), End: at(to)}
}

func text(key, value string) otlpAttribute { return otlpAttribute{key, otlpValue{Text: &value}} }

func integer(key string, n int64) otlpAttribute {
	return otlpAttribute{key, otlpValue{Int: strconv.FormatInt(n, 10)}}
}

func number(key string, f float64) otlpAttribute { return otlpAttribute{key, otlpValue{Double: &f}} }
