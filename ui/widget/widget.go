// Package widget is the face that lives on other people's pages: the loader that a shop pastes, the page in the frame that it
// opens, and what carries that page's frames to chat.
//
// The frame's page is the same for everybody who asks for it. It holds what the shop shows to all the world and nothing about
// a visitor, reads no cookie and sets none; who the visitor is comes later, by the loader's port and in the first frame of the
// socket, never in an address. Only pages of the widget's own sites may put it into a frame.
//
// The scripts are in assets/ts (loader.ts, widget.ts). Both are kept small, and tests hold them to it: a loader is at most
// 6 KiB and the frame's script at most 60 KiB, as they travel.
package widget

import (
	"net/http"
	"time"

	"deskbell/assets"
	"deskbell/chat"
	"deskbell/internal/i18n"
	"deskbell/internal/settings"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/kb"
	"deskbell/tickets"
	"deskbell/ui/house"
)

// Routes is the table of the face.
func Routes(h *house.House) []web.Route {
	return append([]web.Route{
		web.Get("/widget.js", web.Visitors, loader),
		web.Get("/w/frame", web.Visitors, frame(h)),
		web.Post("/w/help", web.Visitors, find(h)),
		web.Get("/w/help/{lang}/{slug}", web.Visitors, read(h)),
	}, transport(h)...)
}

// loader is the script that a shop pastes. Its address never changes, so a browser asks again after an hour.
func loader(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin") // for shops that embed nothing without being asked (COEP)
	assets.Get("loader.js").Lasting(time.Hour).ServeHTTP(w, r)
	return nil
}

// data is what the frame's script draws the first page from, before its socket is up; assets/ts/widget/data.ts reads it.
type data struct {
	Widget    string            `json:"widget"` // key
	Sites     []string          `json:"sites"`
	House     string            `json:"house"`
	Lang      string            `json:"lang"`
	Shop      string            `json:"shop"`
	Greeting  string            `json:"greeting"`
	Team      []string          `json:"team"`
	Online    bool              `json:"online"`
	Hours     openHours         `json:"hours"`
	Look      chat.Look         `json:"look"`
	Articles  []article         `json:"articles"`
	Help      bool              `json:"help"`       // there is something to look for, if only in another language
	FileLimit int               `json:"file_limit"` // bytes
	Words     map[string]string `json:"words"`
}

// frame is the page inside the widget's frame.
func frame(h *house.House) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		var asked struct {
			Widget string `form:"widget"`
			Lang   string `form:"lang"`
		}
		if err := web.Query(r, &asked); err != nil {
			return err
		}
		var d data
		err := h.DB.View(r.Context(), func(tx *store.Tx) (err error) {
			d, err = begin(tx, h, asked.Widget, asked.Lang)
			return err
		})
		if err != nil {
			return err
		}
		web.Allow(w, web.Policy{OwnFrame: true, Ancestors: d.Sites})
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
		return web.Render(w, r.WithContext(i18n.With(r.Context(), d.Lang)), http.StatusOK, page(d))
	}
}

// begin gathers the data of a widget's page. lang is the language of the shop's page, or else of the visitor's browser, as far as
// the loader speaks it.
func begin(tx *store.Tx, h *house.House, key, lang string) (data, error) {
	widget, err := chat.WidgetByKey(tx, key)
	if err != nil {
		return data{}, err
	}
	shop, err := settings.Shop.Get(tx)
	if err != nil {
		return data{}, err
	}
	d := data{
		Widget:    widget.Key,
		Sites:     append([]string{}, widget.Sites...),
		House:     h.URL.Scheme + "://" + h.URL.Host,
		Lang:      i18n.Match("", lang, widget.Language),
		Shop:      shop.Name,
		Greeting:  widget.Greeting,
		Team:      team(h.Chat, widget.Department),
		Online:    h.Chat.Online(widget.Department),
		Look:      widget.Look,
		FileLimit: maxUpload,
	}
	d.Words = i18n.All(d.Lang, "widget.")
	if d.Hours, err = hoursOf(tx, shop, d.Lang); err != nil {
		return data{}, err
	}
	if d.Articles, err = offer(tx, d.Lang); err != nil {
		return data{}, err
	}
	some, err := kb.Languages(tx, shop.Languages)
	d.Help = len(d.Articles)+len(some) > 0
	return d, err
}

// team names who is there to answer what comes in for a department, as customers know them.
func team(room *chat.Room, department string) []string {
	names := []string{}
	for _, there := range room.Team() {
		if !there.Away && there.Agent.May(tickets.AnswerTickets, department) {
			names = append(names, there.Agent.Name)
		}
	}
	return names
}
