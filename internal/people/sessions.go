package people

import (
	"bytes"
	"crypto/subtle"
	"slices"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/store"
)

// Session is a browser that was let in, for an agent or for a contact. Its cookie is "id.secret".
type Session struct {
	ID      string    `json:"id"`
	Agent   string    `json:"agent,omitempty"`
	Contact string    `json:"contact,omitempty"`
	Secret  string    `json:"secret"` // hashed
	Device  string    `json:"device,omitempty"`
	Address string    `json:"address,omitempty"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
}

var sessions = store.NewTable("sessions", func(s *Session) store.Key { return store.K(s.ID) },
	store.Index[Session]{Name: "owner", Keys: func(s *Session) []store.Key { return []store.Key{s.owner()} }},
	store.Index[Session]{Name: "due", Keys: func(s *Session) []store.Key { return []store.Key{store.K(s.Expires)} }})

const (
	idleSession = 30 * 24 * time.Hour  // ends after so long without a visit
	longSession = 180 * 24 * time.Hour // ends whatever happens
	touchEvery  = time.Hour            // a visit is written down at most so often
)

func (s *Session) owner() store.Key {
	if s.Agent != "" {
		return store.K("agent", s.Agent)
	}
	return store.K("contact", s.Contact)
}

// open begins a session and gives its cookie, the only place where its secret ever stands in clear.
func open(tx *store.Tx, s Session) (Entered, error) {
	secret := store.NewRef()
	s.ID, s.Secret = tx.NewID(), digest(secret)
	s.Created, s.Device = tx.Now(), clip(s.Device, 200)
	s.visit(tx.Now())
	if err := sessions.Put(tx, &s); err != nil {
		return Entered{}, err
	}
	return Entered{s.ID + "." + secret, &s}, tx.Tell("session.opened", sessions.Name(), store.K(s.ID))
}

func (s *Session) visit(now time.Time) {
	s.Seen = now
	if s.Created.After(now) { // the clock has been put back
		s.Created = now
	}
	s.Expires = now.Add(idleSession)
	if last := s.Created.Add(longSession); s.Expires.After(last) {
		s.Expires = last
	}
}

// SessionOf gives the session of a cookie, to be read only, or a fault of kind Unauthorized.
func SessionOf(tx *store.Tx, cookie string) (*Session, error) {
	id, secret, ok := strings.Cut(cookie, ".")
	if !ok || len(cookie) > 100 {
		return nil, signIn()
	}
	found, err := sessions.Shared(tx, store.K(id))
	if err != nil {
		return nil, err
	}
	s := found[0]
	if s == nil || subtle.ConstantTimeCompare([]byte(s.Secret), []byte(digest(secret))) != 1 || !tx.Now().Before(s.Expires) {
		return nil, signIn()
	}
	return s, nil
}

func signIn() error { return fault.New(fault.Unauthorized, "fault.sign_in") }

// ActorOf gives who a session lets in, with the rights of this moment.
func ActorOf(tx *store.Tx, s *Session) (Actor, error) {
	if s.Contact != "" {
		c, err := ContactByID(tx, s.Contact)
		if fault.Is(err, fault.NotFound) {
			return Actor{}, signIn()
		}
		if err != nil {
			return Actor{}, err
		}
		return c.Actor(), nil
	}
	found, err := agents.Shared(tx, store.K(s.Agent))
	if err != nil {
		return Actor{}, err
	}
	if a := found[0]; a != nil && !a.Disabled {
		return a.Actor(), nil
	}
	return Actor{}, signIn()
}

// Stale tells whether a visit is worth writing down with Touch. One that was dated by a clock which has been put back since is:
// the session would outlive all others.
func (s *Session) Stale(now time.Time) bool { return now.Sub(s.Seen).Abs() >= touchEvery }

// Touch writes down that a session was used, which puts off its end.
func Touch(tx *store.Tx, id string) error {
	s, err := sessions.Find(tx, store.K(id))
	if err != nil || s == nil || !s.Stale(tx.Now()) {
		return err
	}
	s.visit(tx.Now())
	return sessions.Put(tx, s)
}

// rotate exchanges a session for a new one of the same owner and age: what the old cookie's holder may have seen of it is
// worth nothing from then on.
func rotate(tx *store.Tx, id string) (Entered, error) {
	s, err := sessions.Find(tx, store.K(id))
	if err != nil {
		return Entered{}, err
	}
	if s == nil {
		return Entered{}, signIn()
	}
	if err := end(tx, s); err != nil {
		return Entered{}, err
	}
	return open(tx, *s)
}

// SignOut ends the session of a cookie; that there is none is no fault.
func SignOut(tx *store.Tx, cookie string) error {
	s, err := SessionOf(tx, cookie)
	if fault.Is(err, fault.Unauthorized) {
		return nil
	}
	if err != nil {
		return err
	}
	return end(tx, s)
}

func end(tx *store.Tx, s *Session) error {
	if err := sessions.Delete(tx, store.K(s.ID)); err != nil {
		return err
	}
	tx.Ring(Topic)
	return tx.Tell("session.ended", sessions.Name(), store.K(s.ID))
}

// Sessions lists an agent's sessions, newest first: his own, or those of somebody whom by may manage.
func Sessions(tx *store.Tx, by Actor, agent string) ([]*Session, error) {
	if err := onBehalf(tx, by, agent); err != nil {
		return nil, err
	}
	all, err := sessionsOf(tx, store.K("agent", agent))
	return slices.DeleteFunc(all, func(s *Session) bool { return !tx.Now().Before(s.Expires) }), err
}

// onBehalf: an agent looks after his own sessions and tokens; others' only who may manage him.
func onBehalf(tx *store.Tx, by Actor, agent string) error {
	if by.Type == ByAgent && by.ID == agent && by.Scope.Covers(ScopeAdmin) {
		return nil
	}
	_, err := reach(tx, by, agent)
	return err
}

// sessionsOf gives those that are over too: they may only seem so, by a clock that is ahead.
func sessionsOf(tx *store.Tx, owner store.Key) ([]*Session, error) {
	var all []*Session
	for s, err := range sessions.Scan(tx, "owner", store.Range{Prefix: owner, Back: true}) {
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Revoke ends one session of an agent.
func Revoke(tx *store.Tx, by Actor, id string) error {
	s, err := sessions.Find(tx, store.K(id))
	if err != nil {
		return err
	}
	if s == nil || s.Agent == "" || onBehalf(tx, by, s.Agent) != nil {
		return fault.New(fault.NotFound, "people.session_gone") // ids of others' sessions must not be told apart from those that never were
	}
	return end(tx, s)
}

// RevokeAll ends all sessions of an agent but one ("" keeps none).
func RevokeAll(tx *store.Tx, by Actor, agent, keep string) error {
	if err := onBehalf(tx, by, agent); err != nil {
		return err
	}
	return endSessions(tx, store.K("agent", agent), keep)
}

func endSessions(tx *store.Tx, owner store.Key, keep string) error {
	all, err := sessionsOf(tx, owner)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.ID == keep {
			continue
		}
		if err := end(tx, s); err != nil {
			return err
		}
	}
	return nil
}

// endAccess shuts every way in that an agent had open: sessions but one, API tokens, and links to choose a password.
func endAccess(tx *store.Tx, agent, keep string) error {
	tx.Ring(Topic)
	if err := endSessions(tx, store.K("agent", agent), keep); err != nil {
		return err
	}
	if err := endTokens(tx, agent); err != nil {
		return err
	}
	return dropLinks(tx, toPassword, agent)
}

// Expire removes sessions and links whose time is over, at most limit of them. It is a sweep of internal/jobs, with
// ExpireDue.
func Expire(tx *store.Tx, limit int) (int, error) {
	over := store.Range{To: store.K(tx.Now().Add(time.Millisecond))}
	n, err := sweep(tx, sessions, over, limit)
	if err != nil || n == limit {
		return n, err
	}
	more, err := sweep(tx, links, over, limit-n)
	return n + more, err
}

// sweep gathers first and deletes then: a table is not written to while it is walked.
func sweep[T any](tx *store.Tx, t *store.Table[T], over store.Range, limit int) (int, error) {
	var keys []store.Key
	for key, err := range t.Keys(tx, "due", over) {
		if err != nil {
			return 0, err
		}
		if len(keys) == limit {
			break
		}
		keys = append(keys, bytes.Clone(key))
	}
	for _, key := range keys {
		if err := t.Delete(tx, key); err != nil {
			return 0, err
		}
	}
	if len(keys) > 0 {
		tx.Ring(Topic)
	}
	return len(keys), nil
}

// ExpireDue tells when Expire next has something to do.
func ExpireDue(tx *store.Tx) (time.Time, bool, error) {
	var due []time.Time
	s, err := sessions.By(tx, "due", nil)
	if err != nil {
		return time.Time{}, false, err
	}
	if s != nil {
		due = append(due, s.Expires)
	}
	l, err := links.By(tx, "due", nil)
	if err != nil {
		return time.Time{}, false, err
	}
	if l != nil {
		due = append(due, l.Expires)
	}
	if len(due) == 0 {
		return time.Time{}, false, nil
	}
	return slices.MinFunc(due, time.Time.Compare), true, nil
}

// clip takes a word from outside as far as we keep it, without what a page could not show.
func clip(s string, most int) string {
	s = strings.Map(func(r rune) rune {
		if r == '\uFFFD' || !printable(string(r)) {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:most])
	}
	return strings.TrimSpace(s)
}
