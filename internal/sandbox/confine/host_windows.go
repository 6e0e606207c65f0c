package confine

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"playground/internal/sandbox/wire"
)

// box is a job object: it ends its process when the server's handle closes,
// however the server ends.
type box struct{ job windows.Handle }

func hostLayers() []wire.Layer {
	return []wire.Layer{on(LayerJob, "workers die with the server, start no process, and have a memory limit")}
}

// startProcess starts a worker. A process inherits three files by their place
// and any others by their handle's number, so those go into the arguments.
func startProcess(binary string, argv, env []string, files []*os.File) (*os.Process, error) {
	attr := &syscall.SysProcAttr{HideWindow: true, CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	const standard = 3
	argv = slices.Clone(argv)
	for _, f := range files[standard:] {
		h := windows.Handle(f.Fd())
		if err := windows.SetHandleInformation(h, windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT); err != nil {
			return nil, fmt.Errorf("let the worker inherit %s: %w", f.Name(), err)
		}
		attr.AdditionalInheritedHandles = append(attr.AdditionalInheritedHandles, syscall.Handle(h))
		argv = append(argv, strconv.FormatUint(uint64(h), 10))
	}
	// Windows cannot do without its own variables.
	env = append(slices.Clone(env), "SYSTEMROOT="+os.Getenv("SYSTEMROOT"))
	return os.StartProcess(binary, argv, &os.ProcAttr{Env: env, Files: files[:standard], Sys: attr})
}

// enclose puts the worker into a job of its own. The worker has been given no
// program yet, so it has nothing to do in the moment before.
func enclose(p *os.Process, cfg HostConfig) (box, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return box{}, fmt.Errorf("create job object: %w", err)
	}
	b := box{job}
	if err := b.limit(cfg); err != nil {
		_ = b.close()
		return box{}, err
	}
	if err := b.adopt(p.Pid); err != nil {
		_ = b.close()
		return box{}, err
	}
	return b, nil
}

func (b box) limit(cfg HostConfig) error {
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE |
		windows.JOB_OBJECT_LIMIT_ACTIVE_PROCESS | windows.JOB_OBJECT_LIMIT_PROCESS_MEMORY |
		windows.JOB_OBJECT_LIMIT_DIE_ON_UNHANDLED_EXCEPTION
	info.BasicLimitInformation.ActiveProcessLimit = 1
	info.ProcessMemoryLimit = uintptr(cfg.memory())
	if _, err := windows.SetInformationJobObject(b.job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info))); err != nil {
		return fmt.Errorf("limit job object: %w", err)
	}
	return nil
}

func (b box) adopt(pid int) error {
	h, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return fmt.Errorf("open worker: %w", err)
	}
	defer windows.CloseHandle(h)
	if err := windows.AssignProcessToJobObject(b.job, h); err != nil {
		return fmt.Errorf("assign worker to its job object: %w", err)
	}
	return nil
}

func (b box) kill() error {
	if b.job == 0 {
		return nil
	}
	return windows.TerminateJobObject(b.job, 1)
}

// outOfMemory: a job object refuses memory and kills nobody.
func (b box) outOfMemory() bool { return false }

func (b box) close() error {
	if b.job == 0 {
		return nil
	}
	return windows.CloseHandle(b.job)
}

func (c *Cell) kill() error {
	err := c.Process.Kill()
	if exited(err) {
		return nil
	}
	return err
}
