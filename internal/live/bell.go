package live

import "sync"

// Bell wakes whoever listens to a topic, such as "inbox" or "#1042". It is safe for concurrent use.
type Bell struct {
	mu     sync.Mutex
	topics map[string][]*listener
}

// listener is one subscription. It knows its place in the topic's slice, so that leaving a topic of ten thousand is one swap.
type listener struct {
	topic string
	place int // -1 once it has left
	ring  func()
	news  func(any)
}

// NewBell makes a bell that nobody hears yet.
func NewBell() *Bell { return &Bell{topics: map[string][]*listener{}} }

// Ring wakes every listener of topic. It never waits.
func (b *Bell) Ring(topic string) {
	var few [8]*listener // most topics have one or two: no allocation then
	for _, l := range b.hear(few[:0], topic) {
		if l.ring != nil {
			l.ring()
		}
	}
}

// Say gives news to those on topic who take content. Nothing keeps it: whoever is not there now never learns of it.
func (b *Bell) Say(topic string, news any) {
	var few [8]*listener
	for _, l := range b.hear(few[:0], topic) {
		if l.news != nil {
			l.news(news)
		}
	}
}

// hear copies topic's listeners, so that they are called without the lock and may come and go meanwhile.
func (b *Bell) hear(into []*listener, topic string) []*listener {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append(into, b.topics[topic]...)
}

// Subscribe has ring called at every ring of topic, and news at everything said on it; either may be nil. They are called on
// the ringer's goroutine and must not block. A ring that is under way may still arrive while cancel returns.
func (b *Bell) Subscribe(topic string, ring func(), news func(any)) (cancel func()) {
	l := &listener{topic: topic, ring: ring, news: news}
	b.mu.Lock()
	defer b.mu.Unlock()
	l.place = len(b.topics[topic])
	b.topics[topic] = append(b.topics[topic], l)
	return func() { b.leave(l) }
}

func (b *Bell) leave(l *listener) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if l.place < 0 {
		return
	}
	all := b.topics[l.topic]
	last := len(all) - 1
	all[l.place] = all[last]
	all[l.place].place = l.place
	all[last] = nil
	l.place = -1
	if last == 0 {
		delete(b.topics, l.topic) // topics are tickets: they must not add up
		return
	}
	b.topics[l.topic] = all[:last]
}
