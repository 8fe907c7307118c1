package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"deskbell/internal/live"
)

// api sends a request to the REST API and reads the answer into into, unless that is nil.
func (p *program) api(ctx context.Context, method, path string, body, into any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, p.URL+"/api/v1/"+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "Bearer "+p.Token)
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	if answer.StatusCode >= 300 {
		return fmt.Errorf("%s %s answered %s: %s", method, path, answer.Status, text)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 200}}

// widget makes a widget and gives its key.
func (p *program) widget(ctx context.Context) (key string, err error) {
	var w struct{ Key string }
	err = p.api(ctx, http.MethodPost, "widgets", map[string]any{"name": "Bench", "sites": []string{}}, &w)
	return w.Key, err
}

// visitor is one open widget.
type visitor struct {
	*live.Client
	n int
}

type frame struct {
	T      string `json:"t"`
	ID     string `json:"id"`
	Seq    int    `json:"seq"`
	From   string `json:"from"`
	Text   string `json:"text"`
	Ticket string `json:"ticket"`
	Code   string `json:"code"`
}

func (p *program) visitor(ctx context.Context, key string) (*visitor, error) {
	c, err := live.Dial(ctx, "ws"+strings.TrimPrefix(p.URL, "http")+"/w/socket", nil)
	if err != nil {
		return nil, err
	}
	hello := fmt.Sprintf(`{"t":"hello","v":1,"widget":%q,"visitor":"","ticket":"","epoch":"","since":0,"lang":"en"}`, key)
	if err := c.Send([]byte(hello)); err != nil {
		return nil, err
	}
	v := &visitor{Client: c}
	_, err = v.until(ctx, "welcome")
	return v, err
}

// until reads on to a frame of a kind.
func (v *visitor) until(ctx context.Context, t string) (f frame, err error) {
	for {
		data, err := v.Receive(ctx)
		if err != nil {
			return f, err
		}
		f = frame{}
		if err := json.Unmarshal(data, &f); err != nil {
			return f, err
		}
		if f.T == "error" {
			return f, fmt.Errorf("the server answered %s", data)
		}
		if f.T == t {
			return f, nil
		}
	}
}

// say sends a text and waits until it is on disk.
func (v *visitor) say(ctx context.Context, text string) (time.Duration, error) {
	v.n++
	began := time.Now()
	if err := v.Send(fmt.Appendf(nil, `{"t":"say","id":"m%d","text":%q}`, v.n, text)); err != nil {
		return 0, err
	}
	_, err := v.until(ctx, "ack")
	return time.Since(began), err
}

// visitors opens many widgets, so many at a time.
func (p *program) visitors(ctx context.Context, key string, count, atOnce int) ([]*visitor, error) {
	all := make([]*visitor, count)
	places := make(chan struct{}, atOnce)
	errs := make(chan error, count)
	var open sync.WaitGroup
	for i := range count {
		places <- struct{}{}
		open.Go(func() {
			defer func() { <-places }()
			v, err := p.visitor(ctx, key)
			if err != nil {
				errs <- err
			}
			all[i] = v
		})
	}
	open.Wait()
	select {
	case err := <-errs:
		return nil, err
	default:
		return all, nil
	}
}
