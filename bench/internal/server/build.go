//go:build linux

package server

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Build is a binary and the tree that it was built from.
type Build struct {
	Commit string // as it was asked for; empty is the working tree
	Binary string
	tree   string
	image  string // empty until a container of it was started
}

// Make builds the server of commit, or of the working tree, below dir.
func Make(ctx context.Context, dir, commit string) (*Build, error) {
	top, err := output(ctx, "", "git", "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	b := &Build{Commit: commit, tree: top, Binary: filepath.Join(dir, "playground-"+name(commit))}
	if commit != "" {
		if b.tree, err = extract(ctx, dir, commit); err != nil {
			return nil, err
		}
	}
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-trimpath", "-ldflags=-s -w", "-o", b.Binary, "./cmd/playground")
	build.Dir, build.Env = b.tree, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build %s: %w\n%s", name(commit), err, out)
	}
	return b, nil
}

// extract puts the tree of commit below dir.
func extract(ctx context.Context, dir, commit string) (string, error) {
	tree := filepath.Join(dir, "tree-"+commit)
	if err := os.MkdirAll(tree, 0o755); err != nil {
		return "", err
	}
	archive := filepath.Join(dir, commit+".tar")
	if _, err := output(ctx, "", "git", "archive", "-o", archive, commit); err != nil {
		return "", err
	}
	defer os.Remove(archive)
	_, err := output(ctx, tree, "tar", "-xf", archive)
	return tree, err
}

func name(commit string) string {
	if commit == "" {
		return "tree"
	}
	return commit
}

func output(ctx context.Context, dir, command string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, command, args...)
	cmd.Dir = dir
	var problem bytes.Buffer
	cmd.Stderr = &problem
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", command, strings.Join(args, " "), err, problem.String())
	}
	return strings.TrimSpace(string(out)), nil
}
