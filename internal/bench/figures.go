package main

import (
	"fmt"
	"slices"
	"time"
)

// durations are the times of many repetitions.
type durations []time.Duration

// at gives the time that a share of them does not exceed.
func (d durations) at(share float64) time.Duration {
	if len(d) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(len(sorted)-1, int(share*float64(len(sorted))))]
}

func (d durations) String() string {
	return fmt.Sprintf("p50 %v, p95 %v, p99 %v, most %v", round(d.at(.5)), round(d.at(.95)), round(d.at(.99)), round(d.at(1)))
}

func round(d time.Duration) time.Duration { return d.Round(10 * time.Microsecond) }

func ratio(a, b time.Duration) float64 { return float64(a) / float64(b) }

const mib = 1 << 20
