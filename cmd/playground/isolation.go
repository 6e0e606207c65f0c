package main

import "playground/internal/sandbox/confine"

// isolationFlags say how strong the walls must be.
type isolationFlags struct {
	Require confine.Level `name:"require-isolation" default:"seccomp" placeholder:"LEVEL" env:"PLAYGROUND_REQUIRE_ISOLATION" help:"Refuse to run programs below this level: none, seccomp, landlock, namespaces or full (${env}, default ${default})."`
}
