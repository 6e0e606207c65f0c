package budget

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
)

// host makes a root directory of files.
func host(files map[string]string) fs.FS {
	m := fstest.MapFS{}
	for name, text := range files {
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

const (
	v2Mount  = "30 20 0:25 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n"
	v1Mounts = "31 20 0:26 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n" +
		"32 20 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" +
		"33 20 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n"
)

func TestReadFindsTheLeastOfAllLimits(t *testing.T) {
	eight := Process{CPUs: 8, UID: 1000, Descriptors: 1024, Processes: 4000}
	tests := map[string]struct {
		files   map[string]string
		process Process
		check   func(Machine) bool
	}{
		"version 2, own group": {map[string]string{
			"proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/a/b/pids.max": "100\n", "sys/fs/cgroup/a/b/pids.current": "7\n",
			"sys/fs/cgroup/a/b/memory.max": "314572800\n", "sys/fs/cgroup/a/b/cpu.max": "150000 100000\n",
		}, eight, func(m Machine) bool {
			return m.Pids.Free() == 93 && m.Memory.Free() == 300<<20 && m.Cores == 1.5
		}},
		"version 2, a group above": {map[string]string{
			"proc/self/cgroup": "0::/a/b\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/a/b/pids.max": "max\n", "sys/fs/cgroup/a/pids.max": "50\n", "sys/fs/cgroup/a/pids.current": "20\n",
			"sys/fs/cgroup/a/b/memory.max": "max\n", "sys/fs/cgroup/a/memory.max": "1048576\n",
			"sys/fs/cgroup/a/b/cpu.max": "max 100000\n",
		}, eight, func(m Machine) bool {
			return m.Pids.Free() == 30 && m.Memory.Free() == 1<<20 && m.Cores == 8
		}},
		"version 2, in a container of its own namespace": {map[string]string{
			"proc/self/cgroup": "0::/\n", "proc/self/mountinfo": v2Mount,
			"sys/fs/cgroup/pids.max": "2048\n", "sys/fs/cgroup/pids.current": "1\n",
		}, eight, func(m Machine) bool { return m.Pids.Free() == 2047 }},
		"version 1, in a container that sees the host's path": {map[string]string{
			"proc/self/cgroup":            "8:pids:/docker/x\n4:memory:/docker/x\n1:cpu,cpuacct:/docker/x\n",
			"proc/self/mountinfo":         strings.ReplaceAll(v1Mounts, " / ", " /docker/x "),
			"sys/fs/cgroup/pids/pids.max": "512\n", "sys/fs/cgroup/pids/pids.current": "12\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes": "2147483648\n",
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
		}, eight, func(m Machine) bool {
			return m.Pids.Free() == 500 && m.Memory.Free() == 2<<30 && m.Cores == 0.5
		}},
		"version 1, without limits": {map[string]string{
			"proc/self/cgroup": "8:pids:/\n4:memory:/\n1:cpu,cpuacct:/\n", "proc/self/mountinfo": v1Mounts,
			"sys/fs/cgroup/pids/pids.max": "max\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
			"sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "-1\n", "sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000\n",
		}, Process{CPUs: 2}, func(m Machine) bool {
			return m.Pids.Free() == Unlimited && m.Memory.Free() == Unlimited && m.Descriptors.Free() == Unlimited && m.Cores == 2
		}},
		"the user's processes": {map[string]string{
			"proc/1/status": "Name:\tinit\nUid:\t0\t0\t0\t0\nThreads:\t100\n",
			"proc/7/status": "Name:\ta\nUid:\t1000\t1000\t1000\t1000\nThreads:\t30\n",
			"proc/8/status": "Name:\tb\nUid:\t1000\t1000\t1000\t1000\nThreads:\t12\n",
		}, eight, func(m Machine) bool { return m.Pids.Free() == 4000-42 && strings.Contains(m.Pids.By, "user") }},
		"the user's processes, which do not bind root": {
			map[string]string{"proc/sys/kernel/pid_max": "32768\n"}, Process{CPUs: 8, Processes: 10},
			func(m Machine) bool { return m.Pids.Free() == 32768 },
		},
		"the machine's memory": {
			map[string]string{"proc/meminfo": "MemTotal:  4096 kB\nMemFree: 100 kB\nMemAvailable:  1024 kB\n"}, eight,
			func(m Machine) bool { return m.Memory.Free() == 1<<20 && m.Descriptors.Free() == 1024 },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if m := Read(host(test.files), test.process); !test.check(m) {
				t.Errorf("found %+v", m)
			}
		})
	}
}

// machine is roomy but for what a test changes.
func machine(change func(*Machine)) Machine {
	m := Machine{
		Cores:       2,
		Memory:      Limit{Most: 8 << 30, By: "the machine's memory"},
		Pids:        Limit{Most: 30000, By: "kernel.threads-max"},
		Descriptors: Limit{Most: 20000, By: "the limit of open files"},
	}
	if change != nil {
		change(&m)
	}
	return m
}

var usual = Asks{Memory: 128 << 20, Threads: 256}

func TestBudgetKeepsWithinTheMachine(t *testing.T) {
	tests := map[string]func(*Machine){
		"a roomy machine":                nil,
		"a shell's descriptors":          func(m *Machine) { m.Descriptors.Most = 1024 },
		"hardly any descriptors":         func(m *Machine) { m.Descriptors.Most = 80 },
		"the container of the README":    func(m *Machine) { m.Pids.Most = 2048; m.Memory.Most = 2 << 30 },
		"hardly any pids":                func(m *Machine) { m.Pids.Most = 100 },
		"a cgroup of 300 MB":             func(m *Machine) { m.Memory.Most = 300 << 20 },
		"half a core":                    func(m *Machine) { m.Cores = 0.5 },
		"nothing is limited":             func(m *Machine) { m.Memory.Most, m.Pids.Most, m.Descriptors.Most = Unlimited, Unlimited, Unlimited },
		"sixty-four cores, little of it": func(m *Machine) { m.Cores, m.Pids.Most, m.Descriptors.Most = 64, 500, 300 },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			m := machine(change)
			b, err := Make(m, usual)
			if err != nil {
				t.Fatal(err)
			}
			workers := int64(b.Programs + b.Pool)
			if n := ServerDescriptors + int64(startDescriptors*b.starts(int(workers))) + workers*WorkerDescriptors + int64(b.Connections); n > m.Descriptors.Free() {
				t.Errorf("%d descriptors of %d", n, m.Descriptors.Free())
			}
			if n := int64(ServerThreads + b.Threads); n > m.Pids.Free() {
				t.Errorf("%d threads of %d", n, m.Pids.Free())
			}
			if n := b.Memory + b.Server; n > m.Memory.Free() {
				t.Errorf("%d bytes of %d", n, m.Memory.Free())
			}
			if n := idleServer + int64(b.Connections)*connectionMemory; b.Server > 0 && n > b.Server {
				t.Errorf("%d connections need %d bytes of %d", b.Connections, n, b.Server)
			}
			if b.Programs < 1 || b.WorkerThreads < leastThreads || b.Connections < leastConnections || b.Sockets < 1 || b.Sockets >= b.Connections {
				t.Errorf("too little for one: %+v", b)
			}
			if b.WorkerThreads > usual.Threads || b.PerRun > usual.Memory {
				t.Errorf("a worker gets more than was asked for: %+v", b)
			}
			if strings.Contains(b.String(), "\n") {
				t.Errorf("%q is not one line", b)
			}
		})
	}
}

func TestTwoHundredSleepersFitIntoTheContainerOfTheReadme(t *testing.T) {
	b, err := Make(machine(func(m *Machine) { m.Pids.Most = 2048; m.Memory.Most = 2 << 30 }), usual)
	if err != nil {
		t.Fatal(err)
	}
	const sleeper = 7 << 20 // as measured, page tables included
	if b.Programs < 200 || b.Memory < 200*sleeper+int64(b.Pool)*IdleWorker {
		t.Errorf("the budget is %v", b)
	}
}

func TestAsksAreTakenWithinTheLimits(t *testing.T) {
	b, err := Make(machine(nil), Asks{Programs: 7, Pool: -1, Memory: 64 << 20, Threads: 100})
	if err != nil {
		t.Fatal(err)
	}
	if b.Programs != 7 || b.Pool != 0 || b.WorkerThreads != 100 {
		t.Errorf("got %+v", b)
	}
	b, err = Make(machine(func(m *Machine) { m.Descriptors.Most = 200 }), Asks{Programs: 1000, Pool: 50, Memory: 64 << 20, Threads: 100})
	if err != nil || b.Programs > 20 {
		t.Errorf("got %+v, %v", b, err)
	}
}

func TestWhatDoesNotFitNamesTheLimit(t *testing.T) {
	tests := map[string]struct {
		change func(*Machine)
		want   []string
	}{
		"descriptors": {func(m *Machine) { m.Descriptors.Most = 48 }, []string{"48 open files", "at least 74", "ulimit -n", "LimitNOFILE"}},
		"pids":        {func(m *Machine) { m.Pids.Most, m.Pids.Used = 90, 20 }, []string{"allows 70", "at least 96", "--pids-limit", "TasksMax"}},
		"memory":      {func(m *Machine) { m.Memory.Most = 128 << 20 }, []string{"128 MiB", "at least 192 MiB", "--memory", "MemoryMax"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			m := machine(test.change)
			_, err := Make(m, usual)
			var short *ShortError
			if !errors.As(err, &short) {
				t.Fatalf("got %v", err)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in %q", want, err)
				}
			}
			// What is said to be needed is enough.
			for _, l := range []*Limit{&m.Descriptors, &m.Pids, &m.Memory} {
				if l.Free() == short.Have {
					l.Most = short.Need + l.Used
				}
			}
			if _, err := Make(m, usual); err != nil {
				t.Errorf("with what is needed: %v", err)
			}
		})
	}
}

func TestReadOwn(t *testing.T) {
	m := ReadOwn()
	if m.Cores <= 0 || m.Memory.Free() <= 0 || m.Pids.Free() <= 0 || m.Descriptors.Free() <= 0 {
		t.Errorf("found %+v", m)
	}
	b, err := Make(m, usual)
	t.Log(b, err)
}
