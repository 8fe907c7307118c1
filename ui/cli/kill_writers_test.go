package cli_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"deskbell/internal/live"
	"deskbell/internal/store"
)

// program writes replies through the API.
func (k *killed) program(name, path, list string) *writer {
	w := &writer{name: name, read: func() ([]string, error) { return k.texts(list) }}
	w.send = func(ctx context.Context, n int) error {
		return k.api(ctx, http.MethodPost, path, fmt.Sprint(name, n), map[string]string{"text": w.words(n)}, nil)
	}
	return w
}

// member writes posts into the forum.
func (k *killed) member(name, topic string) *writer {
	path := "forum/topics/" + topic + "/posts"
	w := &writer{name: name, read: func() ([]string, error) { return k.texts(path) }}
	w.send = func(ctx context.Context, n int) error {
		return k.api(ctx, http.MethodPost, path, fmt.Sprint(name, n), map[string]any{
			"text": w.words(n), "author": map[string]string{"name": "Rui", "email": "rui@example.com"},
		}, nil)
	}
	return w
}

// agent writes notes through the forms of the desk.
func (k *killed) agent(name, password, ticket string) *writer {
	// Go's own jar keeps secure cookies for https alone; browsers send them to the loopback too.
	var cookie string
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	post := func(ctx context.Context, path string, form url.Values) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, k.url+path, strings.NewReader(form.Encode()))
		if err != nil {
			return err
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Cookie", cookie)
		answer, err := client.Do(r)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		for _, c := range answer.Cookies() {
			cookie = c.Name + "=" + c.Value
		}
		if answer.StatusCode != http.StatusSeeOther {
			text, _ := io.ReadAll(answer.Body)
			return fmt.Errorf("POST %s answered %s: %s", path, answer.Status, text)
		}
		return nil
	}
	signed := false
	once := map[int]string{}
	w := &writer{name: name, read: func() ([]string, error) { return k.texts("tickets/" + ticket + "/events") }}
	w.send = func(ctx context.Context, n int) error {
		if !signed { // once: the session must outlive every kill
			if err := post(ctx, "/desk/sign-in", url.Values{"email": {"ana@shop.example"}, "password": {password}}); err != nil {
				return err
			}
			signed = true
		}
		if once[n] == "" {
			once[n] = store.NewRef()
		}
		return post(ctx, "/desk/tickets/"+ticket+"/note", url.Values{"text": {w.words(n)}, "once": {once[n]}})
	}
	return w
}

// visitor writes into the chat widget; after a restart it comes back with its token, as the widget does.
func (k *killed) visitor(name, key string) *writer {
	var token, at string
	var line *live.Client
	w := &writer{name: name}
	connect := func(ctx context.Context) (err error) {
		if line, err = live.Dial(ctx, "ws"+strings.TrimPrefix(k.url, "http")+"/w/socket", nil); err != nil {
			return err
		}
		hello := fmt.Sprintf(`{"t":"hello","v":1,"widget":%q,"visitor":%q,"ticket":"","epoch":"","since":0,"lang":"en"}`, key, token)
		if err := line.Send([]byte(hello)); err != nil {
			return err
		}
		f, err := until(ctx, line, "welcome")
		token = f.Visitor
		return err
	}
	w.send = func(ctx context.Context, n int) error {
		if line == nil || at != k.url {
			if err := connect(ctx); err != nil {
				return err
			}
			at = k.url
		}
		if err := line.Send(fmt.Appendf(nil, `{"t":"say","id":"m%d","text":%q}`, n, w.words(n))); err != nil {
			return err
		}
		_, err := until(ctx, line, "ack")
		return err
	}
	w.read = func() ([]string, error) {
		var list struct{ Items []struct{ ID string } }
		if err := k.api(context.Background(), http.MethodGet, "tickets?channel=chat&limit=200", "", nil, &list); err != nil {
			return nil, err
		}
		var all []string
		for _, item := range list.Items {
			some, err := k.texts("tickets/" + item.ID + "/events")
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
		return all, nil
	}
	return w
}

type frame struct{ T, ID, Visitor, Message string }

func until(ctx context.Context, line *live.Client, kind string) (f frame, err error) {
	for {
		data, err := line.Receive(ctx)
		if err != nil {
			return f, err
		}
		f = frame{}
		if err := json.Unmarshal(data, &f); err != nil {
			return f, err
		}
		if f.T == "error" {
			return f, errors.New(f.Message)
		}
		if f.T == kind {
			return f, nil
		}
	}
}
