package confine

import (
	"os"
	"syscall"

	"playground/internal/sandbox/wire"
)

// box is empty: nothing is made for a worker besides its process.
type box struct{}

func (box) kill() error       { return nil }
func (box) close() error      { return nil }
func (box) outOfMemory() bool { return false }

func enclose(*os.Process, HostConfig) (box, error) { return box{}, nil }

// startProcess starts a worker in a session, and so a process group, of its own.
func startProcess(binary string, argv, env []string, files []*os.File) (*os.Process, error) {
	return os.StartProcess(binary, argv, &os.ProcAttr{
		Env: env, Files: files, Sys: &syscall.SysProcAttr{Setsid: true},
	})
}

func hostLayers() []wire.Layer {
	return []wire.Layer{off(LayerDeathSignal, "this system has none; workers end when their pipes close")}
}

// kill signals the whole process group.
func (c *Cell) kill() error {
	err := syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
	if err != nil {
		err = c.Process.Kill()
	}
	if exited(err) {
		return nil
	}
	return err
}
