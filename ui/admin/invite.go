package admin

import (
	"net/http"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets/channels/email"
)

// invitation is a link by which an agent chooses a password.
type invitation struct {
	To     *people.Agent
	Link   string
	Mailed bool // there is a relay, which is to bring it
	Stuck  bool // it takes no mail just now
}

// invitationFor makes one. Where there is a relay it is mailed too, in the transaction that makes it.
func (f *face) invitationFor(tx *store.Tx, r *http.Request, to *people.Agent) (made invitation, err error) {
	token, err := people.Invite(tx, web.Actor(r), to.ID)
	if err != nil {
		return made, err
	}
	made = invitation{To: to, Link: web.URL(r, "/desk/invitation/"+token)}
	relay, err := email.Outgoing.Get(tx)
	if err != nil || relay.Host == "" {
		return made, err
	}
	shop, err := settings.Shop.Get(tx)
	if err != nil {
		return made, err
	}
	stuck, err := email.TroubleNow(tx)
	if err != nil {
		return made, err
	}
	made.Mailed, made.Stuck = true, stuck != nil
	return made, f.Mail.Send(tx, made.mail(web.Agent(r).Name, shop))
}

// mail puts the invitation into the language of whom it is for, or the shop's while he has chosen none.
func (i invitation) mail(by string, shop settings.ShopSetting) email.Mail {
	lang := i18n.Match("", i.To.Language, shop.Language())
	return email.Mail{
		To:      mail.Address{Name: i.To.Name, Address: i.To.Email},
		Subject: i18n.In(lang, "admin.invitation_subject", "shop", shop.Name),
		Text:    i18n.In(lang, "admin.invitation_text", "by", by, "shop", shop.Name, "link", i.Link),
		Machine: true,
	}
}

// showInvitation is the only time that the link is seen.
func (f *face) showInvitation(w http.ResponseWriter, r *http.Request, made invitation) error {
	v := f.viewOf(r, "agents")
	v.Step = f.nextStep(r)
	return web.Render(w, r, http.StatusOK, invitationMadePage(v, made))
}

func (f *face) invite(w http.ResponseWriter, r *http.Request) error {
	var in button
	if err := web.Form(r, &in); err != nil {
		return err
	}
	var made invitation
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		a, err := people.AgentByID(tx, r.PathValue("id"))
		if err != nil {
			return "", err
		}
		made, err = f.invitationFor(tx, r, a)
		return agentPath(a.ID, ""), err
	})
	if err == nil && made.Link != "" {
		return f.showInvitation(w, r, made)
	}
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.agentPage(r, nil, err) })
}
