package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// makeCertificates writes NAME.pem and NAME.key: ca signs server and client, other-ca signs stranger.
func makeCertificates(folder string) error {
	for _, names := range [][]string{{"ca", "server", "client"}, {"other-ca", "stranger"}} {
		root, err := issue(folder, names[0], nil)
		if err != nil {
			return err
		}
		for _, name := range names[1:] {
			if _, err := issue(folder, name, root); err != nil {
				return err
			}
		}
	}
	return nil
}

// issue makes a certificate that an authority signs, or without one itself.
func issue(folder, name string, by *authority) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	wanted := &x509.Certificate{
		SerialNumber:          big.NewInt(now.UnixNano()),
		Subject:               pkix.Name{CommonName: name},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
		BasicConstraintsValid: true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	if by == nil {
		wanted.IsCA, wanted.KeyUsage, wanted.ExtKeyUsage = true, x509.KeyUsageCertSign, nil
		wanted.DNSNames, wanted.IPAddresses = nil, nil
		by = &authority{wanted, key}
	}
	der, err := x509.CreateCertificate(rand.Reader, wanted, by.certificate, &key.PublicKey, by.key)
	if err != nil {
		return nil, err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	if err := write(filepath.Join(folder, name+".pem"), "CERTIFICATE", der, 0o644); err != nil {
		return nil, err
	}
	if err := write(filepath.Join(folder, name+".key"), "PRIVATE KEY", secret, 0o600); err != nil {
		return nil, err
	}
	certificate, err := x509.ParseCertificate(der)
	return &authority{certificate, key}, err
}

func write(path, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
