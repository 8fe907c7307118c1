// Package people knows who is who: agents with their roles and departments, contacts with the addresses they are known by,
// how each proves it, and what each may do.
//
//   - An Actor is whoever does something; every verb of the house takes one and asks it itself, with May. Rooms declare their
//     own permissions with Permit, as data.
//   - A Gate lets agents in: passwords are hashed a few at a time, tries are counted by account and by address, and whoever
//     does not exist is refused in the same words and time as whoever mistyped.
//   - A Session is a browser that was let in, an API token a program that was; both end the moment their agent's password,
//     role or access changes, and ring "sessions" so that open sockets look again.
//   - A Contact is a customer as agents see him. Recognise finds or makes him by an Identity; that a stranger typed somebody's
//     e-mail address joins the two for agents, marked unverified, and opens nothing.
//
// The package never sends mail, sets cookies or knows tickets. Secrets that it hands out (cookies, links, tokens) have 128
// random bits and are stored hashed only.
package people

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"unicode"
	"unicode/utf8"

	"deskbell/internal/fault"
	"deskbell/internal/settings"
	"deskbell/internal/store"
)

// What people may do with people, and with the house.
var (
	ManageAgents   = Permit("manage_agents", ScopeAdmin, Owner, Admin)
	ManageSettings = Permit("manage_settings", ScopeAdmin, Owner, Admin)
	ReadContacts   = Permit("read_contacts", ScopeRead, Owner, Admin, Lead, AgentRole)
	WriteContacts  = Permit("write_contacts", ScopeWrite, Owner, Admin, Lead, AgentRole)
)

// Topic rings when a session or an API token ended, so that open sockets look whether theirs still holds.
const Topic = "sessions"

// Configure puts a setting for by, who must be one that may.
func Configure[T any](tx *store.Tx, by Actor, s settings.Setting[T], v T) error {
	if err := by.Must(ManageSettings, ""); err != nil {
		return err
	}
	return s.Put(tx, v)
}

// digest is how a secret of 128 random bits lies in the store: nobody can search so many, so it needs no salt and no delay.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// cleanName takes a name as somebody typed it: one line, at most 100 characters.
func cleanName(at, s string) (string, error) {
	s = strings.Join(strings.Fields(s), " ")
	switch {
	case s == "":
		return "", fault.Field(at, "fault.required")
	case utf8.RuneCountInString(s) > 100:
		return "", fault.Field(at, "fault.too_long", "max", 100)
	case !printable(s):
		return "", fault.Field(at, "fault.bad_value")
	}
	return s, nil
}

// OwnName takes what somebody typed as a contact's name, or nothing, without the signs that nobody sees. Who typed too much is told;
// Recognise would cut it, as it must for mails.
func OwnName(at, s string) (string, error) {
	s = clip(s, maxOwnName+1)
	if utf8.RuneCountInString(s) > maxOwnName {
		return "", fault.Field(at, "fault.too_long", "max", maxOwnName)
	}
	return s, nil
}

const maxOwnName = 100

// Email takes an address as somebody typed it and gives the form under which we know it, in lower case: no provider that
// people use tells "Ann@" from "ann@", and people do not either.
func Email(at, s string) (string, error) {
	if !printable(s) { // before ToLower, which would mend broken bytes
		return "", fault.Field(at, "fault.bad_email")
	}
	s = strings.ToLower(strings.TrimSpace(s))
	user, domain, ok := strings.Cut(s, "@")
	if !ok || user == "" || len(s) > 254 || len(user) > 64 ||
		strings.ContainsAny(s, " \"(),:;<>[\\]") || strings.Contains(domain, "@") || !hostLike(domain) {
		return "", fault.Field(at, "fault.bad_email")
	}
	return s, nil
}

// OwnEmail takes the address that a stranger typed so that we can answer him: one that the whole world can write to, which
// has a dot behind its @.
func OwnEmail(at, s string) (string, error) {
	s, err := Email(at, s)
	if err == nil && !strings.Contains(s[strings.Index(s, "@"):], ".") {
		return "", fault.Field(at, "fault.half_email")
	}
	return s, err
}

// hostLike is generous: a shop's own network may have names without a dot, and names may be in any script.
func hostLike(domain string) bool {
	for label := range strings.SplitSeq(domain, ".") {
		if label == "" || len(label) > 63 || strings.HasPrefix(label, "-") || strings.HasSuffix(label, "-") {
			return false
		}
	}
	return domain != ""
}

func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	})
}
