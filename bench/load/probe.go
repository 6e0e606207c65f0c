//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// answer is a server's to a request without a body.
type answer struct {
	status string        // its first line
	took   time.Duration // until the kernel had it
	unread time.Duration // from then until this process read it
}

// ask sends GET path on a connection of its own. Real clients bring their own
// processors; this one shares the server's with those who attack it, and is as
// late as a second to read what has come. So it asks the kernel when that was. To
// open the connection is the kernel's work, too, and counts only where a packet
// had to be sent again because the server's queue had no room.
func ask(ctx context.Context, address, path string, patience time.Duration) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	dialer := net.Dialer{Control: stamped}
	dialled := time.Now()
	conn, err := dialer.DialContext(ctx, "tcp", address)
	if err != nil {
		return answer{}, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()
	raw, err := conn.(*net.TCPConn).SyscallConn()
	if err != nil {
		return answer{}, err
	}
	begun := time.Now()
	if sentAgain(raw) {
		begun = dialled
	}
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, address); err != nil {
		return answer{}, err
	}
	text, came, err := receive(raw)
	if err != nil {
		return answer{}, err
	}
	status, _, _ := strings.Cut(text, "\r\n")
	return answer{status: status, took: came.Sub(begun), unread: time.Since(came)}, nil
}

// stamped is a net.Dialer's Control: the kernel notes when packets come, if it can.
func stamped(_, _ string, raw syscall.RawConn) error {
	return raw.Control(func(fd uintptr) {
		_ = unix.SetsockoptInt(int(fd), unix.SOL_SOCKET, unix.SO_TIMESTAMPING, unix.SOF_TIMESTAMPING_RX_SOFTWARE|unix.SOF_TIMESTAMPING_SOFTWARE)
	})
}

// sentAgain reports whether packets had to be sent again.
func sentAgain(raw syscall.RawConn) (again bool) {
	_ = raw.Control(func(fd uintptr) {
		info, err := unix.GetsockoptTCPInfo(int(fd), unix.IPPROTO_TCP, unix.TCP_INFO)
		again = err == nil && info.Total_retrans > 0
	})
	return again
}

// receive returns what comes first, and when it came.
func receive(raw syscall.RawConn) (text string, came time.Time, err error) {
	buf, notes := make([]byte, 4096), make([]byte, 256)
	var n, noted int
	var failed error
	err = raw.Read(func(fd uintptr) (done bool) {
		n, noted, _, _, failed = unix.Recvmsg(int(fd), buf, notes, 0)
		return failed != unix.EAGAIN && failed != unix.EINTR
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return "", time.Time{}, err
	}
	return string(buf[:n]), arrival(notes[:noted]), nil
}

// arrival is what the kernel notes as the time, or now where it does not: it
// begins to some moments after it was asked first.
func arrival(notes []byte) time.Time {
	now := time.Now()
	messages, err := unix.ParseSocketControlMessage(notes)
	if err != nil {
		return now
	}
	for _, m := range messages {
		if m.Header.Level != unix.SOL_SOCKET || m.Header.Type != unix.SCM_TIMESTAMPING || len(m.Data) < int(unsafe.Sizeof(unix.ScmTimestamping{})) {
			continue
		}
		if at := (*unix.ScmTimestamping)(unsafe.Pointer(&m.Data[0])).Ts[0]; at.Sec != 0 {
			return time.Unix(at.Unix())
		}
	}
	return now
}
