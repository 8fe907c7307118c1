package community

import (
	"net"
	"net/http"
	"time"
)

// guestLives is how long a browser is remembered that only typed a name.
const guestLives = 180 * 24 * time.Hour

// guestCookie is what forum.Introduce gave this browser. It proves that the browser is the same, and nothing else.
func (f *face) guestCookie(r *http.Request) string {
	c, err := r.Cookie(f.guestName())
	if err != nil {
		return ""
	}
	return c.Value
}

// setGuest gives the browser a guest's cookie; an empty one takes it back.
func (f *face) setGuest(w http.ResponseWriter, value string) {
	c := &http.Cookie{
		Name: f.guestName(), Value: value, Path: "/", MaxAge: int(guestLives / time.Second),
		HttpOnly: true, Secure: f.secure(), SameSite: http.SameSiteLaxMode,
	}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (f *face) guestName() string {
	if f.secure() {
		return "__Host-guest"
	}
	return "guest"
}

// secure: the cookie may be bound to TLS, or to this machine, as those of people who have signed in are.
func (f *face) secure() bool {
	host := f.URL.Hostname()
	return f.URL.Scheme == "https" || host == "localhost" || net.ParseIP(host).IsLoopback()
}
