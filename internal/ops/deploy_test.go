package ops

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const deploy = "../../deploy/"

// promtool runs Prometheus's own checker. Where there is none the test is
// skipped, but not in CI.
func promtool(t *testing.T, args ...string) {
	t.Helper()
	path, err := exec.LookPath("promtool")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("no promtool: install Debian's prometheus")
		}
		t.Skip("no promtool here")
	}
	if out, err := exec.Command(path, args...).CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestScrapeConfigIsValid(t *testing.T) {
	promtool(t, "check", "config", deploy+"prometheus/prometheus.yml")
}

func TestAlertsAreRaisedAndNotRaised(t *testing.T) {
	promtool(t, "test", "rules", deploy+"prometheus/alerts_test.yml")
}

func TestEveryAlertIsTestedAndDocumented(t *testing.T) {
	tests, doc := read(t, deploy+"prometheus/alerts_test.yml"), read(t, "../../docs/operations.md")
	names := alerts.FindAllStringSubmatch(read(t, deploy+"prometheus/alerts.yml"), -1)
	if len(names) == 0 {
		t.Fatal("no alerts")
	}
	for _, m := range names {
		if !strings.Contains(tests, "{eval_time: ") || strings.Count(tests, "alertname: "+m[1]) != 2 {
			t.Errorf("%s is not tried both ways", m[1])
		}
		if !strings.Contains(doc, "`"+m[1]+"`") {
			t.Errorf("docs/operations.md does not say what to do about %s", m[1])
		}
	}
}

var alerts = regexp.MustCompile(`(?m)^\s*- alert: (\w+)$`)

// queries are the dashboard's, by panel.
func queries(t *testing.T) map[string]string {
	t.Helper()
	var board struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal([]byte(read(t, deploy+"grafana/dashboard.json")), &board); err != nil {
		t.Fatal(err)
	}
	list := map[string]string{}
	for _, p := range board.Panels {
		for i, q := range p.Targets {
			list[p.Title+" "+strconv.Itoa(i)] = q.Expr
		}
	}
	if len(list) == 0 {
		t.Fatal("the dashboard has no queries")
	}
	return list
}

// Prometheus parses every query of the dashboard, as a rule.
func TestDashboardQueriesAreValid(t *testing.T) {
	type rule struct {
		Record string `json:"record"`
		Expr   string `json:"expr"`
	}
	var rules []rule
	for _, expr := range queries(t) {
		rules = append(rules, rule{"query:" + strconv.Itoa(len(rules)), strings.ReplaceAll(expr, "$__rate_interval", "5m")})
	}
	file := filepath.Join(t.TempDir(), "rules.yml") // JSON is YAML
	b, err := json.Marshal(map[string]any{"groups": []any{map[string]any{"name": "dashboard", "rules": rules}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "check", "rules", file)
}

func TestScrapeIsValid(t *testing.T) {
	r := newRecorder(t, Config{})
	record(r, 1)
	_, body := ask(t, r, "/metrics")
	cmd := exec.Command("promtool", "check", "metrics")
	cmd.Stdin = strings.NewReader(body)
	if _, err := exec.LookPath("promtool"); err != nil {
		promtool(t) // skips or fails
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

var metricName = regexp.MustCompile(`\b(?:playground|go|process)_[a-z0-9_]+`)

// What the alerts and the dashboard ask for is what the server has, and what the
// server has is documented.
func TestMetricsAskedForAreThere(t *testing.T) {
	r := newRecorder(t, Config{})
	families, err := r.metrics.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	doc := read(t, "../../docs/operations.md")
	var have []string
	for _, f := range families {
		have = append(have, f.GetName())
		if strings.HasPrefix(f.GetName(), "playground_") && !strings.Contains(doc, "`"+f.GetName()) {
			t.Errorf("docs/operations.md does not say what %s is", f.GetName())
		}
	}
	asked := metricName.FindAllString(read(t, deploy+"prometheus/alerts.yml"), -1)
	for _, expr := range queries(t) {
		asked = append(asked, metricName.FindAllString(expr, -1)...)
	}
	for _, name := range asked {
		if !slices.Contains(have, name) && !slices.Contains(have, family.ReplaceAllString(name, "")) {
			t.Errorf("%s is asked for, and there is none", name)
		}
	}
}

// family is what a histogram's series add to its name.
var family = regexp.MustCompile(`_(bucket|sum|count)$`)
