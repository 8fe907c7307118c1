package admin

import (
	"net/http"
	"time"

	"deskbell/internal/jobs"
	"deskbell/internal/store"
	"deskbell/internal/web"
	"deskbell/ui/house"
)

type jobsView struct {
	view
	Again   []jobs.Job // that met trouble and are tried again; on the first page, up to manyAgain
	Failed  []jobs.Job
	Next    string // the cursor of the next page
	Waiting int    // up to 100
}

// manyAgain is how many jobs that are tried again are shown: one cause is behind most of them.
const manyAgain = 20

func (f *face) jobs(w http.ResponseWriter, r *http.Request) error {
	v := jobsView{view: f.viewOf(r, "jobs")}
	after, err := web.After(r.URL.Query().Get("after"))
	if err != nil {
		return err
	}
	err = f.see(r, func(tx *store.Tx) error {
		failed, next, err := jobs.List(tx, jobs.Failed, after, 50)
		if err != nil {
			return err
		}
		v.Failed, v.Next = failed, web.Cursor(next)
		if after == nil {
			if v.Again, err = jobs.Troubled(tx, manyAgain); err != nil {
				return err
			}
		}
		v.Waiting, err = jobs.Count(tx, jobs.Waiting, 100)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, jobsPage(v))
}

func (f *face) retryJob(w http.ResponseWriter, r *http.Request) error {
	return f.pressJob(w, r, "retried", jobs.Retry)
}

func (f *face) dropJob(w http.ResponseWriter, r *http.Request) error {
	return f.pressJob(w, r, "ended", jobs.Drop)
}

func (f *face) pressJob(w http.ResponseWriter, r *http.Request, done string, deed func(*store.Tx, string) error) error {
	return f.press(w, r, func(tx *store.Tx) (string, error) {
		return "/desk/admin/jobs?done=" + done, deed(tx, r.PathValue("id"))
	})
}

// healthView is what the operator asks first when something seems wrong.
type healthView struct {
	view
	Trouble      error // why no new work is taken
	Version      string
	Installation string
	Dir          string
	Opened       time.Time
	Sockets      int
	Documents    uint64
	Waiting      int
	Again        int // of those that wait: met trouble and are tried again
	Failed       int
}

// well tells whether there is nothing that the operator should look at.
func (v healthView) well() bool { return v.Trouble == nil && v.Again == 0 && v.Failed == 0 }

func (f *face) health(w http.ResponseWriter, r *http.Request) error {
	v := healthView{
		view: f.viewOf(r, "health"), Trouble: f.Ready(r.Context()), Version: house.Version, Installation: f.DB.Installation(),
		Dir: f.Dir, Opened: f.opened, Sockets: f.Hub.Count(), Documents: f.Search.Documents(),
	}
	err := f.see(r, func(tx *store.Tx) (err error) {
		if v.Waiting, err = jobs.Count(tx, jobs.Waiting, 100); err != nil {
			return err
		}
		again, err := jobs.Troubled(tx, 100)
		if err != nil {
			return err
		}
		v.Again = len(again)
		v.Failed, err = jobs.Count(tx, jobs.Failed, 100)
		return err
	})
	if err != nil {
		return err
	}
	return web.Render(w, r, http.StatusOK, healthPage(v))
}
