package vnet

import (
	"context"
	"errors"
	"net"
	"os"
	"syscall"
)

// canceledError is what package net makes of context.Canceled.
type canceledError struct{}

func (canceledError) Error() string        { return "operation was canceled" }
func (canceledError) Is(target error) bool { return target == context.Canceled }

// timeoutError is what package net makes of context.DeadlineExceeded.
type timeoutError struct{}

func (timeoutError) Error() string        { return "i/o timeout" }
func (timeoutError) Timeout() bool        { return true }
func (timeoutError) Temporary() bool      { return true }
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

func contextError(err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return canceledError{}
	case errors.Is(err, context.DeadlineExceeded):
		return timeoutError{}
	}
	return err
}

// offNetwork is added to what Linux says of an address that is not loopback,
// so that a reader knows that it is not the other side that is down.
const offNetwork = "programs here can reach only listeners of their own, on localhost"

// unreachable is ENETUNREACH with the reason.
type unreachable struct{}

func (unreachable) Error() string { return "connect: network is unreachable (" + offNetwork + ")" }
func (unreachable) Unwrap() error { return syscall.ENETUNREACH }

func noSuchHost(host string) error {
	return &net.DNSError{Err: "no such host (" + offNetwork + ")", Name: host, IsNotFound: true}
}

func opError(op, network string, source, addr net.Addr, err error) error {
	return &net.OpError{Op: op, Net: network, Source: source, Addr: addr, Err: err}
}

func sysError(call string, errno syscall.Errno) error { return os.NewSyscallError(call, errno) }
