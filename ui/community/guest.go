package community

import (
	"net/http"
	"time"

	"deskbell/internal/web"
)

// The cookie of a browser that only typed a name, and how long it is remembered.
const (
	guestName  = "guest"
	guestLives = 180 * 24 * time.Hour
)

// guestCookie is what forum.Introduce gave this browser.
func guestCookie(r *http.Request) string { return web.Remembered(r, guestName) }

// setGuest gives the browser a guest's cookie; an empty one takes it back.
func setGuest(w http.ResponseWriter, r *http.Request, value string) {
	web.Remember(w, r, guestName, value, guestLives)
}
