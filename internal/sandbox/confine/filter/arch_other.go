//go:build !(amd64 || arm64)

package filter

const thisArch = other
