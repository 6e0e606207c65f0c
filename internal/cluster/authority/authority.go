package authority

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// The files of a folder, as package cluster reads them; fileSigner is what only
// Issue reads.
const (
	fileCA     = "ca.crt"
	fileSigner = "ca.key"
	fileCert   = "tls.crt"
	fileKey    = "tls.key"
	fileToken  = "token"
)

// How long what is made is good.
const (
	authorityGood   = 10 * 365 * 24 * time.Hour
	certificateGood = 2 * 365 * 24 * time.Hour
)

// Issue makes a certificate for nodes with these names: hosts or IP addresses by
// which others reach them, a host may begin with "*.". The folder's authority and
// token stay if it has them, so nodes with an older certificate still know those
// with a newer one. Issue returns until when the certificate is good.
func Issue(dir string, names []string) (until time.Time, err error) {
	if len(names) == 0 {
		return until, errors.New("a certificate needs the names of the nodes")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return until, err
	}
	ca, signer, err := signing(dir)
	if err != nil {
		return until, err
	}
	if err := token(filepath.Join(dir, fileToken)); err != nil {
		return until, err
	}
	leaf, err := template("playground node", certificateGood)
	if err != nil {
		return until, err
	}
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	if leaf.NotAfter.After(ca.NotAfter) {
		leaf.NotAfter = ca.NotAfter
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return until, err
	}
	return leaf.NotAfter, write(dir, fileCert, fileKey, leaf, ca, key, signer)
}

// signing is the folder's authority; one is made where there is none.
func signing(dir string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	certFile, keyFile := filepath.Join(dir, fileCA), filepath.Join(dir, fileSigner)
	text, err := os.ReadFile(certFile)
	if errors.Is(err, fs.ErrNotExist) {
		return newSigning(dir)
	}
	if err != nil {
		return nil, nil, err
	}
	cert, err := x509.ParseCertificate(decode(text))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", certFile, err)
	}
	if text, err = os.ReadFile(keyFile); err != nil {
		return nil, nil, fmt.Errorf("the key of the authority in %s is needed to sign with it: %w", certFile, err)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(decode(text))
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || !key.PublicKey.Equal(cert.PublicKey) {
		return nil, nil, fmt.Errorf("%s is not the key of %s", keyFile, certFile)
	}
	return cert, key, nil
}

func newSigning(dir string) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	ca, err := template("playground cluster", authorityGood)
	if err != nil {
		return nil, nil, err
	}
	ca.IsCA, ca.BasicConstraintsValid, ca.MaxPathLenZero, ca.KeyUsage = true, true, true, x509.KeyUsageCertSign
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	return ca, key, write(dir, fileCA, fileSigner, ca, ca, key, key)
}

// template is a certificate that is good from now on; clocks may differ by an hour.
func template(name string, good time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(good),
	}, nil
}

// write signs a certificate and writes it and its key, the key first: a certificate
// that is there has its key beside it.
func write(dir, certFile, keyFile string, cert, by *x509.Certificate, key, signer *ecdsa.PrivateKey) error {
	der, err := x509.CreateCertificate(rand.Reader, cert, by, &key.PublicKey, signer)
	if err != nil {
		return fmt.Errorf("sign a certificate: %w", err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return fmt.Errorf("encode a key: %w", err)
	}
	if err := encode(filepath.Join(dir, keyFile), "PRIVATE KEY", secret); err != nil {
		return err
	}
	return encode(filepath.Join(dir, certFile), "CERTIFICATE", der)
}

func encode(file, kind string, der []byte) error {
	return os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600)
}

// decode is the first block of a PEM file; nil, which nothing parses, if it has none.
func decode(text []byte) []byte {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil
	}
	return block.Bytes
}

// token writes a secret of 128 bits and more, unless there is one.
func token(file string) error {
	_, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return os.WriteFile(file, []byte(rand.Text()+"\n"), 0o600)
	}
	return err
}
