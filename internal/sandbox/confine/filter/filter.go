// Package filter has the system calls that a worker may make, and compiles them
// to a program for seccomp. It is data: either machine's filter can be made, and
// tested, on the other.
package filter

import (
	"fmt"
	"runtime"
	"slices"

	"golang.org/x/net/bpf"
)

// What a filter answers.
const (
	retKillProcess = 0x80000000
	retErrno       = 0x00050000
	retAllow       = 0x7fff0000

	eperm = 1
)

// Offsets into struct seccomp_data. Both machines are little-endian: the lower
// half of an argument comes first.
const (
	offNumber = 0
	offArch   = 4
	offArgs   = 16
)

// x32Bit marks a system call number of amd64's x32 ABI.
const x32Bit = 0x40000000

func load(off uint32) bpf.Instruction  { return bpf.LoadAbsolute{Off: off, Size: 4} }
func ret(v uint32) bpf.Instruction     { return bpf.RetConstant{Val: v} }
func refuse(no uint32) bpf.Instruction { return ret(retErrno | no) }

// Program is the filter for this machine. pid is the worker's own process id.
func Program(pid uint32) ([]bpf.RawInstruction, error) { return compile(thisArch, rules(pid)) }

// Calls is how many system calls the filter lets through or answers in a way of
// its own; all others are refused.
func Calls() int { return len(rules(0)) }

// Knows reports whether there is a rule for a system call of this machine.
func Knows(nr uint32) bool {
	return slices.ContainsFunc(rules(0), func(r rule) bool {
		a := thisArch
		return a != other && r.nr[a] == nr
	})
}

// compile writes the filter for a: a foreign machine's calls kill the process,
// calls with a rule are let through when its checks hold, all else is EPERM.
func compile(a arch, list []rule) ([]bpf.RawInstruction, error) {
	if a == other {
		return nil, fmt.Errorf("there is no list of system calls for %s: use amd64 or arm64", runtime.GOARCH)
	}
	code := []bpf.Instruction{
		load(offArch),
		bpf.JumpIf{Cond: bpf.JumpEqual, Val: a.audit(), SkipTrue: 1},
		ret(retKillProcess),
		load(offNumber),
		bpf.JumpIf{Cond: bpf.JumpGreaterOrEqual, Val: x32Bit, SkipFalse: 1},
		ret(retKillProcess),
	}
	for _, r := range list {
		body := r.body()
		code = append(code, bpf.JumpIf{Cond: bpf.JumpEqual, Val: r.nr[a], SkipFalse: uint8(len(body))})
		code = append(code, body...)
	}
	return bpf.Assemble(append(code, refuse(eperm)))
}

// body answers the call once its number has matched. It is put together from
// its end, so that how far away the refusal is, is always known.
func (r rule) body() []bpf.Instruction {
	answer := ret(retAllow)
	if r.errno != 0 {
		answer = refuse(r.errno)
	}
	if len(r.check) == 0 {
		return []bpf.Instruction{answer}
	}
	code := []bpf.Instruction{answer, refuse(eperm)}
	for _, c := range slices.Backward(r.check) {
		code = append(c.code(len(code)-1), code...)
	}
	return code
}

// code falls through at its end when the check holds, and jumps over no more
// instructions behind its end, to the refusal, when it does not.
func (c check) code(no int) []bpf.Instruction {
	off := offArgs + 8*uint32(c.arg)
	low := []bpf.Instruction{load(off)}
	if c.ignore != 0 {
		low = append(low, bpf.ALUOpConstant{Op: bpf.ALUOpAnd, Val: ^c.ignore})
	}
	for i, v := range c.want {
		last := len(c.want) - 1 - i
		jump := bpf.JumpIf{Cond: bpf.JumpEqual, Val: v, SkipTrue: uint8(last)}
		if last == 0 {
			jump.SkipFalse = uint8(no)
		}
		low = append(low, jump)
	}
	high := bpf.JumpIf{Cond: bpf.JumpEqual, Val: 0, SkipFalse: uint8(len(low) + no)}
	return append([]bpf.Instruction{load(off + 4), high}, low...)
}
