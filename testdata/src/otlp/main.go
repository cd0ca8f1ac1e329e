// Turns a pprof profile into OTLP with the collector's own data types, one profile a sample type, as its translator does.
package main

import (
	"fmt"
	"os"
	"sort"
	"strconv"

	"github.com/google/pprof/profile"
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/pprofile"
)

type dict struct {
	d     pprofile.ProfilesDictionary
	strs  map[string]int32
	known map[string]int32
	from  int // which profile: their ids are their own
}

func (d *dict) str(s string) int32 {
	if i, ok := d.strs[s]; ok {
		return i
	}
	i := int32(d.d.StringTable().Len())
	d.d.StringTable().Append(s)
	d.strs[s] = i
	return i
}

func (d *dict) attr(key, unit string, v any) int32 {
	k := fmt.Sprintf("a %q %q %T %v", key, unit, v, v)
	if i, ok := d.known[k]; ok {
		return i
	}
	i := int32(d.d.AttributeTable().Len())
	a := d.d.AttributeTable().AppendEmpty()
	a.SetKeyStrindex(d.str(key))
	a.SetUnitStrindex(d.str(unit))
	if err := a.Value().FromRaw(v); err != nil {
		panic(err)
	}
	d.known[k] = i
	return i
}

func (d *dict) mapping(m *profile.Mapping) int32 {
	k := fmt.Sprintf("m %d %d", d.from, m.ID)
	if i, ok := d.known[k]; ok {
		return i
	}
	i := int32(d.d.MappingTable().Len())
	o := d.d.MappingTable().AppendEmpty()
	o.SetMemoryStart(m.Start)
	o.SetMemoryLimit(m.Limit)
	o.SetFileOffset(m.Offset)
	o.SetFilenameStrindex(d.str(m.File))
	o.AttributeIndices().Append(d.attr("process.executable.build_id.gnu", "", m.BuildID))
	for key, is := range map[string]bool{"functions": m.HasFunctions, "filenames": m.HasFilenames, "line_numbers": m.HasLineNumbers, "inline_frames": m.HasInlineFrames} {
		if is {
			o.AttributeIndices().Append(d.attr("pprof.mapping.has_"+key, "", true))
		}
	}
	d.known[k] = i
	return i
}

func (d *dict) function(f *profile.Function) int32 {
	k := fmt.Sprintf("f %d %d", d.from, f.ID)
	if i, ok := d.known[k]; ok {
		return i
	}
	i := int32(d.d.FunctionTable().Len())
	o := d.d.FunctionTable().AppendEmpty()
	o.SetNameStrindex(d.str(f.Name))
	o.SetSystemNameStrindex(d.str(f.SystemName))
	o.SetFilenameStrindex(d.str(f.Filename))
	o.SetStartLine(f.StartLine)
	d.known[k] = i
	return i
}

func (d *dict) location(l *profile.Location) int32 {
	k := fmt.Sprintf("l %d %d", d.from, l.ID)
	if i, ok := d.known[k]; ok {
		return i
	}
	i := int32(d.d.LocationTable().Len())
	o := d.d.LocationTable().AppendEmpty()
	o.SetAddress(l.Address)
	if l.Mapping != nil {
		o.SetMappingIndex(d.mapping(l.Mapping))
	}
	for _, line := range l.Line {
		n := o.Lines().AppendEmpty()
		n.SetLine(line.Line)
		n.SetColumn(line.Column)
		n.SetFunctionIndex(d.function(line.Function))
	}
	d.known[k] = i
	return i
}

func (d *dict) stack(locs []*profile.Location) int32 {
	k := fmt.Sprintf("s %d", d.from)
	for _, l := range locs {
		k += " " + strconv.FormatUint(l.ID, 10)
	}
	if i, ok := d.known[k]; ok {
		return i
	}
	i := int32(d.d.StackTable().Len())
	o := d.d.StackTable().AppendEmpty()
	for _, l := range locs {
		o.LocationIndices().Append(d.location(l))
	}
	d.known[k] = i
	return i
}

func convert(src *profile.Profile, rp pprofile.ResourceProfiles, d *dict) {
	for _, m := range src.Mapping {
		d.mapping(m)
	}
	sp := rp.ScopeProfiles().AppendEmpty()
	for at, st := range src.SampleType {
		p := sp.Profiles().AppendEmpty()
		p.SampleType().SetTypeStrindex(d.str(st.Type))
		p.SampleType().SetUnitStrindex(d.str(st.Unit))
		for _, sample := range src.Sample {
			s := p.Samples().AppendEmpty()
			s.SetStackIndex(d.stack(sample.Location))
			s.Values().Append(sample.Value[at])
			keys := []string{}
			for k := range sample.Label {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			for _, k := range keys {
				s.AttributeIndices().Append(d.attr(k, "", sample.Label[k][0]))
			}
			keys = keys[:0]
			for k := range sample.NumLabel {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			for _, k := range keys {
				unit := ""
				if u, ok := sample.NumUnit[k]; ok {
					unit = u[0]
				}
				s.AttributeIndices().Append(d.attr(k, unit, sample.NumLabel[k][0]))
			}
		}
		p.AttributeIndices().Append(d.attr("pprof.profile.drop_frames", "", src.DropFrames))
		p.AttributeIndices().Append(d.attr("pprof.profile.keep_frames", "", src.KeepFrames))
		for i, c := range src.Comments {
			p.AttributeIndices().Append(d.attr(fmt.Sprintf("pprof.profile.comment.%d", i), "", c))
		}
		p.AttributeIndices().Append(d.attr("pprof.profile.doc_url", "", src.DocURL))
		p.SetTime(pcommon.Timestamp(src.TimeNanos))
		p.SetDurationNano(uint64(src.DurationNanos))
		p.PeriodType().SetTypeStrindex(d.str(src.PeriodType.Type))
		p.PeriodType().SetUnitStrindex(d.str(src.PeriodType.Unit))
		p.SetPeriod(src.Period)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// Usage: OUT service=PROFILE...
func main() {
	dst := pprofile.NewProfiles()
	d := &dict{d: dst.Dictionary(), strs: map[string]int32{}, known: map[string]int32{}}
	d.str("")
	d.d.MappingTable().AppendEmpty()
	d.d.LocationTable().AppendEmpty()
	d.d.FunctionTable().AppendEmpty()
	d.d.LinkTable().AppendEmpty()
	d.d.AttributeTable().AppendEmpty()
	d.d.StackTable().AppendEmpty()
	for i := 2; i+1 < len(os.Args); i += 2 {
		f, err := os.Open(os.Args[i+1])
		check(err)
		src, err := profile.Parse(f)
		check(err)
		rp := dst.ResourceProfiles().AppendEmpty()
		if os.Args[i] != "" {
			rp.Resource().Attributes().PutStr("service.name", os.Args[i])
			rp.Resource().Attributes().PutInt("process.pid", 7)
		}
		d.from = i
		convert(src, rp, d)
	}
	b, err := (&pprofile.ProtoMarshaler{}).MarshalProfiles(dst)
	check(err)
	check(os.WriteFile(os.Args[1]+".otlp", b, 0o644))
	b, err = (&pprofile.JSONMarshaler{}).MarshalProfiles(dst)
	check(err)
	check(os.WriteFile(os.Args[1]+".otlp.json", b, 0o644))
}
