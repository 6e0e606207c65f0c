package cluster

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// The files of a Keys folder. The first three are named as Kubernetes and
// cert-manager name them.
const (
	fileCA          = "ca.crt"     // who signs the certificates of this cluster's nodes
	fileCert        = "tls.crt"    // this node's, for both ends of a connection
	fileKey         = "tls.key"    // its private key
	fileToken       = "token"      // the secret that all nodes of the cluster share
	fileCredentials = "nats.creds" // for an external NATS, in the token's place
)

// minToken is the least length of a cluster's token in bytes: 128 bits in base64.
const minToken = 22

// keys are what a node shows its peers, and by what it knows them.
type keys struct {
	pool        *x509.CertPool
	cert        tls.Certificate
	token       string
	credentials string // path of a file, "" for none
}

// readKeys reads a folder of keys. Nothing in it may be left out but the
// credentials: a cluster that anybody can join would run anybody's programs, and
// show them every reader's.
func readKeys(dir string) (keys, error) {
	var k keys
	ca, err := os.ReadFile(filepath.Join(dir, fileCA))
	if err != nil {
		return k, fmt.Errorf("the certificate of who signs the nodes' certificates: %w", err)
	}
	k.pool = x509.NewCertPool()
	if !k.pool.AppendCertsFromPEM(ca) {
		return k, fmt.Errorf("%s holds no certificate in PEM", filepath.Join(dir, fileCA))
	}
	k.cert, err = tls.LoadX509KeyPair(filepath.Join(dir, fileCert), filepath.Join(dir, fileKey))
	if err != nil {
		return k, fmt.Errorf("this node's certificate and key, %s and %s in %s: %w", fileCert, fileKey, dir, err)
	}
	if err := k.checkCertificate(); err != nil {
		return k, fmt.Errorf("%s: %w", filepath.Join(dir, fileCert), err)
	}
	token, err := os.ReadFile(filepath.Join(dir, fileToken))
	if err != nil {
		return k, fmt.Errorf("the cluster's token: %w", err)
	}
	k.token = string(bytes.TrimSpace(token))
	if len(k.token) < minToken {
		return k, fmt.Errorf("%s has %d characters; want at least %d random ones, the same on every node",
			filepath.Join(dir, fileToken), len(k.token), minToken)
	}
	creds := filepath.Join(dir, fileCredentials)
	if _, err := os.Stat(creds); err == nil {
		k.credentials = creds
	} else if !errors.Is(err, fs.ErrNotExist) {
		return k, err
	}
	return k, nil
}

// CheckKeys says until when a folder of keys is good, or what is wrong with it.
func CheckKeys(dir string) (until time.Time, err error) {
	k, err := readKeys(dir)
	if err != nil {
		return until, err
	}
	return k.cert.Leaf.NotAfter, nil
}

// checkCertificate says early what every handshake would fail with.
func (k keys) checkCertificate() error {
	for _, usage := range []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth} {
		o := x509.VerifyOptions{Roots: k.pool, KeyUsages: []x509.ExtKeyUsage{usage}}
		if len(k.cert.Certificate) > 1 {
			o.Intermediates = x509.NewCertPool()
			for _, der := range k.cert.Certificate[1:] {
				if c, err := x509.ParseCertificate(der); err == nil {
					o.Intermediates.AddCert(c)
				}
			}
		}
		if _, err := k.cert.Leaf.Verify(o); err != nil {
			return fmt.Errorf("%w; want one that %s has signed, for servers and for clients", err, fileCA)
		}
	}
	return nil
}

// mutual is TLS in which each side shows a certificate.
func (k keys) mutual() *tls.Config {
	return &tls.Config{
		MinVersion:   tls.VersionTLS13,
		Certificates: []tls.Certificate{k.cert},
		RootCAs:      k.pool,
		ClientCAs:    k.pool,
		ClientAuth:   tls.RequireAndVerifyClientCert,
	}
}
