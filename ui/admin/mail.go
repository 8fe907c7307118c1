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

const mailPath = "/desk/admin/mail"

type mailView struct {
	view
	Form   settings.Form
	Values map[string]string
	Relay  bool           // there is one
	Stuck  *email.Trouble // that it met when it was last asked
	Says   string         // what it answered to a test just now
	Kept   []email.Kept
	Next   string
}

func (f *face) mail(w http.ResponseWriter, r *http.Request) error {
	page, err := f.mailPage(r, nil, nil)
	return render(w, r, page, err)
}

// mailPage shows the relay as it is kept, or as somebody typed it when in is given.
func (f *face) mailPage(r *http.Request, in *mailForm, wrong error) (templ.Component, error) {
	v, err := f.gatherMail(r)
	v.Err = wrong
	if in != nil {
		v.Values = in.values()
	}
	return mailPage(v), err
}

func (f *face) gatherMail(r *http.Request) (mailView, error) {
	v := mailView{view: f.viewOf(r, "mail"), Form: f.Mail.Form()}
	after, err := web.After(r.URL.Query().Get("after"))
	if err != nil {
		return v, err
	}
	err = f.see(r, func(tx *store.Tx) (err error) {
		if v.Values, err = f.Mail.Values(tx); err != nil {
			return err
		}
		v.Relay = v.Values["host"] != ""
		if v.Stuck, err = email.TroubleNow(tx); err != nil {
			return err
		}
		kept, next, err := f.Mail.List(tx, v.Actor, after, 20)
		v.Kept, v.Next = kept, web.Cursor(next)
		return err
	})
	return v, err
}

func (f *face) saveMail(w http.ResponseWriter, r *http.Request) error {
	var in mailForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	path, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		return mailPath + "?done=saved", f.Mail.Configure(tx, web.Actor(r), in.values())
	})
	return answer(w, r, path, err, func(err error) (templ.Component, error) { return f.mailPage(r, &in, err) })
}

// testMail saves what was typed and sends the reader a mail while he waits, so that the page can say what the relay answered. It
// is the very relay of the form that is tried, and nothing that was typed beside the button is lost.
func (f *face) testMail(w http.ResponseWriter, r *http.Request) error {
	var in mailForm
	if err := web.Form(r, &in); err != nil {
		return err
	}
	_, err := f.do(r, in.Once, func(tx *store.Tx) (string, error) {
		return mailPath, f.Mail.Configure(tx, web.Actor(r), in.values())
	})
	if err != nil {
		return answer(w, r, "", err, func(err error) (templ.Component, error) { return f.mailPage(r, &in, err) })
	}
	me := web.Agent(r)
	says, err := f.Mail.Try(r.Context(), f.DB, email.Mail{
		To:      mail.Address{Name: me.Name, Address: me.Email},
		Subject: i18n.T(r.Context(), "admin.test_subject"),
		Text:    i18n.T(r.Context(), "admin.test_text", "url", web.URL(r, "/desk")),
		Machine: true,
	})
	if err != nil {
		return answer(w, r, "", err, func(err error) (templ.Component, error) { return f.mailPage(r, nil, err) })
	}
	v, err := f.gatherMail(r)
	v.Step = f.nextStep(r)
	v.Says = i18n.T(r.Context(), "admin.mail_tested", "host", v.Values["host"], "email", me.Email, "answer", says)
	return render(w, r, mailPage(v), err)
}

// afterTest leads whoever loads the answer to a test anew, or comes back to it, to where the form is.
func (f *face) afterTest(w http.ResponseWriter, r *http.Request) error {
	return web.Redirect(w, r, mailPath)
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

// draw makes of one of the channel's own fields one of the kit's.
func (v mailView) draw(r settings.Field, translate func(key string) string) kit.Field {
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
		field.Type, field.Autocomplete = "password", "new-password" // its value is what was just typed, never what is kept
	case settings.Pick:
		for _, c := range r.Choices {
			field.Options = append(field.Options, kit.Option{Value: c.Value, Label: translate(c.Label)})
		}
	}
	return field
}

func (f *face) pressMail(w http.ResponseWriter, r *http.Request, done string, deed func(*store.Tx, people.Actor, string) error) error {
	return f.press(w, r, func(tx *store.Tx) (string, error) {
		return mailPath + "?done=" + done, deed(tx, web.Actor(r), r.PathValue("id"))
	})
}
