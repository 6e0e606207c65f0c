// Package module is what programs may import beside the standard library: Go
// source of modules, which the front end checks and lowers like a reader's own
// packages.
//
// # Where it comes from
//
// The modules that articles about concurrency import are built in: bundle.txtar,
// which go generate writes from pinned versions in the module cache, licences
// included. An operator adds more with a folder that "go mod vendor" made; Read
// takes its list of modules, vendor/modules.txt, at its word. Where both have a
// module, the folder's counts. Nothing is ever fetched.
//
// # Why source
//
// Compiled packages, as the standard library's are here, would run faster, but
// their goroutines, panics and traces would be the worker's, and their types
// could not be instantiated with a program's own. These packages are small and
// wait more than they compute. A folder's can only be source.
//
// Of a folder's packages those files are taken that need the least of what is not Go:
// many have some for platforms without assembly, package unsafe or system calls.
//
// # Trust and limits
//
// A folder is the operator's and is read before the walls stand, once for each
// worker; whether its packages are Go is found out behind them. MaxText bounds
// what of it is kept, since each worker holds it. Symbolic links are followed
// as the file system does. The package starts no goroutines.
package module
