//go:build linux

package server

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// RSS is the server's resident memory in bytes, its workers' left out.
func (s *Server) RSS() (int64, error) {
	kib, err := s.status("VmRSS")
	return kib << 10, err
}

// Threads is how many the server has, its workers' left out.
func (s *Server) Threads() (int64, error) { return s.status("Threads") }

// status returns a number of /proc/PID/status.
func (s *Server) status(field string) (int64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.PID))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			return strconv.ParseInt(strings.Fields(rest)[0], 10, 64)
		}
	}
	return 0, fmt.Errorf("/proc/%d/status has no %s", s.PID, field)
}

// Children are the processes that the server has started.
func (s *Server) Children() []int {
	var all []int
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", s.PID))
	for _, list := range lists {
		text, err := os.ReadFile(list)
		if err != nil {
			continue // a thread that has ended
		}
		for _, f := range strings.Fields(string(text)) {
			if pid, err := strconv.Atoi(f); err == nil {
				all = append(all, pid)
			}
		}
	}
	return all
}
