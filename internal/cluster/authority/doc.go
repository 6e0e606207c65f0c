// Package authority makes what the nodes of a cluster know one another by: an
// authority that signs their certificate, that certificate with its key, and a
// token.
//
// One certificate is every node's: nodes are alike, each can do what all can, and
// whoever has one node's key has the token as well. So a folder is all that an
// operator hands out, as files or as one Secret of Kubernetes. ca.key signs and is
// for no node.
//
// The package starts no goroutine and trusts what it reads: the operator's own.
package authority
