package desk

import (
	"math/rand/v2"
	"sync"
	"time"
)

// A message in an open ticket is drawn at once. Lists and rails change with every message of the house, on every page that
// is open: all of them together may take about a twentieth of one processor, so a line rests after each look at its list in
// proportion to what the look cost and to how many lines there are. In a quiet house that is no time at all. And one line looks
// at a time, because what all of them want to do at once is done while a message waits.
const (
	shortestRest = 100 * time.Millisecond
	longestRest  = 5 * time.Second
	restShare    = 20                   // of a processor's time there is one part work for the lists in so many
	turnedAway   = 5 * time.Millisecond // until a line that found another looking tries again, or twice as long
)

// pace says when a line may look at its list again.
type pace struct {
	wake func()

	mu     sync.Mutex
	due    bool // something happened since the last look
	rested time.Time
	timer  *time.Timer
}

// ring notes that there is something to look at, and wakes the line as soon as it has rested.
func (p *pace) ring() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.due {
		return // it will be woken, or is awake
	}
	p.due = true
	if wait := time.Until(p.rested); wait > 0 {
		p.timer = time.AfterFunc(wait, p.wake)
		return
	}
	p.wake()
}

// take tells whether there is something to look at now, and holds looking then, which is to be unlocked after the look.
func (p *pace) take(looking *sync.Mutex) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.due || time.Now().Before(p.rested) {
		return false
	}
	if !looking.TryLock() {
		if p.timer != nil {
			p.timer.Stop()
		}
		p.timer = time.AfterFunc(turnedAway+rand.N(turnedAway), p.wake)
		return false
	}
	p.due = false
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	return true
}

// looked says what the look cost, in a house with so many lines.
func (p *pace) looked(cost time.Duration, lines int) {
	rest := min(max(cost*time.Duration(lines*restShare), shortestRest), longestRest)
	if lines > 1 {
		rest -= rand.N(rest / 2) // so that they do not all look at once
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rested = time.Now().Add(rest)
	if p.due && p.timer == nil {
		p.timer = time.AfterFunc(rest, p.wake)
	}
}

// end stops what would still wake the line.
func (p *pace) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	p.due = true // whatever rings now finds it awake
}
