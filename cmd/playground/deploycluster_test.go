package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestClusterComposeStartsNodes: the compose file's nodes are hardened as one server's
// container is, take their settings, and are all that --join and the keys name.
func TestClusterComposeStartsNodes(t *testing.T) {
	var c struct {
		Services map[string]struct {
			Command     []string
			Environment map[string]string
			ReadOnly    bool     `yaml:"read_only"`
			CapDrop     []string `yaml:"cap_drop"`
			SecurityOpt []string `yaml:"security_opt"`
			MemLimit    string   `yaml:"mem_limit"`
			PidsLimit   int      `yaml:"pids_limit"`
			Hostname    string
			Volumes     []string
		}
	}
	if err := yaml.Unmarshal([]byte(deployFile(t, "cluster/compose.yaml")), &c); err != nil {
		t.Fatal(err)
	}
	var nodes []string
	for name, s := range c.Services {
		if !s.ReadOnly || !slices.Equal(s.CapDrop, []string{"ALL"}) || !slices.Equal(s.SecurityOpt, []string{"no-new-privileges:true"}) {
			t.Errorf("%s is not hardened: %+v", name, s)
		}
		if !slices.Equal(s.Command, []string{"serve"}) {
			continue
		}
		nodes = append(nodes, name)
		if s.MemLimit == "" || s.PidsLimit == 0 {
			t.Errorf("%s has no limits", name)
		}
		if s.Hostname != name || s.Environment["PLAYGROUND_NODE"] != name {
			t.Errorf("%s is called %s and %s", name, s.Hostname, s.Environment["PLAYGROUND_NODE"])
		}
		if !slices.Contains(s.Volumes, "keys:"+s.Environment["PLAYGROUND_KEYS"]+":ro") {
			t.Errorf("%s has no keys: %q", name, s.Volumes)
		}
		takes(t, s.Environment)
		for _, node := range strings.Split(s.Environment["PLAYGROUND_JOIN"], ",") {
			if name, _, _ := strings.Cut(node, ":"); c.Services[name].Hostname != name {
				t.Errorf("--join names %s, which is no node", node)
			}
		}
	}
	slices.Sort(nodes)
	if keys := c.Services["keys"].Command; len(nodes) != 3 || !slices.Equal(keys[2:], nodes) {
		t.Errorf("keys are made by %q for the nodes %q", keys, nodes)
	}
	caddy := deployFile(t, "cluster/Caddyfile")
	for _, node := range nodes {
		if !strings.Contains(caddy, " "+node+":8080") {
			t.Errorf("the balancer leaves %s out", node)
		}
	}
}

// takes sees that a server takes these settings.
func takes(t *testing.T, environment map[string]string) {
	t.Helper()
	env := []string{"PLAYGROUND_ADDR=0.0.0.0:8080"} // the image's
	for name, value := range environment {
		env = append(env, name+"="+value)
	}
	if status, _, stderr := configure(t, env, "serve", "--print-config"); status != 0 {
		t.Errorf("%q: %s", env, stderr)
	}
}

// manifest is what the tests look at of a document for Kubernetes.
type manifest struct {
	Kind     string
	Metadata struct {
		Name   string
		Labels map[string]string
	}
	Data map[string]string
	Spec struct {
		ServiceName    string `yaml:"serviceName"`
		Replicas       int
		Template       struct{ Spec podSpec }
		ScaleTargetRef struct{ Kind, Name string } `yaml:"scaleTargetRef"`
		Metrics        []struct {
			External struct{ Metric struct{ Name string } }
		}
		MaxUnavailable any `yaml:"maxUnavailable"`
	}
}

type podSpec struct {
	AutomountServiceAccountToken *bool `yaml:"automountServiceAccountToken"`
	HostNetwork                  bool  `yaml:"hostNetwork"`
	SecurityContext              struct {
		RunAsNonRoot   bool                  `yaml:"runAsNonRoot"`
		SeccompProfile struct{ Type string } `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	Containers []struct {
		Args            []string
		Env             []struct{ Name, Value string }
		SecurityContext struct {
			AllowPrivilegeEscalation *bool `yaml:"allowPrivilegeEscalation"`
			Privileged               bool
			ReadOnlyRootFilesystem   bool `yaml:"readOnlyRootFilesystem"`
			Capabilities             struct{ Drop, Add []string }
		} `yaml:"securityContext"`
		Resources struct{ Limits map[string]string }
	}
	Volumes []struct {
		Name     string
		Secret   *struct{ SecretName string }
		HostPath any `yaml:"hostPath"`
	}
}

// manifests are those that kustomization.yaml names, by kind and name.
func manifests(t *testing.T) map[string]manifest {
	t.Helper()
	var k struct{ Resources []string }
	if err := yaml.Unmarshal([]byte(deployFile(t, "kubernetes/kustomization.yaml")), &k); err != nil {
		t.Fatal(err)
	}
	all := map[string]manifest{}
	for _, file := range k.Resources {
		f, err := os.Open(filepath.Join("../../deploy/kubernetes", file))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for d := yaml.NewDecoder(f); ; {
			var m manifest
			err := d.Decode(&m)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			all[m.Kind+" "+m.Metadata.Name] = m
		}
	}
	return all
}

// TestKubernetes: the pods are within Pod Security's restricted, which the namespace
// enforces, and take their settings; what scales and what bounds disruptions is there.
func TestKubernetes(t *testing.T) {
	all := manifests(t)
	if level := all["Namespace playground"].Metadata.Labels["pod-security.kubernetes.io/enforce"]; level != "restricted" {
		t.Errorf("the namespace enforces %q", level)
	}
	nodes, runners := all["StatefulSet playground"], all["Deployment runners"]
	for name, m := range map[string]manifest{"nodes": nodes, "runners": runners} {
		restricted(t, name, m.Spec.Template.Spec)
		env := map[string]string{}
		for k, v := range all["ConfigMap settings"].Data {
			env[k] = v
		}
		for _, c := range m.Spec.Template.Spec.Containers {
			for _, e := range c.Env {
				env[e.Name] = e.Value
			}
		}
		takes(t, env)
		if all["PodDisruptionBudget "+name].Spec.MaxUnavailable == nil {
			t.Errorf("nothing bounds disruptions of %s", name)
		}
	}
	hpa := all["HorizontalPodAutoscaler runners"].Spec
	if hpa.ScaleTargetRef.Kind != "Deployment" || hpa.ScaleTargetRef.Name != "runners" || len(hpa.Metrics) != 1 ||
		!strings.Contains(deployFile(t, "kubernetes/adapter.yaml"), hpa.Metrics[0].External.Metric.Name) {
		t.Errorf("what scales runners is %+v", hpa)
	}
	for _, want := range []string{"Service playground", "Service " + nodes.Spec.ServiceName, "NetworkPolicy nodes"} {
		if _, ok := all[want]; !ok {
			t.Errorf("there is no %s", want)
		}
	}
	join := strings.Split(all["ConfigMap settings"].Data["PLAYGROUND_JOIN"], ",")
	if nodes.Spec.Replicas != 3 || len(join) != 3 {
		t.Errorf("%d nodes store, and --join is %q", nodes.Spec.Replicas, join)
	}
}

// restricted is what Kubernetes' Pod Security standard of that name asks for.
func restricted(t *testing.T, name string, p podSpec) {
	t.Helper()
	if !p.SecurityContext.RunAsNonRoot || p.SecurityContext.SeccompProfile.Type != "RuntimeDefault" || p.HostNetwork {
		t.Errorf("%s: %+v", name, p.SecurityContext)
	}
	if p.AutomountServiceAccountToken == nil || *p.AutomountServiceAccountToken {
		t.Errorf("%s has a token for the cluster's API", name)
	}
	if len(p.Containers) == 0 {
		t.Errorf("%s has no container", name)
	}
	for _, c := range p.Containers {
		s := c.SecurityContext
		if s.AllowPrivilegeEscalation == nil || *s.AllowPrivilegeEscalation || s.Privileged || !s.ReadOnlyRootFilesystem ||
			!slices.Equal(s.Capabilities.Drop, []string{"ALL"}) || len(s.Capabilities.Add) > 0 {
			t.Errorf("%s: %+v", name, s)
		}
		if c.Resources.Limits["memory"] == "" {
			t.Errorf("%s has no limit of memory", name)
		}
	}
	for _, v := range p.Volumes {
		if v.HostPath != nil {
			t.Errorf("%s has a folder of the host's", name)
		}
	}
}
