package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"

	"playground/internal/sandbox/sandboxtest"
)

// The files under deploy are tried, not only written.

func deployFile(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// directives are the values of one key in a unit file.
func directives(unit, key string) []string {
	var values []string
	for _, m := range regexp.MustCompile(`(?m)^`+key+`=(.*)$`).FindAllStringSubmatch(unit, -1) {
		values = append(values, m[1])
	}
	return values
}

func TestUnitStartsTheServer(t *testing.T) {
	unit := deployFile(t, "playground.service")
	start := directives(unit, "ExecStart")
	if len(start) != 1 {
		t.Fatalf("ExecStart: %q", start)
	}
	words := strings.Fields(strings.ReplaceAll(start[0], "/etc/playground/", "../../deploy/"))
	status, printed, stderr := configure(t, nil, append(words[1:], "--print-config")...)
	if status != 0 || !strings.Contains(setting(printed, "addr"), "playground.yaml") {
		t.Errorf("%q: status %d, %s%s", start[0], status, printed, stderr)
	}
	if reload := directives(unit, "ExecReload"); len(reload) != 1 || !strings.Contains(reload[0], "-HUP $MAINPID") {
		t.Errorf("ExecReload: %q", reload)
	}
	// systemd would tell the workers to end as well, and cut the drain short.
	if mode := directives(unit, "KillMode"); len(mode) != 1 || mode[0] != "mixed" {
		t.Errorf("KillMode: %q", mode)
	}
	// Workers make namespaces, filters and cgroups of their own.
	for _, key := range []string{"RestrictNamespaces", "SystemCallFilter", "ProtectControlGroups", "PrivateUsers"} {
		if v := directives(unit, key); len(v) > 0 {
			t.Errorf("%s=%q takes away what confines programs", key, v)
		}
	}
}

func TestUnitsAreSystemds(t *testing.T) {
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil && os.Getenv("CI") != "" {
		t.Fatal(err)
	}
	if err != nil {
		t.Skip("systemd-analyze is not installed")
	}
	dir := t.TempDir()
	for _, name := range []string{"playground.service", "playground.socket"} {
		unit := strings.ReplaceAll(deployFile(t, name), "/usr/local/bin/playground", sandboxtest.Binary(t))
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(unit), 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.CommandContext(t.Context(), analyze, "verify", path).CombinedOutput()
		if err != nil || strings.Contains(string(out), name) {
			t.Errorf("verify %s: %v\n%s", name, err, out)
		}
	}
	// 10 is a service that may do everything; above 4.5 something was lost.
	out, err := exec.CommandContext(t.Context(), analyze, "security", "--offline=true", "--threshold=45", filepath.Join(dir, "playground.service")).CombinedOutput()
	if err != nil {
		t.Errorf("security: %v\n%s", err, out)
	}
}

// composition is what a compose file says of a service.
type composition struct {
	Services map[string]struct {
		Command         []string
		Environment     map[string]string
		ReadOnly        bool     `yaml:"read_only"`
		CapDrop         []string `yaml:"cap_drop"`
		SecurityOpt     []string `yaml:"security_opt"`
		MemLimit        string   `yaml:"mem_limit"`
		PidsLimit       int      `yaml:"pids_limit"`
		StopGracePeriod string   `yaml:"stop_grace_period"`
		Build, Image    string
		Ports           []string
		Restart         string
	}
}

func TestComposeStartsTheServer(t *testing.T) {
	var c composition
	d := yaml.NewDecoder(strings.NewReader(deployFile(t, "compose.yaml")))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		t.Fatal(err)
	}
	s := c.Services["playground"]
	env := []string{"PLAYGROUND_ADDR=0.0.0.0:8080"} // the image's
	for name, value := range s.Environment {
		env = append(env, name+"="+value)
	}
	if status, _, stderr := configure(t, env, append(s.Command, "--print-config")...); status != 0 {
		t.Errorf("%q in %q: %s", s.Command, env, stderr)
	}
	if !s.ReadOnly || len(s.CapDrop) != 1 || s.CapDrop[0] != "ALL" || s.SecurityOpt[0] != "no-new-privileges:true" || s.MemLimit == "" || s.PidsLimit == 0 {
		t.Errorf("not hardened as the README's container is: %+v", s)
	}
}

func TestImageStartsTheServer(t *testing.T) {
	b, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	addr := regexp.MustCompile(`(?m)^ENV (PLAYGROUND_ADDR=\S+)$`).FindStringSubmatch(text)
	if addr == nil {
		t.Fatal("the image sets no address")
	}
	if status, _, stderr := configure(t, addr[1:], "serve", "--print-config"); status != 0 {
		t.Errorf("%s: %s", addr[1], stderr)
	}
	for _, want := range []string{`CMD ["/playground", "health"]`, "STOPSIGNAL SIGTERM", `ENTRYPOINT ["/playground"]`, `CMD ["serve"]`} {
		if !strings.Contains(text, want) {
			t.Errorf("the Dockerfile lacks %s", want)
		}
	}
}

// The README's tables of flags name what serve has, with its defaults.
func TestReadmeFlags(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, printed, _ := configure(t, nil, "serve", "--print-config")
	rows := regexp.MustCompile("(?m)^\\| [^|]+ \\| ([^|,: ]+(?::\\d+)?)[^|]* \\| `--([a-z-]+)` \\|$").FindAllStringSubmatch(string(b), -1)
	if len(rows) < 15 {
		t.Errorf("only %d rows were found", len(rows))
	}
	for _, row := range rows {
		value, flag := row[1], row[2]
		line := setting(printed, flag)
		unset := strings.HasPrefix(line, "# "+flag)
		if d, err := time.ParseDuration(value); err == nil {
			value = d.String()
		}
		switch value {
		case "none", "the", "auto":
			if !unset {
				t.Errorf("--%s has no default in the README, and is %q", flag, line)
			}
		default:
			if !strings.Contains(strings.ReplaceAll(line, `"`, ""), flag+": "+value+" ") {
				t.Errorf("--%s is %s in the README, and %q", flag, value, line)
			}
		}
	}
}
