//go:build linux

package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Form is how a server is deployed.
type Form string

// The forms.
const (
	Here      Form = "here"      // as whoever measures: root, often
	User      Form = "user"      // as a user of no privileges; needs root to become it
	Container Form = "container" // with the README's options; needs docker
)

// nobody is a uid of no user's: what it may do is what any uid may do.
const nobody = 64321

// Options say how to run a server; the zero value is Here with its defaults.
type Options struct {
	Form   Form
	Args   []string // of serve
	Env    []string
	Cgroup string   // directory of the control group to start in; not for Container
	Docker []string // further options of docker run
}

// Server is a running server.
type Server struct {
	URL  string
	PID  int // as this machine counts, in a container too
	form Form
	log  string // file with what it printed

	container string
	exited    chan struct{}
	state     *os.ProcessState // after exited; nil for a container
}

// startTimeout bounds the time to the first answer.
const startTimeout = 60 * time.Second

// Start runs b, with its files below dir, and returns when it answers.
func Start(ctx context.Context, dir string, b *Build, o Options) (*Server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &Server{URL: "http://127.0.0.1:" + port, form: o.Form, exited: make(chan struct{})}
	s.log = filepath.Join(dir, "server-"+name(b.Commit)+"-"+port+".log")
	if o.Form == Container {
		err = s.startContainer(ctx, b, o, port)
	} else {
		err = s.startProcess(b, o, port)
	}
	if err != nil {
		return nil, err
	}
	if err := s.awaitReady(ctx); err != nil {
		return nil, errors.Join(err, s.Stop(time.Second))
	}
	return s, nil
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func (s *Server) startProcess(b *Build, o Options, port string) error {
	log, err := os.Create(s.log)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(b.Binary, append([]string{"serve", "--addr", "127.0.0.1:" + port}, o.Args...)...)
	if o.Cgroup != "" {
		// Only the process itself can enter before it allocates and forks.
		join := []string{"-c", `echo $$ >"$0/cgroup.procs" && exec "$@"`, o.Cgroup}
		cmd = exec.Command("sh", append(join, cmd.Args...)...)
	}
	cmd.Stdout, cmd.Stderr, cmd.Dir = log, log, "/"
	cmd.Env = append(environment(), o.Env...)
	// A group of its own: the terminal's interrupt is for the measurement,
	// which ends the server itself.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if o.Form == User && os.Getuid() == 0 {
		cmd.SysProcAttr.Credential = &syscall.Credential{Uid: nobody, Gid: nobody}
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	s.PID = cmd.Process.Pid
	go func() {
		defer close(s.exited)
		cmd.Wait()
		s.state = cmd.ProcessState
	}()
	return nil
}

// environment is this process's without what would configure the server.
func environment() []string {
	var env []string
	for _, kv := range os.Environ() {
		if !strings.HasPrefix(kv, "PLAYGROUND_") {
			env = append(env, kv)
		}
	}
	return env
}

// startContainer follows README.md, "Host it".
func (s *Server) startContainer(ctx context.Context, b *Build, o Options, port string) error {
	if err := b.makeImage(ctx); err != nil {
		return err
	}
	args := []string{"run", "-d", "-p", "127.0.0.1:" + port + ":8080", "--read-only", "--cap-drop", "ALL",
		"--security-opt", "no-new-privileges", "--memory", "2g", "--pids-limit", "2048"}
	args = append(args, o.Docker...)
	for _, kv := range o.Env {
		args = append(args, "-e", kv)
	}
	args = append(append(args, b.image, "serve"), o.Args...)
	id, err := output(ctx, "", "docker", args...)
	if err != nil {
		return err
	}
	s.container = id
	facts, err := output(ctx, "", "docker", "inspect", "--format", "{{.State.Pid}} {{.NetworkSettings.IPAddress}}", id)
	if err != nil {
		return err
	}
	// By its own address: docker's proxy on loopback is another server, with
	// limits and half-closed connections of its own.
	var address string
	_, err = fmt.Sscan(facts, &s.PID, &address)
	s.URL = "http://" + net.JoinHostPort(address, "8080")
	go func() {
		defer close(s.exited)
		exec.Command("docker", "wait", id).Run()
	}()
	return err
}

func (b *Build) makeImage(ctx context.Context) error {
	if b.image != "" {
		return nil
	}
	image := "playground-bench:" + name(b.Commit)
	args := append([]string{"build", "-q", "-t", image}, strings.Fields(os.Getenv("DOCKER_BUILD"))...)
	if _, err := output(ctx, b.tree, "docker", append(args, ".")...); err != nil {
		return err
	}
	b.image = image
	return nil
}

func (s *Server) awaitReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		if s.Answers(ctx) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server did not answer within %v; its last words:\n%s", startTimeout, s.LastWords())
		case <-s.exited:
			return fmt.Errorf("the server ended at its start; its last words:\n%s", s.LastWords())
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Answers reports whether /healthz does, within a second.
func (s *Server) Answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/healthz", nil)
	if err != nil {
		return false
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	answer, err := client.Do(q)
	if err != nil {
		return false
	}
	defer answer.Body.Close()
	return answer.StatusCode == http.StatusOK
}

// Alive reports whether the process is still there.
func (s *Server) Alive() bool {
	select {
	case <-s.exited:
		return false
	default:
		return true
	}
}

// Signal sends sig to the server's process.
func (s *Server) Signal(sig syscall.Signal) error { return syscall.Kill(s.PID, sig) }

// Exited waits for the process to end, at most for d, and returns its exit
// status; -1 when a signal ended it.
func (s *Server) Exited(d time.Duration) (status int, err error) {
	select {
	case <-s.exited:
	case <-time.After(d):
		return 0, fmt.Errorf("the server is still there after %v", d)
	}
	if s.container == "" {
		return s.state.ExitCode(), nil
	}
	out, err := output(context.Background(), "", "docker", "inspect", "--format", "{{.State.ExitCode}}", s.container)
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(out)
}

// Stop ends the server, by SIGKILL if it has not ended by itself within grace,
// and removes its container.
func (s *Server) Stop(grace time.Duration) error {
	if s.Alive() {
		s.Signal(syscall.SIGTERM)
	}
	_, err := s.Exited(grace)
	if err != nil && s.Alive() {
		s.Signal(syscall.SIGKILL)
		<-s.exited
	}
	if s.container != "" {
		_, rm := output(context.Background(), "", "docker", "rm", "-f", s.container)
		err = errors.Join(err, rm)
	}
	return err
}

// LastWords is the end of what the server printed.
func (s *Server) LastWords() string {
	const most = 2000 // bytes
	text, _ := os.ReadFile(s.log)
	if s.container != "" {
		text, _ = exec.Command("docker", "logs", "--tail", "30", s.container).CombinedOutput()
	}
	return string(text[max(0, len(text)-most):])
}
