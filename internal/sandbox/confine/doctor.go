package confine

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"playground/internal/sandbox/wire"
)

// Row is one line of what `playground doctor` prints.
type Row struct {
	wire.Layer
	// Open is what a program could reach because this layer is absent, if
	// nothing else stood in its way. It is empty when the layer is active.
	Open string
}

// Doctor explains the layers of one worker, in the order given: those that its
// parent raised and those that it reported.
func Doctor(layers []wire.Layer) []Row {
	rows := make([]Row, len(layers))
	for i, l := range layers {
		rows[i] = Row{Layer: l}
		if !l.Active {
			rows[i].Open = opens(l.Name)
		}
	}
	return rows
}

// opens says what the absence of a layer leaves to the others.
func opens(name string) string {
	return map[string]string{
		LayerSeccomp:     "everything below that no other layer closes: files' metadata, fork, Unix sockets, keyrings, io_uring, executable memory; without namespaces also UDP, MPTCP and the server's rlimits",
		LayerLandlock:    "nothing while seccomp stands; it is the second wall before files, and TCP",
		LayerNoNewPrivs:  "set-uid programs, if exec could be reached; seccomp cannot be had either",
		LayerCaps:        "the privileges that are left, if seccomp falls",
		LayerDescriptors: "every file or socket that the server inherited without close-on-exec",
		LayerOOM:         "a container that runs out of memory may lose the server instead of the program",
		LayerRlimits:     "files of any size and core dumps, if files could be reached",
		LayerMemory:      "memory is bounded only by the server's watchdog, and by a cgroup where there is one",
		LayerDumpable:    "other processes of the same user may read a worker's memory",
		LayerWX:          "machine code of the program's own making, if seccomp falls",
		LayerTimers:      "a run outlives its limits if the server is stopped (not killed) meanwhile",
		LayerUser:        "signals and limits are shared with the server's user; no other namespace can be had unprivileged",
		LayerPID:         "other processes can be seen and named, if seccomp falls",
		LayerNet:         "the network rests on seccomp, and on Landlock for plain TCP",
		LayerMount:       "mounts of the host are shared; without privileges they cannot be changed",
		LayerIPC:         "System V queues and shared memory of the host, if seccomp falls; what is made there stays",
		LayerUTS:         "the host's name, if seccomp falls",
		LayerCgroupNS:    "the names of the host's cgroups, if files could be reached",
		LayerDeathSignal: "workers spin on when the server is killed",
		LayerCgroup:      "memory rests on rlimits and the watchdog; give the container or unit a memory and process limit",
		LayerServer:      "the server's memory, environment and descriptors, if seccomp, Landlock and the user namespace fall",
		LayerJob:         "workers may outlive the server",
	}[name]
}

// WriteTable prints rows for a person.
func WriteTable(w io.Writer, rows []Row) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "LAYER\tSTATE\tDETAIL")
	for _, r := range rows {
		state := "active"
		if !r.Active {
			state = "absent"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\n", r.Name, state, oneLine(r.Detail))
		if r.Open != "" {
			fmt.Fprintf(t, "\t\tleaves open: %s\n", r.Open)
		}
	}
	return t.Flush()
}

// oneLine keeps a detail, which a worker may have worded, to its own line.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
}
