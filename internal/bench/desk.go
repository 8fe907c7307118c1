package main

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"deskbell/internal/live"
)

// stamped finds the moments of sending in a piece of a page.
var stamped = regexp.MustCompile(`at=\d+=`)

// watch opens a conversation's ticket at the desk, as an agent's browser does, and hears its socket.
func (t *talks) watch(ctx context.Context, c *conversation) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, t.p.URL+"/desk/tickets/"+c.id, nil)
	if err != nil {
		return err
	}
	r.Header.Set("Cookie", t.p.Cookie)
	answer, err := client.Do(r)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	if err != nil {
		return err
	}
	line, err := live.Dial(ctx, "ws"+strings.TrimPrefix(t.p.URL, "http")+"/desk/live", http.Header{
		"Cookie": {t.p.Cookie}, "Origin": {t.p.URL},
	})
	if err != nil {
		return err
	}
	look, err := json.Marshal(map[string]any{
		"t": "look", "serial": 1, "view": "open", "ticket": c.id,
		"epoch": attribute(page, "data-epoch"), "cursor": attribute(page, "data-cursor"), "seq": number(attribute(page, "data-seq")),
	})
	if err != nil {
		return err
	}
	go listen(ctx, line, func(data []byte) { t.agentSees(data) })
	return line.Send(look)
}

// agentSees takes the moment of each new message of a visitor that is drawn into the open ticket.
func (t *talks) agentSees(data []byte) {
	var f struct {
		Do []struct{ What, HTML string }
	}
	if json.Unmarshal(data, &f) != nil {
		return
	}
	for _, d := range f.Do {
		if d.What != "event" || !strings.Contains(d.HTML, fromVisitor) {
			continue
		}
		if at, ok := stampIn(stamped.FindString(d.HTML)); ok {
			t.heard <- time.Since(at)
		}
	}
}

// fromVisitor marks a customer's message in the timeline.
const fromVisitor = `data-from="contact"`

func attribute(page []byte, name string) string {
	found := regexp.MustCompile(name + `="([^"]*)"`).FindSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(string(found[1]))
}

func number(s string) (n int) {
	fmt.Sscan(s, &n)
	return n
}
