package admin

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"deskbell/internal/i18n"
	"deskbell/internal/mail"
	"deskbell/internal/people"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/tickets/channels/email"
	"deskbell/ui/kit"
)

// mailForm is the relay as somebody types it; its names are those of email.Door.Form.
type mailForm struct {
	Once     string `form:"once"`
	Host     string `form:"host"`
	Port     string `form:"port"`
	Security string `form:"security"`
	User     string `form:"user"`
	Password string `form:"password"`
	From     string `form:"from"`
	Name     string `form:"name"`
	Allow    string `form:"allow"`
}

func (in mailForm) values() map[string]string {
	return map[string]string{
		"host": in.Host, "port": in.Port, "security": in.Security, "user": in.User, "password": in.Password,
		"from": in.From, "name": in.Name, "allow": in.Allow,
	}
}

type mailView struct {
	view
	Form   settings.Form
	Values map[string]string
	Relay  bool // there is one
	Kept   []email.Kept
	Next   string
}

func (f *face) mail(w http.ResponseWriter, r *http.Request) error {
	page, err := f.mailPage(r, nil, nil)
	return render(w, r, page, err)
}

func (f *face) mailPage(r *http.Request, in *mailForm, wrong error) (templ.Component, error) {
	v := mailView{view: viewOf(r, "mail"), Form: f.Mail.Form()}
	v.Err = wrong
	after, err := cursor(r)
	if err != nil {
		return nil, err
	}
	err = f.see(r, func(tx *store.Tx) (err error) {
		if v.Values, err = f.Mail.Values(tx); err != nil {
			return err
		}
		v.Relay = v.Values["host"] != ""
		kept, next, err := f.Mail.List(tx, v.Actor, after, 20)
		v.Kept, v.Next = kept, cursorText(next)
		return err
	})
	if in != nil {
		v.Values = in.values()
	}
	return mailPage(v), err
}

func (f *face) saveMail(w http.ResponseWriter, r *http.Request) error {
	var in mailForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		return "/desk/admin/mail?done=saved", f.Mail.Configure(tx, web.Actor(r), in.values())
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.mailPage(r, &in, err) })
}

// testMail sends the reader a mail. If the relay does not take it, that is seen among the failed work.
func (f *face) testMail(w http.ResponseWriter, r *http.Request) error {
	me := web.Agent(r)
	return f.press(w, r, func(tx *store.Tx) (string, error) {
		return "/desk/admin/mail?done=mailed", f.Mail.Send(tx, email.Mail{
			To:      mail.Address{Name: me.Name, Address: me.Email},
			Subject: i18n.T(r.Context(), "admin.test_subject"),
			Text:    i18n.T(r.Context(), "admin.test_text", "url", web.URL(r, "/desk")),
			Machine: true,
		})
	})
}

func (f *face) resendMail(w http.ResponseWriter, r *http.Request) error {
	return f.pressMail(w, r, "mailed", f.Mail.Resend)
}

func (f *face) discardMail(w http.ResponseWriter, r *http.Request) error {
	return f.pressMail(w, r, "ended", f.Mail.Discard)
}

// words are a mail's text by lines and words, so that the page can make links of those that are.
func words(text string) (lines [][]string) {
	for line := range strings.Lines(strings.TrimSpace(text)) {
		lines = append(lines, strings.Fields(line))
	}
	return lines
}

// field is one of a channel's own fields, as the kit draws it.
func (v mailView) field(r settings.Field, translate func(key string) string) kit.Field {
	field := kit.Field{Name: r.Name, Label: translate(r.Label), Value: v.Values[r.Name], Required: r.Required, Autocomplete: "off", TestID: "mail-" + r.Name}
	if r.Hint != "" {
		field.Hint = translate(r.Hint)
	}
	switch r.Kind {
	case settings.Lines:
		field.Lines = 2
	case settings.Number:
		field.Attrs = templ.Attributes{"inputmode": "numeric"}
	case settings.Hidden:
		field.Type, field.Value, field.Autocomplete = "password", "", "new-password"
	case settings.Pick:
		for _, c := range r.Choices {
			field.Options = append(field.Options, kit.Option{Value: c.Value, Label: translate(c.Label)})
		}
	}
	return field
}

func (f *face) pressMail(w http.ResponseWriter, r *http.Request, done string, deed func(*store.Tx, people.Actor, string) error) error {
	return f.press(w, r, func(tx *store.Tx) (string, error) {
		return "/desk/admin/mail?done=" + done, deed(tx, web.Actor(r), r.PathValue("id"))
	})
}
