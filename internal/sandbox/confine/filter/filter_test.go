package filter

import (
	"encoding/binary"
	"fmt"
	"testing"

	"golang.org/x/net/bpf"
)

const testPID = 4242

// seccompData is struct seccomp_data.
type seccompData struct {
	nr   uint32
	arch uint32
	args [6]uint64
}

// bytes lays c out for the VM of x/net/bpf, which loads words big-endian where
// the kernel loads them in the machine's order: each word is at its place, the
// lower half of an argument first, and only the bytes within it are swapped.
func (c seccompData) bytes() []byte {
	b := make([]byte, 64)
	binary.BigEndian.PutUint32(b[offNumber:], c.nr)
	binary.BigEndian.PutUint32(b[offArch:], c.arch)
	for i, v := range c.args {
		binary.BigEndian.PutUint32(b[offArgs+8*i:], uint32(v))
		binary.BigEndian.PutUint32(b[offArgs+8*i+4:], uint32(v>>32))
	}
	return b
}

func vm(t testing.TB, a arch) *bpf.VM {
	t.Helper()
	raw, err := compile(a, rules(testPID))
	if err != nil {
		t.Fatal(err)
	}
	code, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatal("the filter has instructions that cannot be read back")
	}
	v, err := bpf.NewVM(code)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func answer(t testing.TB, v *bpf.VM, c seccompData) uint32 {
	t.Helper()
	out, err := v.Run(c.bytes())
	if err != nil {
		t.Fatalf("%+v: %v", c, err)
	}
	return uint32(out)
}

func arches() map[string]arch { return map[string]arch{"amd64": amd64, "arm64": arm64} }

func number(t testing.TB, a arch, name string) uint32 {
	t.Helper()
	for _, r := range rules(testPID) {
		if r.name == name {
			return r.nr[a]
		}
	}
	t.Fatalf("no rule for %s", name)
	return 0
}

func TestFilterArguments(t *testing.T) {
	const high = 1 << 32
	tests := []struct {
		name  string
		args  [6]uint64
		allow bool
	}{
		{"read", [6]uint64{7, high, high}, true},
		{"write", [6]uint64{1}, true},
		{"exit_group", [6]uint64{2}, true},

		{"clone", [6]uint64{0x50f00}, true},
		{"clone", [6]uint64{0x50f00 | 0x80000}, true},                  // SETTLS
		{"clone", [6]uint64{0x50f00 | 0x10000000}, false},              // NEWUSER
		{"clone", [6]uint64{17}, false},                                // fork
		{"clone", [6]uint64{0x4111}, false},                            // vfork
		{"clone", [6]uint64{0x50f00 &^ 0x10000}, false},                // not a thread
		{"clone", [6]uint64{0x50f00 | high}, false},                    // CLEAR_SIGHAND
		{"tgkill", [6]uint64{testPID, 1, 23}, true},                    //
		{"tgkill", [6]uint64{1, 1, 23}, false},                         // another process
		{"tgkill", [6]uint64{testPID | high, 1, 23}, false},            //
		{"tgkill", [6]uint64{testPID, 1, 6}, true},                     //
		{"tgkill", [6]uint64{testPID, 1, 9}, false},                    // looks like a kill from outside
		{"tgkill", [6]uint64{testPID, 1, 19}, false},                   // looks like a stop from outside
		{"mmap", [6]uint64{0, 1 << 20, 0, 0x22, ^uint64(0)}, true},     // reserve
		{"mmap", [6]uint64{0, 1 << 20, 3, 0x32, ^uint64(0)}, true},     // FIXED
		{"mmap", [6]uint64{0, 1 << 20, 3, 0x28, ^uint64(0)}, true},     // DROPPABLE
		{"mmap", [6]uint64{0, 1 << 20, 7, 0x22, ^uint64(0)}, false},    // EXEC
		{"mmap", [6]uint64{0, 1 << 20, 4, 0x22, ^uint64(0)}, false},    //
		{"mmap", [6]uint64{0, 1 << 20, 3, 0x21, ^uint64(0)}, false},    // SHARED
		{"mmap", [6]uint64{0, 1 << 20, 3, 0x02, 0}, false},             // of a file
		{"mmap", [6]uint64{0, 1 << 20, 3, 0x2022, ^uint64(0)}, false},  // LOCKED
		{"mmap", [6]uint64{0, 1 << 20, 3, 0x122, ^uint64(0)}, false},   // GROWSDOWN
		{"mmap", [6]uint64{0, 1 << 20, 3, 0x40022, ^uint64(0)}, false}, // HUGETLB
		{"mmap", [6]uint64{0, 1 << 20, 3 | high, 0x22}, false},         //
		{"mmap", [6]uint64{0, 1 << 20, 3, 0x22 | high}, false},         //
		{"madvise", [6]uint64{0, 0, 4}, true},
		{"madvise", [6]uint64{0, 0, 25}, true},
		{"madvise", [6]uint64{0, 0, 12}, false},  // MERGEABLE
		{"madvise", [6]uint64{0, 0, 100}, false}, // HWPOISON
		{"futex", [6]uint64{0, 128}, true},
		{"futex", [6]uint64{0, 129}, true},
		{"futex", [6]uint64{0, 0}, false},   // shared
		{"futex", [6]uint64{0, 134}, false}, // LOCK_PI
		{"futex", [6]uint64{0, 139}, false}, // WAIT_REQUEUE_PI
		{"futex", [6]uint64{0, 128 | high}, false},
		{"prctl", [6]uint64{0x53564d41, 0}, true}, // SET_VMA, ANON_NAME
		{"prctl", [6]uint64{0x53564d41, 1}, false},
		{"prctl", [6]uint64{4, 1}, false}, // SET_DUMPABLE
		{"prctl", [6]uint64{0x53564d41 | high, 0}, false},
		{"fcntl", [6]uint64{1, 3}, true},  // GETFL
		{"fcntl", [6]uint64{1, 4}, false}, // SETFL
		{"fcntl", [6]uint64{1, 0}, false}, // DUPFD
		{"fcntl", [6]uint64{1, 3 | high}, false},
		{"ioctl", [6]uint64{1, 0x541b}, true},  // FIONREAD
		{"ioctl", [6]uint64{0, 0x5412}, false}, // TIOCSTI
		{"ioctl", [6]uint64{0, 0x541b | high}, false},
		{"prlimit64", [6]uint64{0, 2, high, 0}, true},
		{"prlimit64", [6]uint64{1, 2, high, 0}, false},    // another process
		{"prlimit64", [6]uint64{0, 7, high, 0}, false},    // NOFILE
		{"prlimit64", [6]uint64{high, 2, high, 0}, false}, //
		{"clock_gettime", [6]uint64{1}, true},
		{"clock_gettime", [6]uint64{7}, true},
		{"clock_gettime", [6]uint64{0xfffffffe}, false}, // another process's
		{"clock_gettime", [6]uint64{8}, false},
		{"clock_gettime", [6]uint64{high}, false},
	}
	for archName, a := range arches() {
		v := vm(t, a)
		for _, tt := range tests {
			t.Run(fmt.Sprintf("%s/%s%#x", archName, tt.name, tt.args), func(t *testing.T) {
				want := uint32(retErrno | eperm)
				if tt.allow {
					want = retAllow
				}
				got := answer(t, v, seccompData{number(t, a, tt.name), a.audit(), tt.args})
				if got != want {
					t.Errorf("answer %#x, want %#x", got, want)
				}
			})
		}
	}
}

// Every bit of a checked argument counts: flipping any one that is not
// ignored, in either half, leaves no allowed call allowed unless the table says
// so of the result.
func TestFilterEveryBit(t *testing.T) {
	for archName, a := range arches() {
		v := vm(t, a)
		for _, r := range rules(testPID) {
			for _, args := range r.allowed() {
				if got := answer(t, v, seccompData{r.nr[a], a.audit(), args}); got != retAllow {
					t.Errorf("%s/%s%#x: answer %#x, want allow", archName, r.name, args, got)
				}
				for arg := range args {
					for bit := range 64 {
						flipped := args
						flipped[arg] ^= 1 << bit
						want := uint32(retErrno | eperm)
						if r.holds(flipped) {
							want = retAllow
						}
						if got := answer(t, v, seccompData{r.nr[a], a.audit(), flipped}); got != want {
							t.Errorf("%s/%s%#x: answer %#x, want %#x", archName, r.name, flipped, got, want)
						}
					}
				}
			}
		}
	}
}

// allowed returns argument lists that r lets through: one for each wanted
// value of each check.
func (r rule) allowed() [][6]uint64 {
	if r.errno != 0 {
		return nil
	}
	all := [][6]uint64{{}}
	for _, c := range r.check {
		var next [][6]uint64
		for _, args := range all {
			for _, v := range c.want {
				args[c.arg] = uint64(v)
				next = append(next, args)
			}
		}
		all = next
	}
	return all
}

// holds is the table's meaning, said a second time without jumps.
func (r rule) holds(args [6]uint64) bool {
	for _, c := range r.check {
		found := false
		for _, v := range c.want {
			found = found || args[c.arg]&^uint64(c.ignore) == uint64(v)
		}
		if !found {
			return false
		}
	}
	return true
}

func TestFilterDefault(t *testing.T) {
	for archName, a := range arches() {
		v := vm(t, a)
		known := map[uint32]rule{}
		for _, r := range rules(testPID) {
			known[r.nr[a]] = r
		}
		for nr := range uint32(1024) {
			r, ok := known[nr]
			got := answer(t, v, seccompData{nr: nr, arch: a.audit()})
			switch {
			case !ok && got != retErrno|eperm:
				t.Errorf("%s: call %d: answer %#x, want EPERM", archName, nr, got)
			case ok && r.errno != 0 && got != retErrno|r.errno:
				t.Errorf("%s: %s: answer %#x, want errno %d", archName, r.name, got, r.errno)
			}
		}
	}
}

func TestFilterForeign(t *testing.T) {
	for archName, a := range arches() {
		v := vm(t, a)
		for what, c := range map[string]seccompData{
			"the other machine": {nr: number(t, a, "read"), arch: arch(1 - a).audit()},
			"i386":              {nr: 20, arch: 0x40000003},
			"arm":               {nr: 20, arch: 0x40000028},
			"x32 read":          {nr: x32Bit, arch: a.audit()},
			"x32 getpid":        {nr: x32Bit | 39, arch: a.audit()},
			"number -1":         {nr: 0xffffffff, arch: a.audit()},
		} {
			if got := answer(t, v, c); got != retKillProcess {
				t.Errorf("%s: %s: answer %#x, want kill", archName, what, got)
			}
		}
	}
}

// The kernel takes at most 4096 instructions, and every call pays for those
// before its own.
func TestFilterSize(t *testing.T) {
	for archName, a := range arches() {
		raw, err := compile(a, rules(testPID))
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) > 256 {
			t.Errorf("%s: %d instructions, want at most 256", archName, len(raw))
		}
		t.Logf("%s: %d instructions", archName, len(raw))
	}
}
