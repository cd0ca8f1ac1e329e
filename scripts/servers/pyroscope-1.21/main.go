// A single-binary Pyroscope server, for tests.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/grafana/dskit/flagext"
	"github.com/grafana/pyroscope/pkg/cfg"
	"github.com/grafana/pyroscope/pkg/pyroscope"
)

type flags struct {
	pyroscope.Config `yaml:",inline"`
}

func (f *flags) Clone() flagext.Registerer { return func(f flags) *flags { return &f }(*f) }

func main() {
	var f flags
	if err := cfg.DynamicUnmarshal(&f, os.Args[1:], flag.CommandLine); err != nil {
		log.Fatal(err)
	}
	s, err := pyroscope.New(f.Config)
	if err != nil {
		log.Fatal(err)
	}
	if err := s.Run(); err != nil {
		log.Fatal(err)
	}
}
