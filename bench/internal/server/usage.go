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

// Descriptors is how many the server has open.
func (s *Server) Descriptors() (int, error) {
	all, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", s.PID))
	return len(all), err
}

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

// Workers are the processes that the server has started, and theirs.
func (s *Server) Workers() []int {
	parents := map[int]int{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		// The second field is a name in parentheses, which may hold anything.
		_, rest, _ := strings.Cut(string(text), ") ")
		if f := strings.Fields(rest); len(f) > 1 {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			parents[pid], _ = strconv.Atoi(f[1])
		}
	}
	var workers []int
	for pid := range parents {
		for p, depth := parents[pid], 0; p > 1 && depth < 4; p, depth = parents[p], depth+1 {
			if p == s.PID {
				workers = append(workers, pid)
				break
			}
		}
	}
	return workers
}
