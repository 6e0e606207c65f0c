package confine

import (
	"strings"
	"testing"

	"playground/internal/sandbox/wire"
)

func stand(names ...string) []wire.Layer {
	var layers []wire.Layer
	for _, name := range names {
		layers = append(layers, on(name, "test"))
	}
	return layers
}

func TestLevelOf(t *testing.T) {
	self := []string{LayerNoNewPrivs, LayerSeccomp}
	withFiles := append(self[:2:2], LayerLandlock)
	spaces := append(withFiles[:3:3], LayerUser, LayerPID, LayerNet, LayerMount, LayerIPC)
	tests := []struct {
		name   string
		layers []wire.Layer
		want   Level
	}{
		{"nothing", nil, None},
		{"no seccomp", stand(LayerNoNewPrivs, LayerLandlock), None},
		{"seccomp", stand(self...), Seccomp},
		{"landlock", stand(withFiles...), Landlock},
		{"namespaces without landlock", stand(LayerNoNewPrivs, LayerSeccomp, LayerUser, LayerPID, LayerNet, LayerMount, LayerIPC), Seccomp},
		{"one namespace missing", stand(spaces[:7]...), Landlock},
		{"namespaces", stand(spaces...), Namespaces},
		{"full", stand(append(spaces, LayerCgroup)...), Full},
		{"named but absent", append(stand(LayerNoNewPrivs), off(LayerSeccomp, "test")), None},
	}
	for _, tt := range tests {
		if got := LevelOf(tt.layers); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestLevelText(t *testing.T) {
	for l := None; l <= Full; l++ {
		text, _ := l.MarshalText()
		var back Level
		if err := back.UnmarshalText(text); err != nil || back != l {
			t.Errorf("%v: back as %v, %v", l, back, err)
		}
	}
	if _, err := ParseLevel("gvisor"); err == nil || !strings.Contains(err.Error(), "seccomp, landlock") {
		t.Errorf("ParseLevel: %v", err)
	}
	if s := Level(9).String(); s != "Level(9)" {
		t.Error(s)
	}
}

func TestDoctor(t *testing.T) {
	rows := Doctor([]wire.Layer{on(LayerSeccomp, "all"), off(LayerNet, "refused\x1b[31m\nby someone")})
	if rows[0].Open != "" || rows[1].Open == "" {
		t.Errorf("%+v", rows)
	}
	var b strings.Builder
	if err := WriteTable(&b, rows); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"seccomp        active  all\n", "net_namespace  absent  refused [31m by someone\n", "leaves open: the network"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("lacks %q:\n%s", want, b.String())
		}
	}
}

// Every layer's absence is explained.
func TestDoctorKnowsAll(t *testing.T) {
	for _, name := range []string{
		LayerDescriptors, LayerOOM, LayerNoNewPrivs, LayerCaps, LayerRlimits, LayerMemory, LayerDumpable, LayerWX,
		LayerTimers, LayerLandlock, LayerSeccomp, LayerUser, LayerPID, LayerNet, LayerMount, LayerIPC, LayerUTS,
		LayerCgroupNS, LayerDeathSignal, LayerCgroup, LayerServer, LayerJob,
	} {
		if opens(name) == "" {
			t.Errorf("%s: nothing is said", name)
		}
	}
}
