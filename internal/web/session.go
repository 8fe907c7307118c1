package web

import (
	"context"
	"crypto/sha256"
	"net/http"
	"strings"
	"time"

	"deskbell/internal/fault"
	"deskbell/internal/i18n"
	"deskbell/internal/people"
	"deskbell/internal/store"
)

// guest is who is asking, as far as he has proved it.
type guest struct {
	actor         people.Actor // of the agent, or of the agent whose token this is
	agent         *people.Agent
	session       *people.Session // the agent's
	member        *people.Contact
	memberSession *people.Session
}

// name tells one reader from another.
func (g *guest) name() string {
	switch {
	case g.actor.ID != "":
		return "agent " + g.actor.ID
	case g.member != nil:
		return "member " + g.member.ID
	}
	return ""
}

// Actor is the agent who asks, by cookie or by token. It is the zero Actor, who may nothing, when there is none.
func Actor(r *http.Request) people.Actor { return visitOf(r.Context()).actor }

// Agent is the agent who has signed in, with his language and theme, or nil.
func Agent(r *http.Request) *people.Agent { return visitOf(r.Context()).agent }

// Session is that agent's session, or nil.
func Session(r *http.Request) *people.Session { return visitOf(r.Context()).session }

// Member is the customer who has signed in, or nil.
func Member(r *http.Request) *people.Contact { return visitOf(r.Context()).member }

// The cookies' names. Agents and members have different ones, so that who tries out his own shop's community stays at his desk.
const (
	deskCookie     = "desk"
	memberCookie   = "my"
	languageCookie = "lang"
)

// cookieName is name, bound to this very host where that can be enforced (RFC 6265bis, 4.1.3.2).
func (e *Edge) cookieName(name string) string {
	if e.secure {
		return "__Host-" + name
	}
	return name
}

func (e *Edge) setCookie(w http.ResponseWriter, name, value string, lives time.Duration) {
	c := &http.Cookie{
		Name: e.cookieName(name), Value: value, Path: "/", MaxAge: int(lives / time.Second),
		HttpOnly: true, Secure: e.secure, SameSite: http.SameSiteLaxMode,
	}
	if lives < 0 {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (e *Edge) cookie(r *http.Request, name string) string {
	c, err := r.Cookie(e.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// cookieLives is longer than any session; the session's own end counts.
const cookieLives = 180 * 24 * time.Hour

// Enter gives the browser the cookie of a session, an agent's or a member's.
func Enter(w http.ResponseWriter, r *http.Request, in people.Entered) {
	name := memberCookie
	if in.Session.Agent != "" {
		name = deskCookie
	}
	visitOf(r.Context()).edge.setCookie(w, name, in.Cookie, cookieLives)
}

// DeskCookie is the agent's cookie as the browser brought it, for signing in anew and for signing out.
func DeskCookie(r *http.Request) string { return visitOf(r.Context()).edge.cookie(r, deskCookie) }

// MemberCookie is the same for a member.
func MemberCookie(r *http.Request) string { return visitOf(r.Context()).edge.cookie(r, memberCookie) }

// LeaveDesk takes the agent's cookie back.
func LeaveDesk(w http.ResponseWriter, r *http.Request) {
	visitOf(r.Context()).edge.setCookie(w, deskCookie, "", -1)
}

// LeaveMember takes the member's cookie back.
func LeaveMember(w http.ResponseWriter, r *http.Request) {
	visitOf(r.Context()).edge.setCookie(w, memberCookie, "", -1)
}

// SetLanguage remembers the language that a reader chose on a page of the public, whoever he is.
func SetLanguage(w http.ResponseWriter, r *http.Request, lang string) {
	visitOf(r.Context()).edge.setCookie(w, languageCookie, i18n.Match("", lang), 365*24*time.Hour)
}

// Cookie is one of a face's own, kept from other hosts as those of people who have signed in are. It proves that the browser is
// the same, and nothing else.
type Cookie struct {
	Name  string
	Lives time.Duration
}

// Set gives the browser the cookie; an empty value takes it back.
func (c Cookie) Set(w http.ResponseWriter, r *http.Request, value string) {
	if value == "" {
		c.Lives = -1
	}
	visitOf(r.Context()).edge.setCookie(w, c.Name, value, c.Lives)
}

// Of is what the browser brings of it, or "".
func (c Cookie) Of(r *http.Request) string { return visitOf(r.Context()).edge.cookie(r, c.Name) }

// greet finds out who is asking. A cookie that opens nothing is no fault: the route says whether it needs one.
func (e *Edge) greet(v *visit, r *http.Request) error {
	if v.route.Who.kind == tokenKind {
		return e.greetToken(v, r)
	}
	if !v.route.Who.readsCookies() {
		return nil
	}
	desk, member := e.cookie(r, deskCookie), e.cookie(r, memberCookie)
	if desk == "" && member == "" {
		return nil
	}
	err := e.DB.View(r.Context(), func(tx *store.Tx) error {
		if err := v.readDesk(tx, desk); err != nil {
			return err
		}
		return v.readMember(tx, member)
	})
	if err != nil {
		return err
	}
	e.touch(r.Context(), v.session)
	e.touch(r.Context(), v.memberSession)
	return nil
}

func (g *guest) readDesk(tx *store.Tx, cookie string) error {
	s, err := people.SessionOf(tx, cookie)
	if err != nil || s.Agent == "" {
		return unlessSignedOut(err)
	}
	actor, err := people.ActorOf(tx, s)
	if err != nil {
		return unlessSignedOut(err)
	}
	agent, err := people.AgentByID(tx, s.Agent)
	if err != nil {
		return err
	}
	g.actor, g.agent, g.session = actor, agent, s
	return nil
}

func (g *guest) readMember(tx *store.Tx, cookie string) error {
	s, err := people.SessionOf(tx, cookie)
	if err != nil || s.Contact == "" {
		return unlessSignedOut(err)
	}
	member, err := people.ContactByID(tx, s.Contact)
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	g.member, g.memberSession = member, s
	return nil
}

func unlessSignedOut(err error) error {
	if fault.Is(err, fault.Unauthorized) {
		return nil
	}
	return err
}

// touch writes down that a session is used. A request does not fail because that cannot be written.
func (e *Edge) touch(ctx context.Context, s *people.Session) {
	if s == nil || !s.Stale(e.DB.Now()) {
		return
	}
	err := e.DB.Update(ctx, func(tx *store.Tx) error { return people.Touch(tx, s.ID) })
	if err != nil {
		e.Log.Debug("cannot note a visit", "err", err)
	}
}

// greetToken finds the agent whose token r brings. Guesses are counted by address, good tokens by themselves.
func (e *Edge) greetToken(v *visit, r *http.Request) error {
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") { // a scheme has no case (RFC 9110, 11.1)
		return fault.New(fault.Unauthorized, "web.token_needed")
	}
	err := e.DB.View(r.Context(), func(tx *store.Tx) (err error) {
		v.actor, err = people.TokenActor(tx, secret)
		return err
	})
	if fault.Is(err, fault.Unauthorized) {
		if slower := e.count("guess", v.address, guessPace); slower != nil {
			return slower
		}
	}
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(secret))
	return e.countKey("token "+string(sum[:]), tokenPace)
}

// inTheirLanguage is the request's context in the language that its reader chose, or else asks for.
func (v *visit) inTheirLanguage(r *http.Request) context.Context {
	var chosen []string
	switch {
	case v.agent != nil && v.ofCustomers(): // who looks at his shop as its customers do can do so in each of their languages
		chosen = append(chosen, v.edge.cookie(r, languageCookie), v.agent.Language)
	case v.agent != nil:
		chosen = append(chosen, v.agent.Language, v.edge.cookie(r, languageCookie))
	case v.member != nil: // what he was written to in counts until he chooses another on a page
		chosen = append(chosen, v.edge.cookie(r, languageCookie), v.member.Language)
	case v.route.Who.readsCookies():
		chosen = append(chosen, v.edge.cookie(r, languageCookie))
	}
	return i18n.With(r.Context(), i18n.Match(r.Header.Get("Accept-Language"), chosen...))
}
