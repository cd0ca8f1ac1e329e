// Server serves /debug/pprof and /debug/vars as Go programs do, over HTTP, HTTPS and a Unix socket, and holds still: some
// memory in use by several functions, some garbage, goroutines that wait and some that leak. Nothing changes after the start
// but by who asks (and with -churn), so that two answers can be compared.
//
//	server -http 127.0.0.1:6060 -https 127.0.0.1:6443 -cert server.pem -key server.key -client-ca ca.pem \
//	    -unix /run/app.sock -life 60s
//	server -make-certificates DIR
//
// It ends by itself after -life, and on SIGTERM.
package main

import (
	"crypto/tls"
	"crypto/x509"
	"expvar"
	"flag"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

var (
	plain    = flag.String("http", "", "address of HTTP")
	secure   = flag.String("https", "", "address of HTTPS, with -cert and -key")
	cert     = flag.String("cert", "", "certificate of the server, PEM")
	key      = flag.String("key", "", "its key, PEM")
	clientCA = flag.String("client-ca", "", "authority that clients' certificates have to be of, PEM")
	socket   = flag.String("unix", "", "path of a Unix socket")
	life     = flag.Duration("life", time.Minute, "how long to live")
	churn    = flag.Bool("churn", false, "go on allocating and leaking")
	written  = flag.String("make-certificates", "", "write an authority, certificates and strangers into a folder, and end")
)

func main() {
	flag.Parse()
	if *written != "" {
		check(makeCertificates(*written))
		return
	}
	load()
	expvar.NewInt("requests").Set(7)
	if *plain != "" {
		serve("tcp", *plain, nil)
	}
	if *socket != "" {
		serve("unix", *socket, nil)
	}
	if *secure != "" {
		serve("tcp", *secure, encrypted())
	}
	runtime.GC()
	fmt.Println("ready")
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM)
	select {
	case <-end:
	case <-time.After(*life):
	}
	if *socket != "" {
		os.Remove(*socket)
	}
}

// serve listens before it returns, so that who reads "ready" may ask.
func serve(network, address string, config *tls.Config) {
	listener, err := net.Listen(network, address)
	check(err)
	if config != nil {
		listener = tls.NewListener(listener, config)
	}
	quiet := log.New(io.Discard, "", 0)
	go func() { check((&http.Server{ErrorLog: quiet}).Serve(listener)) }()
}

func encrypted() *tls.Config {
	pair, err := tls.LoadX509KeyPair(*cert, *key)
	check(err)
	config := &tls.Config{Certificates: []tls.Certificate{pair}}
	if *clientCA != "" {
		pem, err := os.ReadFile(*clientCA)
		check(err)
		config.ClientCAs = x509.NewCertPool()
		config.ClientCAs.AppendCertsFromPEM(pem)
		config.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return config
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}
