// Command pprof answers for profiles on its input what `go tool pprof -top` prints of them, one
// process for all: a question is the length of the options (2 bytes), the options separated by
// spaces, the length of a profile (4 bytes) and the profile, or for the option -regexp a pattern, a
// byte 0 and a text; an answer is '+' (a report), '-' (no
// profile) or '!' (a profile, but no report), the length of a text (4 bytes) and the text.
package main

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/google/pprof/driver"
	"github.com/google/pprof/profile"
)

func main() {
	in, out := bufio.NewReader(os.Stdin), bufio.NewWriter(os.Stdout)
	for {
		var size uint16
		if binary.Read(in, binary.LittleEndian, &size) != nil {
			return
		}
		options := make([]byte, size)
		var length uint32
		if _, err := io.ReadFull(in, options); err != nil {
			return
		}
		if binary.Read(in, binary.LittleEndian, &length) != nil {
			return
		}
		data := make([]byte, length)
		if _, err := io.ReadFull(in, data); err != nil {
			return
		}
		kind, text := answer(strings.Fields(string(options)), data)
		out.WriteByte(kind)
		binary.Write(out, binary.LittleEndian, uint32(len(text)))
		out.Write(text)
		out.Flush()
	}
}

func answer(options []string, data []byte) (kind byte, text []byte) {
	defer func() {
		if problem := recover(); problem != nil {
			kind, text = '!', []byte(fmt.Sprint(problem))
		}
	}()
	if len(options) == 1 && options[0] == "-regexp" {
		return matches(data)
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return '-', []byte(err.Error())
	}
	driver.Forget()
	report := &writer{}
	err = driver.PProf(&driver.Options{
		Writer:  report,
		Flagset: &flags{set: flag.NewFlagSet("pprof", flag.ContinueOnError), args: options},
		Fetch:   fetcher{p},
		Sym:     symbolizer{},
		Obj:     objects{},
		UI:      silent{},
	})
	if err != nil {
		return '!', []byte(err.Error())
	}
	return '+', report.text.Bytes()
}

// matches tells whether the pattern before the first byte 0 matches what stands behind it.
func matches(data []byte) (kind byte, text []byte) {
	pattern, text, _ := bytes.Cut(data, []byte{0})
	re, err := regexp.Compile(string(pattern))
	if err != nil {
		return '-', []byte(err.Error())
	}
	if re.Match(text) {
		return '+', []byte("1")
	}
	return '+', []byte("0")
}

type writer struct{ text bytes.Buffer }

func (w *writer) Open(string) (io.WriteCloser, error) { return nopCloser{&w.text}, nil }

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

type fetcher struct{ p *profile.Profile }

func (f fetcher) Fetch(string, time.Duration, time.Duration) (*profile.Profile, string, error) {
	return f.p, "", nil
}

type symbolizer struct{}

func (symbolizer) Symbolize(string, driver.MappingSources, *profile.Profile) error { return nil }

type objects struct{}

var errNone = errors.New("no binaries here")

func (objects) Open(string, uint64, uint64, uint64, string) (driver.ObjFile, error) {
	return nil, errNone
}

func (objects) Disasm(string, uint64, uint64, bool) ([]driver.Inst, error) { return nil, errNone }

type silent struct{}

func (silent) ReadLine(string) (string, error)     { return "", io.EOF }
func (silent) Print(...interface{})                {}
func (silent) PrintErr(...interface{})             {}
func (silent) IsTerminal() bool                    { return false }
func (silent) WantBrowser() bool                   { return false }
func (silent) SetAutoComplete(func(string) string) {}

type flags struct {
	set  *flag.FlagSet
	args []string
}

func (f *flags) Bool(o string, d bool, c string) *bool          { return f.set.Bool(o, d, c) }
func (f *flags) Int(o string, d int, c string) *int             { return f.set.Int(o, d, c) }
func (f *flags) Float64(o string, d float64, c string) *float64 { return f.set.Float64(o, d, c) }
func (f *flags) String(o, d, c string) *string                  { return f.set.String(o, d, c) }
func (f *flags) StringList(o, d, c string) *[]*string {
	v := &[]*string{}
	f.set.Func(o, c, func(s string) error { *v = append(*v, &s); return nil })
	return v
}
func (f *flags) ExtraUsage() string   { return "" }
func (f *flags) AddExtraUsage(string) {}
func (f *flags) Parse(func()) []string {
	f.set.SetOutput(io.Discard)
	if err := f.set.Parse(append(f.args, "-output=report", "profile")); err != nil {
		panic(err)
	}
	return f.set.Args()
}
