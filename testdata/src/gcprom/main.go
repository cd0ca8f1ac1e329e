// A steady server whose metrics are served as client_golang, OpenTelemetry and runtime/metrics have them.
package main

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"runtime/metrics"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/contrib/instrumentation/runtime"
	otelprom "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/sdk/metric"
)

var kept [][]byte
var sink string

func page(registry *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(registry, promhttp.HandlerOpts{EnableOpenMetrics: true})
}

func samples() []metrics.Sample {
	var all []metrics.Sample
	for _, d := range metrics.All() {
		if !strings.HasPrefix(d.Name, "/godebug/") {
			all = append(all, metrics.Sample{Name: d.Name})
		}
	}
	metrics.Read(all)
	return all
}

func finite(bounds []float64) []any {
	var out []any
	for _, b := range bounds {
		switch {
		case math.IsInf(b, 1):
			out = append(out, "+Inf")
		case math.IsInf(b, -1):
			out = append(out, "-Inf")
		default:
			out = append(out, b)
		}
	}
	return out
}

func value(s metrics.Sample) any {
	switch s.Value.Kind() {
	case metrics.KindUint64:
		return s.Value.Uint64()
	case metrics.KindFloat64:
		return s.Value.Float64()
	}
	h := s.Value.Float64Histogram()
	return map[string]any{"Counts": h.Counts, "Buckets": finite(h.Buckets)}
}

func main() {
	for range 32 {
		kept = append(kept, make([]byte, 1<<20))
	}
	go func() {
		for i := 0; ; i++ {
			sink = fmt.Sprint(i, time.Now())
			if i%2000 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
	}()
	standard := prometheus.NewRegistry()
	standard.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	all := prometheus.NewRegistry()
	all.MustRegister(collectors.NewGoCollector(collectors.WithGoCollectorRuntimeMetrics(collectors.MetricsAll)),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	none := prometheus.NewRegistry()
	exporter, err := otelprom.New(otelprom.WithRegisterer(none))
	if err != nil {
		panic(err)
	}
	provider := metric.NewMeterProvider(metric.WithReader(exporter))
	if err := runtime.Start(runtime.WithMeterProvider(provider)); err != nil {
		panic(err)
	}
	http.Handle("/metrics", page(standard))
	http.Handle("/all", page(all))
	http.Handle("/otel", page(none))
	http.HandleFunc("/runtime.json", func(w http.ResponseWriter, _ *http.Request) {
		object := map[string]any{}
		for _, s := range samples() {
			object[s.Name] = value(s)
		}
		json.NewEncoder(w).Encode(object)
	})
	http.HandleFunc("/runtime-list.json", func(w http.ResponseWriter, _ *http.Request) {
		var list []any
		for _, s := range samples() {
			list = append(list, map[string]any{"Name": s.Name, "Value": value(s)})
		}
		json.NewEncoder(w).Encode(list)
	})
	fmt.Println(http.ListenAndServe(os.Args[1], nil))
}
