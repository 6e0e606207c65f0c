package main

import (
	"fmt"
	"net"
	"runtime"

	"playground/internal/sandbox/confine"
)

// isolationFlags say how strong the walls must be.
type isolationFlags struct {
	Require confine.Level `name:"require-isolation" default:"${isolation}" placeholder:"LEVEL" env:"PLAYGROUND_REQUIRE_ISOLATION" help:"Refuse to run programs below this level: none, seccomp, landlock, namespaces or full (${env}, default ${default})."`
}

// defaultIsolation is the least that a program is run under unless the
// operator says otherwise. Only Linux has walls to ask for; elsewhere authors
// write on their own machines.
func defaultIsolation() string {
	if runtime.GOOS == "linux" {
		return confine.Seccomp.String()
	}
	return confine.None.String()
}

// unconfined is the one loud line.
const unconfined = "WARNING: programs run here with the rights of your user: nothing but their time and output is limited. " +
	"Run only what you would run yourself."

// checkExposure refuses to let others run programs that nothing confines.
func checkExposure(level confine.Level, listening net.Addr) error {
	if level >= confine.Seccomp || loopback(listening) {
		return nil
	}
	return fmt.Errorf("refusing to run programs for others: this system cannot confine them (isolation level %s), and %v is not a loopback address; listen on localhost, or serve from Linux", level, listening)
}
