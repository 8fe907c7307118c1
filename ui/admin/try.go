package admin

import (
	"net/http"

	"deskbell/chat"
	"deskbell/internal/store"
)

// tryView is the page on which an owner writes to his own shop.
type tryView struct {
	view
	Widget *chat.Widget // nil while there is none
}

// try shows the widget that is asked for, or else the first.
func (f *face) try(w http.ResponseWriter, r *http.Request) error {
	v := tryView{view: f.viewOf(r, "widgets")}
	err := f.see(r, func(tx *store.Tx) (err error) {
		if id := r.URL.Query().Get("widget"); id != "" {
			v.Widget, err = chat.WidgetByID(tx, id)
			return err
		}
		all, err := chat.Widgets(tx)
		if len(all) > 0 {
			v.Widget = all[0]
		}
		return err
	})
	return render(w, r, tryPage(v), err)
}
