package confine

import (
	"fmt"
	"slices"

	"playground/internal/sandbox/wire"
)

// The names of the layers, as they stand in a wire.Layer. The first group is
// raised by the worker upon itself, the second around it by its parent.
const (
	LayerDescriptors = "descriptors"
	LayerOOM         = "oom_score"
	LayerNoNewPrivs  = "no_new_privs"
	LayerCaps        = "capabilities"
	LayerRlimits     = "rlimits"
	LayerMemory      = "memory_cap"
	LayerDumpable    = "not_dumpable"
	LayerWX          = "write_xor_exec"
	LayerTimers      = "kill_timers"
	LayerLandlock    = "landlock"
	LayerSeccomp     = "seccomp"

	LayerUser        = "own_user"
	LayerPID         = "pid_namespace"
	LayerNet         = "net_namespace"
	LayerMount       = "mount_namespace"
	LayerIPC         = "ipc_namespace"
	LayerUTS         = "uts_namespace"
	LayerCgroupNS    = "cgroup_namespace"
	LayerDeathSignal = "death_signal"
	LayerCgroup      = "cgroup_limits"
	LayerServer      = "server_not_dumpable"
	LayerJob         = "job_object"
)

func on(name, format string, args ...any) wire.Layer {
	return wire.Layer{Name: name, Active: true, Detail: fmt.Sprintf(format, args...)}
}

func off(name, format string, args ...any) wire.Layer {
	return wire.Layer{Name: name, Detail: fmt.Sprintf(format, args...)}
}

// verdict is the layer that stands when err is nil, and why it does not
// otherwise.
func verdict(name, detail string, err error) wire.Layer {
	if err != nil {
		return off(name, "%v", err)
	}
	return on(name, "%s", detail)
}

// active reports whether every one of the named layers stands.
func active(layers []wire.Layer, names ...string) bool {
	for _, name := range names {
		stands := func(l wire.Layer) bool { return l.Name == name && l.Active }
		if !slices.ContainsFunc(layers, stands) {
			return false
		}
	}
	return true
}
