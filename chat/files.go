package chat

import (
	"net/url"
	"strconv"
	"time"
)

const (
	filePurpose = "visitor file"
	fileFor     = 24 * time.Hour // a link works at least so long, and at most twice
)

// FileURL is a path under which a visitor reads a file of his conversation. Whoever has it may read it until it expires.
func (r *Room) FileURL(upload, name string) string {
	day := int64(fileFor / time.Second)
	until := strconv.FormatInt((r.DB.Now().Unix()/day+2)*day, 10) // the same all day, so that browsers keep what they have
	return "/w/files/" + upload + "/" + until + "/" + r.Key.Sign(filePurpose, upload, until) + "/" + url.PathEscape(name)
}

// MayFetch tells whether a link to a file was made by FileURL and still works.
func (r *Room) MayFetch(upload, until, signature string) bool {
	end, err := strconv.ParseInt(until, 10, 64)
	return err == nil && r.DB.Now().Unix() < end && r.Key.Verify(signature, filePurpose, upload, until)
}
